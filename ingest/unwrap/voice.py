"""Whether a mail without a forward is the offender's own, or somebody telling us about it."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from pathlib import Path
from typing import Literal, NamedTuple

from ingest.unwrap.inline import ACCOUNT

Voice = Literal["direct", "pasted", "none"]

#: Texts longer than this are judged by their beginning; a threat says early what it is.
_READ = 20_000
#: So short a text without any sign of an offender is somebody's few words.
_FEW_WORDS = 40
_PARAGRAPH = re.compile(r"\n[ \t]*\n+")
#: What clients write where an image stood.
_PLACEHOLDER = re.compile(r"\[(?:image|cid): ?[^\]\n]{0,200}\]", re.IGNORECASE)


def _patterns(who: str) -> tuple[re.Pattern[str], ...]:
    rows = tomllib.loads(Path(__file__).with_name("voices.toml").read_text("utf-8"))["language"]
    return tuple(re.compile(text, re.IGNORECASE) for row in rows for text in row.get(who, ()))


_TELLS = _patterns("reporter")
_ASKS = _patterns("asks")
_REPORTER = (*_TELLS, *_ASKS)
_OFFENDER = (*_patterns("offender"), ACCOUNT)


class Heard(NamedTuple):
    """Whose words a text is, and where the reporter's own end if both speak."""

    voice: Voice
    note: str
    rest: str
    #: False where nothing but its length told.
    sure: bool


def hear(text: str, *, sent_to_us: bool) -> Heard:
    """Tell who speaks in a text without a forward. Pure.

    `direct`: signs of an offender and none of a reporter, or a long text without signs of either;
    it is never answered, a person looks. `pasted`: a reporter's words, then the offender's.
    `none`: a reporter's words only, or few words or none in a mail that was `sent_to_us`; in a
    file from a collection those are the offender's. What may be a reporter's in a `direct` mail is
    its note, so that danger in it is heard.
    """
    read = _plain(_PLACEHOLDER.sub("", text[:_READ]))
    telling = _count(_REPORTER, read)
    threatening = _count(_OFFENDER, read)
    if not telling:
        few = sent_to_us and len(read.split()) <= _FEW_WORDS
        voice: Voice = "none" if few and not threatening else "direct"
        return Heard(voice, text if voice == "none" else "", text, bool(threatening) or few)
    if not threatening:
        return Heard("none", text, text, sure=True)
    return _both(text, telling, threatening)


def _both(text: str, telling: int, threatening: int) -> Heard:
    """Part a text in which both speak: the reporter first, then what was copied.

    What the reporter adds below the copied text is in the note, too, and stays in the rest.
    """
    paragraphs = _PARAGRAPH.split(text)
    counts = [_counts(paragraph) for paragraph in paragraphs]
    threat = next((n for n, (told, threatens) in enumerate(counts) if threatens > told), 0)
    spoken = [n for n in range(threat) if counts[n][0]]
    below = [n for n in range(threat, len(counts)) if counts[n][0] > counts[n][1]]
    end = spoken[-1] + 1 if spoken else 0
    note = "\n\n".join([*paragraphs[:end], *(paragraphs[n] for n in below)])
    # Offenders write "I received" and "please help", too. Never answer what may be theirs.
    tells = _count(_TELLS, _plain(note)) or _count(_ASKS, _plain(note)) > 1
    if spoken and tells:
        return Heard("pasted", note, "\n\n".join(paragraphs[end:]), sure=True)
    if threatening > telling or (spoken and not tells):
        return Heard("direct", note, text, sure=False)
    return Heard("pasted", text, text, sure=False)


def demands(note: str) -> bool:
    """Tell whether what stands above a forward asks for money as only an offender does.

    With an account, and without a word in which a reporter tells or asks.
    """
    read = _plain(note[:_READ])
    return bool(ACCOUNT.search(read)) and not _count(_REPORTER, read)


def told_at_end(text: str) -> str:
    """Give the paragraphs at the end of a reported text that sound like a reporter's.

    They write below the forward as well, and only some clients mark where it ends.
    """
    paragraphs = _PARAGRAPH.split(text[-_READ:].strip())
    first = len(paragraphs)
    while first > 1:
        plain = _plain(paragraphs[first - 1])
        if not _count(_TELLS, plain) or _count(_OFFENDER, plain):
            break
        first -= 1
    return "\n\n".join(paragraphs[first:])


def _counts(paragraph: str) -> tuple[int, int]:
    plain = _plain(paragraph)
    return _count(_REPORTER, plain), _count(_OFFENDER, plain)


def _plain(text: str) -> str:
    """Give a text for matching: full-width and other letters of form as plain ones."""
    return unicodedata.normalize("NFKC", text).replace("’", "'")


def _count(patterns: tuple[re.Pattern[str], ...], text: str) -> int:
    return sum(bool(pattern.search(text)) for pattern in patterns)
