"""Commands on what the desk looks out for: saved searches, watches and hunts."""

from __future__ import annotations

import os
from dataclasses import asdict
from datetime import UTC, datetime
from typing import get_args
from urllib.parse import parse_qsl, urlencode

import click

from casefile.errors import DeskError, NotFound, SettingsError
from casefile.watch import Hunt, Notation, Prey, WatchKind
from console.search import state_of
from desk.cli_options import as_json, data, opened, show
from desk.hunting import Hunter, hunted
from desk.hunting_book import SqlHunts
from desk.lookout import DeskLookout, lookout_of
from desk.pipeline import now_utc
from desk.rooms import Desk
from desk.shapes import Shape
from desk.watching import tell, trial
from desk.watching_targets import targets_of, ways_of

_ACTOR = "operator"
#: What is shown before the end of a match.
_BEFORE = 60

reason = click.option("--reason", required=True, help="Why; it stands in the journal.")


@click.group()
def searches() -> None:
    """Keep searches under a name."""


@searches.command(name="list")
@as_json
@data
def list_searches(data: str | None, *, as_json: bool) -> None:
    """Show the saved searches."""
    rows = (_plain(asdict(it)) for it in _lookout(data).searches()[0])
    if not show(rows, _search_line, json_wanted=as_json) and not as_json:
        click.echo("No search is saved yet.")


@searches.command()
@click.argument("name")
@click.argument("asked")
@data
def save(name: str, asked: str, data: str | None) -> None:
    """Save a search under NAME: words, or what stands in the console's address behind the `?`."""
    pairs = dict(parse_qsl(asked.removeprefix("?"))) if "=" in asked else {"q": asked}
    state = {name: value for name, value in state_of(pairs).items() if value}
    if not state:
        raise SettingsError("This asks for nothing: give words, or flag=paid and the like.")
    saved = _lookout(data).save(name, urlencode(state))
    click.echo(f"saved search {saved.number}: {saved.name}")


@searches.command()
@click.argument("number", type=int)
@reason
@data
def remove(number: int, data: str | None, *, reason: str) -> None:
    """Remove saved search NUMBER, and stop the watches on it."""
    stopped = _lookout(data).remove(number, reason)
    click.echo(f"search {number} is removed, {stopped} watches are stopped")


@click.group()
def watch() -> None:
    """Have somebody told when something comes again."""


@watch.command(name="list")
@as_json
@data
def list_watches(data: str | None, *, as_json: bool) -> None:
    """Show the watches that last, and when each told something last."""
    rows = (_plain(asdict(it)) for it in _lookout(data).watches()[0])
    if not show(rows, _watch_line, json_wanted=as_json) and not as_json:
        click.echo("Nothing is watched for.")


@watch.command()
@click.argument("kind", type=click.Choice(get_args(WatchKind)))
@click.argument("subject")
@click.option("--tell", "target", required=True, help="An address or webhook of the settings.")
@click.option("--minutes", type=click.IntRange(1), help="From one message to the next at least.")
@data
def add(kind: str, subject: str, target: str, minutes: int | None, data: str | None) -> None:
    """Watch for an account (by its value), a campaign (C-3) or what saved search NUMBER finds."""
    desk = opened(data=data)
    chosen = next(it for it in get_args(WatchKind) if it == kind)
    if kind == "campaign":
        subject = desk.index.campaign(desk.register.known_as(subject)).summary.key
    if kind == "search" and not subject.isdecimal():
        raise SettingsError("A saved search is named by its number: `desk searches list`.")
    begun = lookout_of(desk, _ACTOR).watch(chosen, subject, target, minutes or 0)
    click.echo(f"watch {begun.number} tells {begun.target}")


@watch.command()
@click.argument("number", type=int)
@reason
@data
def stop(number: int, data: str | None, *, reason: str) -> None:
    """Stop watch NUMBER; what it had still to tell is dropped."""
    _lookout(data).stop(number, reason)
    click.echo(f"watch {number} is stopped")


@watch.command()
@click.argument("target", required=False)
@data
def test(target: str | None, data: str | None) -> None:
    """Tell TARGET, or everybody who may be told, that this is a test. It fails where they do."""
    desk = opened(data=data)
    targets = targets_of(desk.settings)
    if target is not None and target not in targets:
        raise NotFound(f"The settings list no {target}.")
    if not targets:
        raise SettingsError("Nobody may be told: set DESK_WATCH_ADDRESSES or DESK_WATCH_WEBHOOKS.")
    ways, failed = ways_of(desk.settings, desk.profile), None
    for name in [target] if target else targets:
        try:
            tell(ways, name, trial(now_utc()), now_utc())
        except DeskError as error:
            failed = error
            click.echo(f"{name}: {error}")
        else:
            click.echo(f"{name}: told")
    if failed is not None:
        raise failed


