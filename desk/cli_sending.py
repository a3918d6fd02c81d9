"""Commands on the replies that leave: stop them, let them leave again, settle what is uncertain."""

from __future__ import annotations

import json
from collections import Counter

import click

from casefile.errors import Refused, SettingsError
from desk.cli_options import as_json, data, opened
from desk.pipeline import now_utc
from desk.rooms import Desk
from desk.settling import settle as settle_reply
from desk.shapes import Shape


@click.group()
def sending() -> None:
    """Look after the replies that leave."""


@sending.command()
@click.option("--reason", required=True, help="Why, in a few words; it is shown to everybody.")
@data
def stop(data: str | None, *, reason: str) -> None:
    """Let no reply leave any more, in every process, until `resume`. Mail is taken as before.

    What waits longer than a day is put before a person.
    """
    desk, now = opened(data=data), now_utc()
    desk.ledger.stop(reason, now)
    desk.journal.append("operator", "stopped-replies", "replies", reason, now)
    click.echo("No reply leaves until `desk sending resume`.")


@sending.command()
@data
def resume(data: str | None) -> None:
    """Let replies leave again; those that waited leave within some minutes."""
    desk = opened(data=data)
    desk.ledger.resume()
    desk.journal.append("operator", "resumed-replies", "replies", "", now_utc())
    click.echo("Replies leave again.")


@sending.command()
@as_json
@data
def status(data: str | None, *, as_json: bool) -> None:
    """Count the replies by state and reason, and say whether they are stopped."""
    shown = _status(opened(data=data))
    if as_json:
        click.echo(json.dumps(shown, ensure_ascii=False))
        return
    stopped = shown["stopped"]
    click.echo(f"stopped since {stopped['since'][:16]}Z: {stopped['reason']}" if stopped else "on")
    minute, hour, day = (shown["begun"][it] for it in ("minute", "hour", "day"))
    click.echo(f"begun: {minute} in this minute, {hour} in the last hour, {day} in the last day")
    for row in shown["decisions"]:
        click.echo(f"{row['count']:8}  {row['state']}  {row['reason']}")


def _status(desk: Desk) -> Shape:
    brake = desk.ledger.stopped()
    counts = Counter((it.state, it.reason) for it in desk.ledger.decisions())
    return {
        "stopped": brake and {"since": brake.since.isoformat(), "reason": brake.reason},
        "begun": dict(zip(("minute", "hour", "day"), desk.ledger.begun(now_utc()), strict=True)),
        "decisions": [
            {"state": state, "reason": reason, "count": count}
            for (state, reason), count in sorted(counts.items())
        ],
    }


@click.command()
@click.argument("key")
@click.option("--sent/--not-sent", required=True, default=None, help="What became of it.")
@data
def settle(key: str, data: str | None, *, sent: bool) -> None:
    """Say what became of a reply that is `uncertain`, as the mail server's log has it.

    Nothing is sent, and it waits for nobody any more. One that was not sent no longer counts
    towards the reporter's limits: write to them yourself.
    """
    desk = opened(data=data)
    try:
        state = settle_reply(
            desk.ledger, desk.record, desk.journal, key, actor="operator", sent=sent
        )
    except Refused as refusal:
        raise SettingsError(str(refusal)) from None
    click.echo(f"{key} is {state}.")


COMMANDS = (sending, settle)
