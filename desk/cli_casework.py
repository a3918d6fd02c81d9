"""Commands on the work of people: whom they have answered, what they note, how far they are."""

from __future__ import annotations

from typing import get_args

import click

from casefile.casework import Case, CaseState, Note, Progress, ReplyLanguage
from casefile.errors import SettingsError
from casefile.reply import MAINS, Main
from desk.answering import Request, have_answered, offer
from desk.casework_merged import case_of, cases
from desk.cli_options import as_json, data, opened, show, show_one
from desk.cli_sending import settle
from desk.rooms import Desk
from desk.shapes import Shape
from desk.working import Change, notes_on, subject_of
from desk.working import change as change_case
from desk.working import note as keep_note
from desk.working import withdraw as withdraw_note

_ACTOR = "operator"

reason = click.option("--reason", required=True, help="Why; it stands in the journal.")
main = click.option("--text", "main", type=click.Choice(MAINS), help="Which text; else the desk's.")
language = click.option(
    "--language", type=click.Choice(get_args(ReplyLanguage)), help="Which language stands first."
)
address = click.option(
    "--address", default="", help="The address that you spoke with; checked against the mail's."
)


@click.group()
def waiting() -> None:
    """Work on what waits for a person: `desk queue` lists it."""


@waiting.command()
@click.argument("key")
@as_json
@data
def texts(key: str, data: str | None, *, as_json: bool) -> None:
    """Say which texts may be sent to the reporter of KEY, who was not answered."""
    found = offer(opened(data=data), key)
    row: Shape = {
        "key": key,
        "texts": list(found.mains) if found and not found.why_not else [],
        "own": found.own.main if found else None,
        "to_vouch": bool(found and found.to_vouch),
        "why_not": found.why_not if found else "it was answered, or is about to be",
    }
    show_one(row, json_wanted=as_json)


@waiting.command()
@click.argument("key")
@address
@main
@language
@reason
@data
def vouch(
    *,
    key: str,
    address: str,
    main: Main | None,
    language: ReplyLanguage | None,
    reason: str,
    data: str | None,
) -> None:
    """Vouch for the reporter of KEY: you spoke with them, and this address wrote to us.

    Then they are answered, at most once. Loops, lists, machines and the offender never are.
    """
    _have_answered(
        opened(data=data),
        Request(
            key=key,
            actor=_ACTOR,
            reason=reason,
            main=main,
            language=language,
            vouched=True,
            address=address,
        ),
    )


@waiting.command()
@click.argument("key")
@main
@language
@reason
@data
def answer(
    key: str, main: Main | None, language: ReplyLanguage | None, reason: str, data: str | None
) -> None:
    """Have the reporter of KEY answered, at most once, with a text that you pick.

    Where danger or harm stands, no text that calms can be picked.
    """
    request = Request(key=key, actor=_ACTOR, reason=reason, main=main, language=language)
    _have_answered(opened(data=data), request)


def _have_answered(desk: Desk, request: Request) -> None:
    if not request.reason.strip():
        raise SettingsError("Give a reason: it is what others will go by.")
    decision = have_answered(desk, request)
    text = f"{decision.answer.main} in {', '.join(decision.answer.languages)}"
    click.echo(f"{request.key} is {decision.state}, {text}; a running desk sends it within seconds")


waiting.add_command(settle)


@click.group()
def case() -> None:
    """Note things, assign them, and say how far they are: findings, campaigns, accounts."""


@case.command()
@click.argument("subject")
@click.argument("text")
@data
def note(subject: str, text: str, data: str | None) -> None:
    """Note TEXT on SUBJECT: a finding, a campaign as C-9, an account as `bitcoin:1Abc…`."""
    kept = keep_note(opened(data=data), subject, text, _ACTOR)
    click.echo(f"note {kept.number} on {kept.subject}")


