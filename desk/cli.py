"""The commands of the desk, and with what they end: 0 done, 1 some inputs bad, 2 usage, 3 away."""

from __future__ import annotations

import sys

import click

from casefile.errors import DeskError, NotFound, Refused, SettingsError
from desk import (
    cli_aside,
    cli_casework,
    cli_correct,
    cli_health,
    cli_read,
    cli_run,
    cli_sending,
    cli_servers,
    cli_watch,
    logs,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="blackmail-desk", prog_name="desk")
def desk() -> None:
    """Take forwarded blackmail mails, answer their reporters, show investigators the campaign."""


COMMANDS = (
    *cli_run.COMMANDS,
    *cli_servers.COMMANDS,
    *cli_read.COMMANDS,
    *cli_aside.COMMANDS,
    *cli_health.COMMANDS,
    *cli_sending.COMMANDS,
    *cli_correct.COMMANDS,
    *cli_casework.COMMANDS,
    *cli_watch.COMMANDS,
)
for command in COMMANDS:
    desk.add_command(command)


def main() -> None:
    """Run a command and end with its code."""
    logs.set_up("desk")
    try:
        code = desk(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        code = 130
    except DeskError as error:
        click.echo(f"desk: {error}", err=True)
        code = (
            2
            if isinstance(error, SettingsError | Refused)
            else 1
            if isinstance(error, NotFound)
            else 3
        )
    sys.exit(code or 0)


if __name__ == "__main__":
    main()
