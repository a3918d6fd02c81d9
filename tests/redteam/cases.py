"""Reads the written cases, forwards each as a reporter would, and says what the desk makes of it.

A case stands in a TOML file as `[[case]]`: `id`, `language`, `note`, `subject` (the reporter's
own, where they wrote one), `reported` (a text, or `@key` of `mails.toml`), `reported_subject`,
`truth`, `flags` (those that must be set), `danger` (true: a text that calms would do harm), `why`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from pathlib import Path
from typing import Any

from forwarder.clients import BY_KEY
from forwarder.compose import forward
from forwarder.mails import WORDS, Original
from forwarder.shapes import FORCE, REPORTER
from submissions import reports_of
from wallets import base58check, ether_address, hash_of, monero_address, witness

from casefile.finding import Finding
from casefile.reply import Answer
from responders.decide import answer_for
from triage.examine import examine

OWN = Path(__file__).parent / "own"
#: What a case may be in truth.
TRUTHS = (
    "bluff",
    "recorded",
    "minor",
    "paid",
    "distress",
    "threat",
    "organisation",
    "other",
)
#: A field of the head, with the lines that it is folded to.
_SUBJECT = re.compile(rb"(?m)^Subject: [^\r\n]*\r\n(?:[ \t][^\r\n]*\r\n)*")
#: What stands in braces in `mails.toml`: accounts and people that do not exist.
_INVENTED = {
    "{btc1}": witness("bc", 0, hash_of("red one")),
    "{btc2}": base58check(b"\x00", hash_of("red two")),
    "{btc3}": base58check(b"\x05", hash_of("red three")),
    "{ltc1}": witness("ltc", 0, hash_of("red four")),
    "{xmr1}": monero_address("red five"),
    "{tron1}": base58check(b"\x41", hash_of("red six")),
    "{eth1}": ether_address("red seven"),
    "{pass}": "biscuit-tram-88",
    "{name}": "Sam Reporter",
    "{street}": "14 Heol yr Orsaf",
    "{phone}": "07700 900461",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """One written case."""

    id: str
    language: str
    note: str
    subject: str
    reported: str
    truth: str
    flags: frozenset[str]
    danger: bool
    #: What tells cases of one reported mail: its key, or its text.
    mail: str
    #: What the reporter wrote as subject; empty where the client made it of the reported one.
    written_subject: str = ""

    def raw(self) -> bytes:
        """Forward the mail as Gmail does, with the note above it."""
        original = Original(
            name="Unknown",
            address="unknown@offender.example",
            to=f"Sam Reporter <{REPORTER}>",
            subject=self.subject,
            when=datetime(2025, 11, 4, 17, 42),  # noqa: DTZ001
            text=self.reported,
        )
        words = WORDS[self.language if self.language in WORDS else "en"]
        raw = forward(original, BY_KEY["gmail"], words, reporter=REPORTER, to=FORCE, note=self.note)
        if not self.written_subject:
            return raw
        subject = Header(self.written_subject, "utf-8", maxlinelen=900).encode()
        return _SUBJECT.sub(lambda _: f"Subject: {subject}\r\n".encode(), raw, count=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What the desk makes of a case."""

    case: Case
    finding: Finding
    #: What it would be answered with once bluffs are answered as such.
    answer: Answer

    @property
    def kind(self) -> str:
        """Give the kind of its verdict."""
        return self.finding.verdict.kind

    @property
    def missed(self) -> frozenset[str]:
        """Give the flags that must be set and are not."""
        return self.case.flags - frozenset(self.finding.verdict.flags)


def cases(folder: Path = OWN) -> Iterator[Case]:
    """Give the cases of a folder, file by file. Raises KeyError where one lacks what it needs."""
    shared = folder / "mails.toml"
    mails = tomllib.loads(shared.read_text(encoding="utf-8")) if shared.is_file() else {}
    for place in sorted(folder.glob("*.toml")):
        if place != shared:
            told = tomllib.loads(place.read_text(encoding="utf-8"))
            yield from (_case(row, mails) for row in told.get("case", ()))


def _case(row: dict[str, Any], mails: dict[str, dict[str, str]]) -> Case:
    reported, subject = row["reported"], row.get("reported_subject", "")
    if reported.startswith("@"):
        mail = mails[reported[1:]]
        subject = subject or mail["subject"]
        text = mail["text"].strip()
    else:
        text = reported
    return Case(
        id=row["id"],
        language=row["language"],
        note=row["note"],
        subject=invented(subject),
        reported=invented(text),
        truth=row["truth"],
        flags=frozenset(row["flags"]),
        danger=row["danger"],
        mail=reported,
        written_subject=row.get("subject", ""),
    )


def invented(text: str) -> str:
    """Put invented accounts and people in their places."""
    for place, value in _INVENTED.items():
        text = text.replace(place, value)
    return text


def outcome(case: Case) -> Outcome:
    """Give what becomes of a case. Raises ValueError where its forward makes not one report."""
    (report,) = reports_of(case.raw())
    finding = examine(report)
    return Outcome(case=case, finding=finding, answer=answer_for([finding], bluff_proven=True))