@click.command()
@click.argument("pattern")
@click.option(
    "--expression",
    "notation",
    flag_value="expression",
    default="words",
    help="PATTERN is a regular expression; else words, in which * and ? stand for letters.",
)
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%d"]), help="Only what came on this day (UTC) or later."
)
@click.option("--background", is_flag=True, help="Leave it to the running desk, and end at once.")
@reason
@as_json
@data
def hunt(
    pattern: str,
    notation: str,
    since: datetime | None,
    data: str | None,
    *,
    reason: str,
    background: bool,
    as_json: bool,
) -> None:
    """Look through the texts of old findings for PATTERN, and print what is found as it goes.

    Ctrl-C calls it off. Where this process is killed, a running desk goes on with it.
    """
    desk = opened(data=data)
    lookout = lookout_of(desk, _ACTOR)
    how = next(it for it in get_args(Notation) if it == notation)
    begun = lookout.begin_hunt(pattern, how, reason, since and since.replace(tzinfo=UTC))
    if background:
        click.echo(f"hunt {begun.number} is left to the running desk: `desk hunts list`")
        return
    try:
        _go_through(desk, begun, as_json=as_json)
    except KeyboardInterrupt:
        lookout.cancel_hunt(begun.number, "Ctrl-C")
        raise
    ended = lookout.hunt(begun.number)
    click.echo(_hunt_line(_plain(asdict(ended))), err=True)


def _go_through(desk: Desk, begun: Hunt, *, as_json: bool) -> None:
    hunts = SqlHunts(desk.engine)
    name = f"hunt-{os.getpid()}-{begun.number}"
    hunter = Hunter(hunts=hunts, record=desk.record, name=name, now=now_utc)
    while (found := hunter.step(begun.number)) is not None:
        show((_prey(desk, it) for it in found), _prey_line, json_wanted=as_json)
        now = hunts.one(begun.number)
        click.echo(f"{now.looked} of {now.total}", err=True)


@click.group()
def hunts() -> None:
    """Look at hunts, and call them off."""


@hunts.command(name="list")
@as_json
@data
def list_hunts(data: str | None, *, as_json: bool) -> None:
    """Show all hunts, how far each has come, who began it and why."""
    rows = (_plain(asdict(it)) for it in _lookout(data).hunts()[0])
    if not show(rows, _hunt_line, json_wanted=as_json) and not as_json:
        click.echo("Nobody has hunted yet.")


@hunts.command(name="show")
@click.argument("number", type=int)
@as_json
@data
def show_hunt(number: int, data: str | None, *, as_json: bool) -> None:
    """Print what hunt NUMBER found."""
    desk = opened(data=data)
    SqlHunts(desk.engine).one(number)
    offset = 0
    while found := SqlHunts(desk.engine).prey(number, offset):
        show((_prey(desk, it) for it in found), _prey_line, json_wanted=as_json)
        offset += len(found)


@hunts.command()
@click.argument("number", type=int)
@reason
@data
def cancel(number: int, data: str | None, *, reason: str) -> None:
    """Call hunt NUMBER off; what it found stays."""
    _lookout(data).cancel_hunt(number, reason)
    click.echo(f"hunt {number} is called off")


def _lookout(data: str | None) -> DeskLookout:
    return lookout_of(opened(data=data), _ACTOR)


def _plain(row: Shape) -> Shape:
    return {
        name: it.isoformat(timespec="seconds") if isinstance(it, datetime) else it
        for name, it in row.items()
    }


def _prey(desk: Desk, it: Prey) -> Shape:
    """Give a finding with the words that end where the pattern does."""
    finding = desk.record.finding(it.finding)
    text = hunted(finding)[max(0, it.end - _BEFORE) : it.end]
    campaign = finding.placement.campaign or ""
    return {"finding": it.finding, "campaign": campaign, "before": " ".join(text.split())}


def _search_line(it: Shape) -> str:
    return f"{it['number']:5}  {it['name']}  ({it['asked']})"


def _watch_line(it: Shape) -> str:
    told = f"told {it['told'][:16]}Z" if it["told"] else "told nothing yet"
    trouble = f"; in {it['attempts']} tries: {it['trouble']}" if it["trouble"] else ""
    what = f"{it['kind']} {it['subject']} -> {it['target']}"
    return f"{it['number']:5}  {what}  met {it['met']}, {it['untold']} to tell, {told}{trouble}"


def _hunt_line(it: Shape) -> str:
    beyond = f", {it['unfinished']} not looked through in time" if it["unfinished"] else ""
    far = f"{it['looked']} of {it['total']}, {it['found']} found{beyond}"
    who = f"{it['actor']} {it['at'][:16]}Z: {it['reason']}"
    return f"{it['number']:5}  {it['state']}  {far}  {it['pattern']!r}  {who}"


def _prey_line(it: Shape) -> str:
    return f"{it['finding']}  {it['campaign'] or '-':8}  …{it['before']}"


COMMANDS = (searches, watch, hunt, hunts)
