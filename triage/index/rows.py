"""What of a finding goes into which column of the index, and back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from casefile.finding import Finding
from casefile.indicator import KINDS, Indicator
from casefile.query import MARK_END, MARK_START
from triage.masking import masking
from triage.names import names_of

#: Kinds whose values differ by case alone (base58 and its like); bech32 within them is lower.
_CASE_TELLS = frozenset(
    {
        "bitcoin",
        "bitcoin-cash",
        "litecoin",
        "dogecoin",
        "dash",
        "zcash",
        "tron",
        "monero",
        "ripple",
        "solana",
        "ton",
    }
)
EXCERPT = 160
#: So much of a text is looked at for it.
_EXCERPT_AT_MOST = 1_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

Row = dict[str, Any]


def encode(finding: Finding) -> str:
    """Give the finding as JSON. Halves of surrogates, which JSON cannot hold, are replaced."""
    try:
        return msgspec.json.encode(finding).decode()
    except UnicodeEncodeError:
        return msgspec.json.encode(_with_storable_strings(msgspec.to_builtins(finding))).decode()


_decoder = msgspec.json.Decoder(Finding)


def decode(document: str | bytes) -> Finding:
    """Give back what `encode` took."""
    return _decoder.decode(document)


def finding_row(finding: Finding) -> Row:
    """Give the row of a finding, without its number."""
    report, placement = finding.report, finding.placement
    return {
        "key": finding.key,
        "received": microseconds(report.received_at),
        "kind": finding.verdict.kind,
        "language": finding.language,
        "wording": placement.wording,
        "version": placement.version,
        "campaign": placement.campaign,
        "why": storable(placement.why),
        "reporter": storable(report.reporter.address.casefold()),
        "excerpt": _excerpt(finding),
        "document": encode(finding),
    }


def text_row(finding: Finding) -> Row:
    """Give the row of the full-text table, without its number.

    `folded` makes a text in look-alike letters findable by the words a person reads in it. The
    names of the one whom the offender wrote to are left out: nobody is found by being a victim.
    """
    reported, reporter = finding.report.reported, finding.report.reporter
    nameless = masking(names_of(reported.to, finding.text))
    return {
        "text": storable(nameless(finding.text)),
        "subject": storable(nameless(reported.subject)),
        "note": storable(reporter.said),
        "sender": storable(f"{reported.sender} {reported.reply_to}"),
        "reporter": storable(reporter.address),
        "hidden": storable(nameless(finding.hidden)),
        "folded": storable(finding.fingerprint.masked),
    }


def flag_rows(finding: Finding) -> list[Row]:
    """Give a row for each flag."""
    return [{"flag": flag} for flag in sorted(set(finding.verdict.flags))]


def indicator_rows(finding: Finding) -> list[Row]:
    """Give a row for each distinct account and contact."""
    named: dict[tuple[str, str], Row] = {}
    for indicator in (*finding.accounts, *finding.contacts):
        value = storable(indicator.value)
        links = indicator.links and not finding.lists_accounts
        if (indicator.kind, value) not in named or links:
            named[indicator.kind, value] = _indicator_row(indicator, value, links=links)
    return list(named.values())


def _indicator_row(indicator: Indicator, value: str, *, links: bool) -> Row:
    folded = looked_up(indicator.kind, value)
    account = KINDS[indicator.kind].account and indicator.check != "near-miss"
    return {
        "kind": indicator.kind,
        "value": value,
        "folded": folded,
        "backwards": folded[::-1],
        "written": looked_up(indicator.kind, "".join(storable(indicator.as_written).split())),
        "account": account,
        "links": account and links,
    }


def looked_up(kind: str, value: str) -> str:
    """Give the form in which a value is compared: without case where case tells nothing."""
    return value if kind in _CASE_TELLS else value.casefold()


def microseconds(at: datetime) -> int:
    """Give a time as whole microseconds since 1970, UTC."""
    return (at - _EPOCH) // _MICROSECOND


def moment(since_1970: int) -> datetime:
    """Give back the time that `microseconds` took, in UTC."""
    return _EPOCH + since_1970 * _MICROSECOND


def _excerpt(finding: Finding) -> str:
    """Give a line to know the text by: masked, so that no victim's name or password is in it."""
    words = finding.fingerprint.masked or finding.report.reported.subject
    return " ".join(storable(words[:_EXCERPT_AT_MOST]).split())[:EXCERPT]


def storable(text: str) -> str:
    """Give the text without what a database would choke on or take for a mark of ours."""
    text = text.encode("utf-8", "replace").decode()
    # Three searches for one letter each are far quicker than one look at every letter.
    return text.replace("\0", " ").replace(MARK_START, " ").replace(MARK_END, " ")


def _with_storable_strings(value: object) -> object:
    """Give builtins with every string made storable."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {
            _with_storable_strings(key): _with_storable_strings(inner)
            for key, inner in value.items()
        }
    if isinstance(value, list | tuple):
        return [_with_storable_strings(inner) for inner in value]
    return value
