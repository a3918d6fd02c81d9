"""Commands that correct the machine: campaigns, accounts, wordings, one finding; and take back."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import asdict
from typing import get_args

import click

from casefile.correction import Correction, Wish
from casefile.errors import SettingsError
from casefile.finding import Flag, VerdictKind
from desk.cli_options import as_json, data, opened, show
from desk.correcting import correct as carry_out
from desk.correcting import foreseen, members, reasons
from desk.rooms import Desk
from desk.shapes import Shape

_ACTOR = "operator"

reason = click.option("--reason", required=True, help="Why; it stands in the journal.")
dry_run = click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")


def _options(command: Callable[..., None]) -> Callable[..., None]:
    return reason(dry_run(data(command)))


@click.group()
def correct() -> None:
    """Correct the machine, with a reason. Later reports respect it; each can be taken back."""


@correct.command()
@click.argument("gone")
@click.argument("into")
@_options
def merge(gone: str, into: str, data: str | None, *, reason: str, dry_run: bool) -> None:
    """Let campaign (or wording) GONE be INTO, as `merge C-9 C-3`. The id GONE leads there."""
    wish = Wish(actor=_ACTOR, action="merge", subject=gone, target=into)
    _do(opened(data=data), wish, reason, dry_run=dry_run)


@correct.command()
@click.argument("campaign")
@click.option("--version", "version", help="Split off this version of its wording, as W-3.2.")
@click.option("--finding", "keys", multiple=True, help="Split off this finding; may be repeated.")
@_options
def split(
    campaign: str,
    version: str | None,
    keys: tuple[str, ...],
    data: str | None,
    *,
    reason: str,
    dry_run: bool,
) -> None:
    """Make findings of CAMPAIGN a wording and campaign of their own; what is like them follows."""
    desk = opened(data=data)
    if bool(version) == bool(keys):
        raise click.UsageError("Say either --version or --finding.")
    found = (
        members(desk, campaign, version) if version else [desk.record.finding(key) for key in keys]
    )
    wish = Wish(actor=_ACTOR, action="split", subject=campaign, findings=found)
    _do(desk, wish, reason, dry_run=dry_run)


@correct.command()
@click.argument("key")
@click.argument("campaign")
@_options
def pin(key: str, campaign: str, data: str | None, *, reason: str, dry_run: bool) -> None:
    """Put finding KEY into CAMPAIGN, whatever its text says. It teaches the machine nothing."""
    desk = opened(data=data)
    found = [desk.record.finding(key)]
    wish = Wish(actor=_ACTOR, action="pin", subject="", target=campaign, findings=found)
    _do(desk, wish, reason, dry_run=dry_run)


@correct.command()
@click.argument("account")
@click.option("--as", "words", default="", help="What it is, in a few words: a charity's wallet.")
@_options
def benign(account: str, words: str, data: str | None, *, reason: str, dry_run: bool) -> None:
    """Mark ACCOUNT, as `bitcoin:1Abc…`, as nobody's who blackmails: it links nothing any more."""
    wish = Wish(actor=_ACTOR, action="benign", subject=account, target=words)
    _do(opened(data=data), wish, reason, dry_run=dry_run)


@correct.command()
@click.argument("wording")
@click.argument("kind", type=click.Choice(get_args(VerdictKind)))
@_options
def label(wording: str, kind: str, data: str | None, *, reason: str, dry_run: bool) -> None:
    """Say what KIND of case a WORDING is. A threat to life, and what reporters tell, go before."""
    wish = Wish(actor=_ACTOR, action="label", subject=wording, target=kind)
    _do(opened(data=data), wish, reason, dry_run=dry_run)


@correct.command()
@click.argument("key")
@click.argument("kind", type=click.Choice(get_args(VerdictKind)))
@_options
def kind(key: str, kind: str, data: str | None, *, reason: str, dry_run: bool) -> None:
    """Say what KIND of case finding KEY is, whatever the machine says; no reply gets calmer."""
    wish = Wish(actor=_ACTOR, action="kind", subject=key, target=kind)
    _do(opened(data=data), wish, reason, dry_run=dry_run)


@correct.command()
@click.argument("key")
@click.argument("flag", type=click.Choice(get_args(Flag)))
@click.option("--off", is_flag=True, help="It does not hold, although the machine says so.")
@_options
def flag(key: str, flag: str, data: str | None, *, off: bool, reason: str, dry_run: bool) -> None:
    """Say that FLAG holds of finding KEY. Danger puts it before a person; no reply gets calmer."""
    wish = Wish(actor=_ACTOR, action="unflag" if off else "flag", subject=key, target=flag)
    _do(opened(data=data), wish, reason, dry_run=dry_run)


@correct.command()
@click.argument("number")
@_options
def undo(number: str, data: str | None, *, reason: str, dry_run: bool) -> None:
    """Take correction NUMBER back; what the machine said shows again."""
    wish = Wish(actor=_ACTOR, action="undo", subject=number)
    _do(opened(data=data), wish, reason, dry_run=dry_run)


@correct.command(name="list")
@as_json
@data
def list_(data: str | None, *, as_json: bool) -> None:
    """Show all corrections, those that were taken back too."""
    desk = opened(data=data)
    made = desk.register.corrections()
    why = reasons(desk.journal, made)
    rows = ({**_shape(it), "reason": why.get(it.number, "")} for it in made)
    if not show(rows, _line, json_wanted=as_json) and not as_json:
        click.echo("Nobody corrected anything yet.")


@correct.command()
@as_json
@data
def proposals(data: str | None, *, as_json: bool) -> None:
    """List what could be merged or split, and why; let it run every night. It changes nothing."""
    desk = opened(data=data)
    rows = (asdict(it) for it in desk.register.proposals())
    if not show(rows, _proposed, json_wanted=as_json) and not as_json:
        click.echo("Nothing to propose.")


def _proposed(it: Shape) -> str:
    how = f"--version {it['target']}" if it["action"] == "split" else it["target"]
    return f"{it['action']} {it['subject']} {how}: {it['why']} ({it['findings']} findings)"


def _do(desk: Desk, wish: Wish, reason: str, *, dry_run: bool) -> None:
    if not reason.strip():
        raise SettingsError("Give a reason: it is what others will go by.")
    if dry_run:
        foreseen(desk, wish)
        findings = f", {len(wish.findings)} findings" if wish.findings else ""
        click.echo(f"would {wish.action} {_what(wish.subject, wish.target)}{findings}")
        return
    with click.progressbar(length=0, label="correcting", file=sys.stderr, show_pos=True) as bar:
        done = carry_out(desk, wish, reason, bar.update)
    it = done.correction
    what = _what(it.subject, it.target)
    click.echo(f"correction {it.number}: {it.action} {what}; {done.changed} findings changed")


def _what(subject: str, target: str) -> str:
    return " ".join(it for it in (subject, target) if it)


def _shape(it: Correction) -> Shape:
    return {
        "number": it.number,
        "at": it.at.isoformat(),
        "actor": it.actor,
        "action": it.action,
        "subject": it.subject,
        "target": it.target,
        "undone_by": it.undone_by,
        "applied": it.applied,
    }


def _line(it: Shape) -> str:
    back = f"  (taken back by {it['undone_by']})" if it["undone_by"] else ""
    what = _what(it["subject"], it["target"])
    why = f": {it['reason']}" if it["reason"] else ""
    return f"{it['number']:5}  {it['at'][:16]}Z  {it['actor']}  {it['action']} {what}{why}{back}"


COMMANDS = (correct,)
