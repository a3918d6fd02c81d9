"""Commands that only read: findings, campaigns, accounts, replies, and what waits for a person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import TextIO

import click

from casefile.finding import Finding
from casefile.query import Query
from casefile.reply import Told
from desk import shapes
from desk.cli_options import as_json, data, flag, opened, show, show_one
from desk.pipeline import now_utc
from desk.reading import ReadingFailed
from desk.rooms import TEMPLATES
from desk.seeing import common_text
from desk.seeing import seen as seen_before
from desk.settings import load
from responders.compose import Composer
from responders.profile import load as load_profile
from triage.linked import SUPPORT
from triage.template_text import shown

PAGE = 200
#: So many accounts stand in a line.
NAMED = 3


@click.command()
@as_json
@data
def findings(data: str | None, *, as_json: bool) -> None:
    """List every finding: its wording, campaign, accounts and verdict."""
    desk = opened(data=data)
    count = show(map(shapes.found, desk.record.findings()), _finding_line, json_wanted=as_json)
    if not count and not as_json:
        click.echo("No findings yet. Send a mail to the door, or bring files in: desk collect PATH")


@click.command()
@click.argument("query")
@as_json
@data
def search(query: str, data: str | None, *, as_json: bool) -> None:
    """Search the findings by words, "phrases", accounts or ids; all of them must match.

    A reference (DP-…) that a reporter quotes finds their report, and the mails that followed it.
    """
    desk = opened(data=data)
    if (decision := desk.ledger.by_reference(query)) is not None:
        keys = [decision.submission, *desk.record.follow_ups(decision.submission)]
        report = (it for key in keys for it in desk.record.findings_of(key))
        show(map(shapes.found, report), _finding_line, json_wanted=as_json)
        return
    first = desk.index.search(Query(text=query, limit=PAGE))

    def hits() -> Iterator[Finding]:
        page, offset = first, 0
        while page.hits:
            yield from (hit.finding for hit in page.hits)
            offset += len(page.hits)
            page = desk.index.search(Query(text=query, offset=offset, limit=PAGE))

    show(map(shapes.found, hits()), _finding_line, json_wanted=as_json)
    if not as_json:
        click.echo(f"{first.total} found")


@click.command()
@click.argument("value")
@as_json
@data
def account(value: str, data: str | None, *, as_json: bool) -> None:
    """Show an account: its findings, campaigns, near-misses, first and last seen."""
    page = opened(data=data).index.account(value)
    show_one(shapes.account_page(page), json_wanted=as_json)
    if not page.findings and not as_json:
        click.echo(f"No finding names {value}.")


@click.command()
@click.argument("file", type=click.File(encoding="utf-8", errors="replace"), default="-")
@as_json
@data
def seen(file: TextIO, data: str | None, *, as_json: bool) -> None:
    """Say whether a text, pasted or from a FILE, is of a known wording or names a known account."""
    desk = opened(data=data)
    try:
        found = seen_before(desk, file.read())
    except ReadingFailed as error:
        raise click.ClickException(f"the text cannot be read: {error}") from None
    finally:
        desk.reader.close()
    known = any(it["same"] for it in found["wordings"])
    known |= any(it["findings"] for it in found["accounts"])
    show_one(found, json_wanted=as_json)
    if not known and not as_json:
        click.echo("We have not seen it.")


@click.command()
@as_json
@data
def campaigns(data: str | None, *, as_json: bool) -> None:
    """List the campaigns, those with the newest finding first."""
    index = opened(data=data).index

    def pages() -> Iterator[shapes.Shape]:
        offset = 0
        while batch := index.campaigns(offset=offset, limit=PAGE):
            yield from map(shapes.campaign_line, batch)
            offset += len(batch)

    count = show(pages(), _campaign_line, json_wanted=as_json)
    if not count and not as_json:
        click.echo("No campaigns yet.")


@click.command()
@click.argument("key", metavar="ID")
@as_json
@data
def campaign(key: str, data: str | None, *, as_json: bool) -> None:
    """Show one campaign with its accounts, links, versions, members, and what they all say.

    The id of one that was merged leads to what it is now.
    """
    desk = opened(data=data)
    found = desk.index.campaign(desk.register.known_as(key))
    text = {"text": shown(common_text(desk.record, found))}
    show_one(shapes.campaign(found) | text, json_wanted=as_json)


@click.command()
@click.argument("key", metavar="ID")
@click.option(
    "--support",
    type=click.IntRange(min=1),
    default=SUPPORT,
    show_default=True,
    help="Follow only where two campaigns both name so many accounts.",
)
@as_json
@data
def linked(key: str, data: str | None, *, support: int, as_json: bool) -> None:
    """Follow accounts from one campaign to others, and from those on.

    An account that more than five campaigns name leads nowhere: look at it with `desk account`.
    """
    found, more = opened(data=data).register.linked(key, support)
    show(map(asdict, found), _linked_line, json_wanted=as_json)
    if more:
        click.echo("There is more: ask for a higher --support.", err=True)
    if not found and not as_json:
        click.echo("No link of that support leads anywhere.")


def _linked_line(it: shapes.Shape) -> str:
    named = ", ".join(value for _, value in it["accounts"][:NAMED])
    rest = f" and {len(it['accounts']) - NAMED} more" if len(it["accounts"]) > NAMED else ""
    return f"{it['steps']:2}  {it['campaign']}  from {it['via']}: {named}{rest}"


@click.command()
@as_json
@data
def replies(data: str | None, *, as_json: bool) -> None:
    """List every decision: answered with what, or why not."""
    desk = opened(data=data)
    show(map(shapes.decided, desk.ledger.decisions()), _reply_line, json_wanted=as_json)


@click.command()
@as_json
@data
def queue(data: str | None, *, as_json: bool) -> None:
    """List what waits for a person, the most serious first, with its 24-hour clock."""
    desk, now = opened(data=data), now_utc()
    rows = (shapes.waits(item, now) for item in desk.record.waiting())
    if not show(rows, _waiting_line, json_wanted=as_json) and not as_json:
        click.echo("Nothing waits for a person.")


@click.command("reply-preview")
@click.option("--kind", required=True, help="A main text or a part: bluff, recorded, paid, ...")
@click.option("--language", default="both", help="cy, en or both.", show_default=True)
@click.option("--told", default=0, help="How many have told us of the same message, since today.")
@flag("profile")
def reply_preview(kind: str, language: str, told: int, profile: str | None) -> None:
    """Show what a reporter would get."""
    settings = load({"profile": profile})
    composer = Composer(
        load_profile(settings.profile), TEMPLATES / "reply", desk_domain=settings.domain
    )
    click.echo(composer.preview(kind, language, Told(people=told, since=now_utc())))


def _finding_line(row: shapes.Shape) -> str:
    flags = ", ".join(row["verdict"]["flags"])
    accounts = ", ".join(it["value"] for it in row["accounts"])
    return (
        f"{row['key']}  {row['verdict']['kind']}{f' [{flags}]' if flags else ''}  "
        f"{row['campaign'] or '-'}  {accounts or 'no account'}"
        f"{'  copy of ' + row['copy_of'] if row['copy_of'] else ''}"
    )


def _campaign_line(row: shapes.Shape) -> str:
    return (
        f"{row['id']}  {row['kind']}  {row['findings']} findings, {row['reporters']} reporters, "
        f"{row['accounts']} accounts  {row['first_seen'][:10]} to {row['last_seen'][:10]}  "
        f"{row['excerpt']}"
    )


def _reply_line(row: shapes.Shape) -> str:
    what = "+".join(dict.fromkeys([row["kind"] or "-", *row["parts"]]))
    return f"{row['key']}  {row['state']}  {what}  {row['reference'] or '-'}  {row['reason']}"


def _waiting_line(row: shapes.Shape) -> str:
    late = "OVERDUE" if row["overdue"] else "due"
    return f"{row['key']}  {row['desk']}  {late} {row['due'][:16]}Z  {row['reason']}"


COMMANDS = (
    findings,
    search,
    account,
    seen,
    campaigns,
    campaign,
    linked,
    replies,
    queue,
    reply_preview,
)
