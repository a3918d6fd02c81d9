"""Commands that run one process of the distributed form, and that look after its record."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

from desk.cli_options import data, flag
from desk.forms import open_distributed
from desk.migrate import pending, upgrade
from desk.rooms import Desk, engine_of
from desk.settings import load


@click.command()
@flag("host")
@flag("port")
@data
def door(**flags: str | None) -> None:
    """Take mail: the SMTP door of the distributed form, until SIGTERM.

    Any number may run, on one host or several, where they share a spool.
    """
    desk = _opened(**flags)
    settings = desk.settings
    _processes().run_door(desk, lambda: _say(f"SMTP door  {settings.host}:{settings.port}"))


@click.command()
@flag("workers")
@click.option(
    "--job",
    "jobs",
    type=click.Choice(["triage", "answer"]),
    multiple=True,
    help="Only this job; both where none is said.",
)
@data
def work(jobs: tuple[str, ...], **flags: str | None) -> None:
    """Triage and answer: the workers of the distributed form on this host, until SIGTERM.

    SIGTERM lets what is in hand come to an end, which may take two minutes.
    """
    desk = _opened(**flags)
    chosen = jobs or ("triage", "answer")
    what = " and ".join(chosen)
    _processes().run_work(desk, chosen, lambda: _say(f"{what}  {desk.settings.workers} processes"))


@click.command()
@flag("console_host")
@flag("console_port")
@data
def console(**flags: str | None) -> None:
    """Show investigators what came: the console of the distributed form, until SIGTERM."""
    desk = _opened(**flags)
    settings = desk.settings
    place = f"http://{settings.console_host}:{settings.console_port}"
    _processes().run_console(desk, lambda: _say(f"console    {place}"))


@click.command()
@click.option("--dry-run", is_flag=True, help="Only say which steps would be taken.")
@data
def migrate(data: str | None, *, dry_run: bool) -> None:
    """Bring the record's tables up to date; every other command does so at its start.

    To be run first, and alone, where several hosts are upgraded: keep a backup until it is done.
    """
    engine = engine_of(load({"data": data}))
    steps = pending(engine)
    for step in steps:
        click.echo(f"{'would take' if dry_run else 'taking'} step {step}")
    if steps and not dry_run:
        upgrade(engine)
    click.echo(
        f"{len(steps)} steps {'pending' if dry_run else 'taken'}, the record is "
        + ("as it was" if dry_run or not steps else "up to date")
    )
    engine.dispose()


def _opened(**flags: str | None) -> Desk:
    return open_distributed(load(flags))


def _processes() -> Any:  # noqa: ANN401 - a module whose libraries the embedded form lacks
    return import_module("desk.serve_distributed")


def _say(line: str) -> None:
    click.echo(line)


COMMANDS = (door, work, console, migrate)
