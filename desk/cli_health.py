"""The command that tells whether a process of this host does its work."""

from __future__ import annotations

import click

from desk.cli_options import data
from desk.health import CHECKS
from desk.settings import load


@click.command()
@click.argument("what", type=click.Choice(list(CHECKS)))
@data
def health(what: str, data: str | None) -> None:
    """See that the door, the workers (`work`) or the console of this host do their work.

    Ends with 0 where they do, and with 3 where not.
    """
    click.echo(CHECKS[what](load({"data": data})))


COMMANDS = (health,)
