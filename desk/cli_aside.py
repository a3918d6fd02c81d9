"""The command for what could not be read: what it is, its bytes, and another try."""

from __future__ import annotations

import contextlib
import sys

import click

from casefile.errors import NotFound
from desk import shapes
from desk.cli_options import as_json, data, opened, show
from desk.pipeline import now_utc
from desk.rooms import Desk


@click.command()
@click.argument("keys", nargs=-1, metavar="[KEY...]")
@click.option("--retry", is_flag=True, help="Have them read again: those named, or all.")
@click.option("--raw", is_flag=True, help="Write the stored bytes of one KEY to standard output.")
@as_json
@data
def shunted(
    keys: tuple[str, ...], data: str | None, *, retry: bool, raw: bool, as_json: bool
) -> None:
    """List what could not be read, with the reason; show its bytes, or try it again.

    Nobody who has been answered is answered again.
    """
    desk, now = opened(data=data), now_utc()
    if raw:
        _write_raw(desk, keys)
        return
    aside = [it for it in desk.record.aside() if not keys or it.key in keys]
    if missing := sorted(set(keys) - {it.key for it in aside}):
        raise NotFound(f"{', '.join(missing)}: not set aside.")
    if retry:
        for item in aside:
            with contextlib.suppress(NotFound):  # most were never in quarantine
                desk.spool.restore(item.key)
            desk.record.retry(item.key, now)
            desk.journal.append("operator", "retried", item.key, "", now)
        click.echo(f"{len(aside)} to be read again; a running desk does so within seconds.")
        return
    rows = (shapes.waits(item, now) for item in aside)
    if not show(rows, _line, json_wanted=as_json) and not as_json:
        click.echo("Nothing is set aside.")


def _write_raw(desk: Desk, keys: tuple[str, ...]) -> None:
    if len(keys) != 1:
        raise click.UsageError("--raw takes one KEY.")
    content = desk.spool.bytes_of(keys[0])
    desk.journal.append("operator", "read-bytes", keys[0], "", now_utc())
    sys.stdout.buffer.write(content)


def _line(row: shapes.Shape) -> str:
    return f"{row['key']}  since {row['since'][:16]}Z  {row['reason']}"


COMMANDS = (shunted,)
