"""The mail that is forwarded, as a mail client knows it, and the words of clients by language."""

from __future__ import annotations

import email
import email.header
import email.utils
import html
import re
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from email.policy import compat32
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser

_ABBREVIATED = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Original:
    """What a client shows of a mail."""

    name: str
    address: str
    to: str
    subject: str
    #: When it was sent, as the reader's clock shows it; None where the mail does not say.
    when: datetime | None
    text: str
    reply_to: str = ""
    #: Inside of <body>, with style sheets; made of the text where it is empty.
    html: str = ""
    #: The date as the mail has it, for what cannot be read as one.
    date: str = ""

    @property
    def sender(self) -> str:
        """Give the author as `Name <address>`."""
        return f"{self.name} <{self.address}>" if self.name else f"<{self.address}>"

    @property
    def page(self) -> str:
        """Give the HTML that a client puts below its header block."""
        return self.html or "".join(
            f"<div>{escaped(line) or '<br>'}</div>" for line in self.text.split("\n")
        )


@dataclass(frozen=True, slots=True)
class Words:
    """What clients write in one language: a row of words.toml."""

    code: str
    row: dict[str, object]

    def __getitem__(self, key: str) -> str:
        """Give a word of the row."""
        return str(self.row[key])

    def label(self, field: str) -> str:
        """Give the label of from, to, date, sent, subject or reply_to."""
        labels = self.row["labels"]
        assert isinstance(labels, list)
        return str(labels[("from", "to", "date", "sent", "subject", "reply_to").index(field)])

    def long(self, when: datetime) -> str:
        """Give a date as Outlook and others write it out."""
        return self._date(self["when"], when, str(self["months"]).split())

    def short(self, when: datetime) -> str:
        """Give a date with months cut short, as Gmail writes it, with a half day where one is."""
        if str(self["months"])[0].isdigit():
            return self.long(when)
        clock = "{h}:{M} {half}" if "half" in self.row else "{H}:{M}"
        months = _cut(str(self["months"]).split(), int(str(self.row.get("cut", _ABBREVIATED))))
        return self._date(f"{{w}}, {{d}} {{b}} {{y}} {clock}", when, months)

    def _date(self, pattern: str, when: datetime, months: list[str]) -> str:
        half = self.row.get("half", ["", ""])
        assert isinstance(half, list)
        return pattern.format(
            w=str(self["days"]).split()[when.weekday()],
            d=when.day,
            b=months[when.month - 1],
            m=when.month,
            y=when.year,
            H=f"{when.hour:02}",
            M=f"{when.minute:02}",
            h=when.hour % 12 or 12,
            half=half[when.hour >= 12],
        )


def _cut(months: list[str], letters: int) -> list[str]:
    """Give months cut short, all of them whole where two would look alike."""
    short = [month[:letters] for month in months]
    return short if len(set(short)) == len(short) else months


def _table() -> dict[str, Words]:
    rows = tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))
    return {code: Words(code, row) for code, row in rows.items()}


WORDS = _table()


def escaped(text: str) -> str:
    """Give text as HTML."""
    return html.escape(text, quote=False)


def read_original(raw: bytes) -> Original:
    """Give what a client shows of a mail's bytes."""
    message = email.message_from_bytes(raw, policy=compat32)
    plain, markup = _bodies(message)
    if not plain and markup:
        plain = _visible(markup)
    name, address = email.utils.parseaddr(header(message, "From"))
    return Original(
        name=name,
        address=address or "unknown@mail.example",
        to=header(message, "To") or "undisclosed@mail.example",
        subject=header(message, "Subject"),
        when=_when(header(message, "Date")),
        text=plain,
        reply_to=header(message, "Reply-To"),
        html=_body_of(markup) if markup else "",
        date=header(message, "Date"),
    )


def header(message: Message, name: str) -> str:
    """Give a header decoded, on one line."""
    raw = str(message.get(name, ""))
    try:
        decoded = str(email.header.make_header(email.header.decode_header(raw)))
    except (LookupError, ValueError):
        decoded = raw
    return " ".join(decoded.split())


def _when(written: str) -> datetime | None:
    try:
        return email.utils.parsedate_to_datetime(written).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _bodies(message: Message) -> tuple[str, str]:
    texts = {"text/plain": "", "text/html": ""}
    for part in message.walk():
        kind = part.get_content_type()
        if kind in texts and not texts[kind] and not part.get_filename():
            data = part.get_payload(decode=True) or b""
            assert isinstance(data, bytes)
            texts[kind] = _text_of(data, part.get_content_charset() or "utf-8")
    return texts["text/plain"].replace("\r\n", "\n"), texts["text/html"].replace("\r\n", "\n")


def _text_of(data: bytes, charset: str) -> str:
    try:
        return data.decode(charset)
    except (LookupError, ValueError):
        return data.decode("utf-8", "replace")


def _visible(markup: str) -> str:
    body = LexborHTMLParser(markup).body
    return body.text(separator="\n") if body is not None else ""


def _body_of(markup: str) -> str:
    """Give the inside of <body> with the style sheets, as clients paste it."""
    tree = LexborHTMLParser(markup)
    styles = "".join(node.html or "" for node in tree.css("head style"))
    return styles + ((tree.body.inner_html if tree.body is not None else "") or "")


def words_of(text: str) -> str:
    """Give the letters and figures of a text, for comparing what came through."""
    return "".join(re.findall(r"\w+", text))
