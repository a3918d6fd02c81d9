"""The table of the ledger, and how a decision lies in its columns."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import get_args

from sqlalchemy import Boolean, Column, Index, Integer, MetaData, Row, String, Table, Text

from casefile.reply import MAINS, PARTS, Answer, Decision, Main, State

metadata = MetaData()
table = Table(
    "ledger_decisions",
    metadata,
    Column("submission", String(64), primary_key=True),
    Column("state", String(16), nullable=False),
    Column("main", String(16)),
    # Parts and languages: words between blanks, in the order of the answer.
    Column("parts", String(64), nullable=False),
    Column("alert", Boolean, nullable=False),
    Column("languages", String(64), nullable=False),
    Column("reason", Text, nullable=False),
    Column("reference", String(32), unique=True),
    # HMAC-SHA-256, hexadecimal; null where nobody asked to be answered.
    Column("reporter", String(64)),
    # UTC, ISO 8601 of fixed width, so that it sorts as text in every database.
    Column("at", String(32), nullable=False),
    Index("ledger_decisions_by_reporter", "reporter", "at"),
)
#: How many replies began to leave in each minute.
sendings = Table(
    "ledger_sendings",
    metadata,
    # `all`, or a domain as HMAC-SHA-256, hexadecimal.
    Column("what", String(64), primary_key=True),
    # Since 1970, UTC.
    Column("minute", Integer, primary_key=True, autoincrement=False),
    Column("replies", Integer, nullable=False),
)
#: One row while all replies are stopped.
brake = Table(
    "ledger_brake",
    metadata,
    Column("name", String(16), primary_key=True),
    Column("since", String(32), nullable=False),
    Column("reason", Text, nullable=False),
)
#: Who told us of which wording, each once: so that it can be said how many have, and since when.
tellers = Table(
    "ledger_tellers",
    metadata,
    Column("wording", String(32), primary_key=True),
    # HMAC-SHA-256, hexadecimal.
    Column("reporter", String(64), primary_key=True),
    Column("at", String(32), nullable=False),
    Index("ledger_tellers_since", "wording", "at"),
)

_STATES: dict[str, State] = {state: state for state in get_args(State)}


def row_of(decision: Decision, reporter: str | None) -> dict[str, str | bool | None]:
    """Give the columns of a decision; the reporter's hash is None where nobody asked."""
    return {
        "submission": decision.submission,
        "state": decision.state,
        "main": decision.answer.main,
        "parts": " ".join(decision.answer.parts),
        "alert": decision.answer.alert,
        "languages": " ".join(decision.answer.languages),
        "reason": decision.reason,
        "reference": decision.reference or None,
        "reporter": reporter,
        "at": stamp(decision.at),
    }


def decision_of(row: Row[tuple[object, ...]]) -> Decision:
    """Read a row back."""
    values = row._mapping  # noqa: SLF001 - the documented way to a row's columns by name
    return Decision(
        submission=values["submission"],
        state=_STATES[values["state"]],
        answer=Answer(
            main=_main(values["main"]),
            parts=tuple(part for part in PARTS if part in values["parts"].split()),
            alert=values["alert"],
            languages=tuple(values["languages"].split()),
        ),
        reason=values["reason"],
        reference=values["reference"] or "",
        at=datetime.fromisoformat(values["at"]),
    )


def _main(name: str | None) -> Main | None:
    return next((main for main in MAINS if main == name), None)


def stamp(moment: datetime) -> str:
    """Give a time in UTC in the one form that sorts as text."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