@case.command()
@click.argument("number", type=int)
@reason
@data
def withdraw(number: int, reason: str, data: str | None) -> None:
    """Withdraw note NUMBER: nobody is shown it any more; the journal keeps it."""
    gone = withdraw_note(opened(data=data), number, reason, _ACTOR)
    click.echo(f"note {gone.number} on {gone.subject} is withdrawn")


@case.command()
@click.argument("subject")
@as_json
@data
def notes(subject: str, data: str | None, *, as_json: bool) -> None:
    """Show the notes on SUBJECT."""
    desk = opened(data=data)
    rows = (_note(it) for it in notes_on(desk, subject_of(desk, subject)))
    if not show(rows, _note_line, json_wanted=as_json) and not as_json:
        click.echo("Nobody noted anything.")


@case.command()
@click.argument("subject")
@click.option("--state", type=click.Choice(get_args(CaseState)), help="How far it is.")
@click.option("--assigned", help="Who works on it; empty for nobody.")
@click.option("--reason", default="", help="Why; needed to close it.")
@data
def change(
    subject: str, state: CaseState | None, assigned: str | None, reason: str, data: str | None
) -> None:
    """Say who works on SUBJECT and how far it is. What is closed waits for nobody any more."""
    desk = opened(data=data)
    known = case_of(desk, subject_of(desk, subject))
    kept = change_case(
        desk,
        Change(
            subject=subject,
            state=state or (known.state if known else "new"),
            assigned=(known.assigned if known else "") if assigned is None else assigned,
            reason=reason,
            actor=_ACTOR,
            before=known.at if known else None,
        ),
    )
    click.echo(_case_line(_case(kept)))


@case.command(name="list")
@click.option("--state", type=click.Choice(get_args(CaseState)), help="Only those.")
@click.option("--assigned", default="", help="Only what this person works on.")
@as_json
@data
def list_(state: CaseState | None, assigned: str, data: str | None, *, as_json: bool) -> None:
    """List what people work on, the newest first."""
    rows = (_case(it) for it in cases(opened(data=data), state, assigned))
    if not show(rows, _case_line, json_wanted=as_json) and not as_json:
        click.echo("Nobody works on anything of this kind.")


@click.command()
@as_json
@data
def progress(data: str | None, *, as_json: bool) -> None:
    """Say how far corrections, a replay or a re-examination have come, if any goes on."""
    rows = (_progress(it) for it in opened(data=data).record.progress())
    if not show(rows, _progress_line, json_wanted=as_json) and not as_json:
        click.echo("Nothing that takes long goes on.")


def _progress(it: Progress) -> Shape:
    return {
        "name": it.name,
        "done": it.done,
        "total": it.total,
        "since": it.since.isoformat(),
        "at": it.at.isoformat(),
    }


def _progress_line(it: Shape) -> str:
    return f"{it['name']}: {it['done']} of {it['total']}, went on last {it['at'][:19]}Z"


def _note(it: Note) -> Shape:
    return {
        "number": it.number,
        "subject": it.subject,
        "at": it.at.isoformat(),
        "actor": it.actor,
        "text": it.text,
        "withdrawn_by": it.withdrawn_by or None,
    }


def _note_line(it: Shape) -> str:
    said = f"(withdrawn by {it['withdrawn_by']})" if it["withdrawn_by"] else it["text"]
    return f"{it['number']:5}  {it['at'][:16]}Z  {it['actor']}  {it['subject']}  {said}"


def _case(it: Case) -> Shape:
    return {
        "subject": it.subject,
        "state": it.state,
        "assigned": it.assigned,
        "reason": it.reason,
        "actor": it.actor,
        "at": it.at.isoformat(),
    }


def _case_line(it: Shape) -> str:
    who = f"  {it['assigned']}" if it["assigned"] else ""
    why = f"  ({it['reason']})" if it["reason"] else ""
    return f"{it['subject']}  {it['state']}{who}{why}"


#: `desk answer` is the short name of `desk waiting vouch`.
COMMANDS = (
    progress,
    waiting,
    case,
    click.Command("answer", params=vouch.params, callback=vouch.callback, help=vouch.help),
)
