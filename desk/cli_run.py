"""Commands that do something: serve, inspect, collect, mailbox, replay, check, and the like."""

from __future__ import annotations

import json
import sys

import click

from casefile.errors import SettingsError, TryLater
from casefile.indicator import defanged
from desk import shapes
from desk.checks import run_checks
from desk.cli_options import as_json, data, flag, opened
from desk.collection import collect as collect_files
from desk.collection import collect_mailbox
from desk.collection import replay as replay_index
from desk.forms import open_embedded
from desk.inspection import inspect as inspect_files
from desk.mailbox import mailbox_of
from desk.reexamining import reexamine as read_anew
from desk.rooms import Desk
from desk.serve import serve as serve_desk
from desk.settings import SETTINGS, load
from ingest.collect import count

PATHS = click.argument("paths", nargs=-1, required=True, metavar="PATH...")


@click.command()
@flag("host")
@flag("port")
@flag("console_port")
@flag("workers")
@flag("profile")
@data
def serve(**flags: str | None) -> None:
    """Run the embedded form: door, workers and console, until Ctrl-C or SIGTERM."""
    desk = open_embedded(load(flags))
    serve_desk(desk, lambda: _welcome(desk))


def _welcome(desk: Desk) -> None:
    settings = desk.settings
    outbox = settings.smarthost or f"{settings.data / 'outbox'} (files)"
    click.echo(
        f"SMTP door  {settings.host}:{settings.port}\n"
        + (f"mailbox    every {settings.mailbox_seconds} s\n" if settings.mailbox_url else "")
        + f"console    http://127.0.0.1:{settings.console_port}\n"
        f"replies    {outbox}\n"
        f"data       {settings.data}\n"
        "To try it: run `make demo` in another terminal, or forward a mail by hand:\n"
        f"  curl smtp://{settings.host}:{settings.port} --mail-from you@example.org "
        "--mail-rcpt report@example.org -T mail.eml\n"
        "Stop with Ctrl-C."
    )
    sys.stdout.flush()


@click.command()
@PATHS
@as_json
@data
def inspect(paths: tuple[str, ...], data: str | None, *, as_json: bool) -> None:
    """Say what the machine makes of files; keep nothing, send nothing.

    Reads .eml, .msg, mbox, Maildir, whole folders, and `-` for standard input.
    """
    bad = 0
    for shape, readable in inspect_files(paths, load({"data": data})):
        if not readable:
            bad += 1
            click.echo(f"desk: {shape['source']}: {shape['defects'][0]}", err=True)
        click.echo(
            json.dumps(shape, ensure_ascii=False)
            if as_json
            else defanged(shapes.as_text(shape)) + "\n"
        )
    if bad:
        sys.exit(1)


@click.command()
@PATHS
@data
def collect(paths: tuple[str, ...], data: str | None) -> None:
    """Bring files in through the side door. Nobody is answered; a second run goes on."""
    desk = opened(data=data)
    with click.progressbar(
        length=count(paths), label="collecting", file=sys.stderr, show_pos=True
    ) as bar:
        done = collect_files(desk, paths, lambda: bar.update(1))
    for line in done.unreadable:
        click.echo(f"desk: {line}", err=True)
    click.echo(f"{done.new} new, {done.known} known, {len(done.unreadable)} unreadable")
    if done.unreadable:
        sys.exit(1)


@click.command()
@click.option("--dry-run", is_flag=True, help="Only count what is new; fetch and mark nothing.")
@data
def mailbox(data: str | None, *, dry_run: bool) -> None:
    """Collect what is new in the mailbox of DESK_MAILBOX_URL, once. Nobody is answered.

    Mail is marked or moved there only when it is safe in the spool. `desk serve` does the same
    by itself every DESK_MAILBOX_SECONDS.
    """
    desk = opened(data=data)
    if dry_run:
        done, volume = mailbox_of(desk.settings).look()
        click.echo(f"{done.found} new, {volume} bytes; {len(done.left)} of them would be left")
    else:
        with click.progressbar(length=0, label="collecting", file=sys.stderr, show_pos=True) as bar:

            def step(number: int, of: int) -> None:
                bar.length = of
                bar.update(number - bar.pos)

            done = collect_mailbox(desk, step)
        click.echo(f"{done.new} new, {done.known} known, {done.gone} gone, {len(done.left)} left")
    for line in done.left:
        click.echo(f"desk: {line}", err=True)
    if done.trouble:
        raise TryLater(done.trouble)
    if done.left:
        sys.exit(1)


@click.command()
@click.option(
    "--reexamine", is_flag=True, help="Read every mail anew first; stop the desk before that."
)
@data
def replay(data: str | None, *, reexamine: bool) -> None:
    """Rebuild the search index from the record. Nobody is answered.

    With --reexamine every mail is read anew by this version of the desk, and sorted into wordings
    and campaigns anew; these keep their names, and people's corrections hold.
    """
    desk = opened(data=data)
    length = sum(desk.record.counts().values())
    if reexamine:
        with click.progressbar(length=length, label="reading anew", file=sys.stderr) as bar:
            done = read_anew(desk, bar.update)
        click.echo(f"{done.findings} findings anew, {done.kept} mails stayed as they were")
    with click.progressbar(length=length, label="replaying", file=sys.stderr) as bar:
        total = replay_index(desk, bar.update)
    click.echo(f"{total} submissions, {desk.index.count()} findings in the index")


@click.command()
@flag("profile")
@data
def check(**flags: str | None) -> None:
    """Check settings, data, door and profile, each with a verdict and a way to mend it."""
    verdicts = sorted(run_checks(load(flags)), key=lambda it: it.level != "bad")
    for verdict in verdicts:  # what must be mended stands first
        click.echo(f"{verdict.level.upper():5} {verdict.what}: {verdict.text}")
    if any(it.level == "bad" for it in verdicts):
        sys.exit(2)


@click.command()
@data
def settings(data: str | None) -> None:
    """List every setting with its value, its default and what it is for."""
    values = load({"data": data})
    for setting in SETTINGS:
        value = getattr(values, setting.name)
        shown = " ".join(value) if isinstance(value, tuple) else str(value)
        click.echo(f"{setting.variable} = {shown or '(empty)'}\n    {setting.help}")


@click.group()
def journal() -> None:
    """Look after the journal: who did what, chained by hashes."""


@journal.command()
@data
def verify(data: str | None) -> None:
    """Check the chain and name the first wrong entry."""
    desk = opened(data=data)
    wrong = desk.journal.verify()
    if wrong is not None:
        raise SettingsError(f"The journal is broken: entry {wrong} is the first wrong one.")
    entries = sum(1 for _ in desk.journal.entries())
    click.echo(f"{entries} entries, the chain holds")


COMMANDS = (serve, inspect, collect, mailbox, replay, check, settings, journal)
