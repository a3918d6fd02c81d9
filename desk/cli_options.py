"""What several commands share: the settings as flags, and printing for people or programs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

import click

from casefile.indicator import defanged
from console.visible import plain
from desk.forms import open_desk
from desk.rooms import Desk
from desk.settings import BY_NAME, load
from desk.shapes import Shape, as_text

Command = Callable[..., Any]

as_json = click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")


def flag(name: str) -> Callable[[Command], Command]:
    """Give a setting of the table as a flag."""
    setting = BY_NAME[name]
    return click.option(
        "--" + name.replace("_", "-"), name, default=None, metavar="VALUE", help=setting.help
    )


data = flag("data")


def opened(**flags: object) -> Desk:
    """Open the desk that the flags, the environment and `desk.toml` say."""
    return open_desk(load(flags))


def show(rows: Iterable[Shape], line: Callable[[Shape], str], *, json_wanted: bool) -> int:
    """Print each row, as JSON or as a line for people. Gives how many there were."""
    count = 0
    for row in rows:
        count += 1
        click.echo(json.dumps(row, ensure_ascii=False) if json_wanted else plain(line(row)))
    return count


def show_one(row: Shape, *, json_wanted: bool) -> None:
    """Print one thing whole."""
    click.echo(
        json.dumps(row, ensure_ascii=False) if json_wanted else plain(defanged(as_text(row)))
    )
