"""Its sole purpose is to say where a text that was read stands in the bytes of a submission."""

from __future__ import annotations

from collections.abc import Iterator

from casefile.report import Message, Part
from ingest.read_place import AS_IT_IS
from ingest.unwrap import chain

#: Longer texts than this are not looked for.
LONGEST = 4_096
_MOST_PARTS = 200


def locate(raw: bytes, message: Message, written: str, *, html: bool) -> str:
    """Say in which part of a mail a text stands as it was written, and where in that.

    `part 2, bytes 512-546` where the part is not encoded, else its characters when decoded. A
    message within is named before its part, as in a layer's place. Empty where it was not found:
    a client had put marks of quotation between, for instance.
    """
    if not 0 < len(written) <= LONGEST:
        return ""
    for number, (outer, part, held) in enumerate(_leaves(raw, message, "")):
        if number >= _MOST_PARTS:
            break
        at = (part.text or "").find(written) if ("html" in part.content_type) == html else -1
        if at >= 0:
            return chain.within(outer, _within(part, at, written, held))
    return ""


def _leaves(
    raw: bytes | None, message: Message, outer: str
) -> Iterator[tuple[str, Part, bytes | None]]:
    """Give the texts of a mail with what holds them, and the bytes of that where they are known."""
    for part in message.parts:
        if part.message is not None:
            known = raw is not None and part.start >= 0 and part.encoding in AS_IT_IS
            inner = raw[part.start : part.end] if raw is not None and known else None
            yield from _leaves(inner, part.message, chain.within(outer, chain.place_of(part)))
        elif part.text:
            yield outer, part, raw


def _within(part: Part, at: int, written: str, held: bytes | None) -> str:
    found = _bytes_of(part, at, written, held)
    if found is not None:
        return f"part {part.place}, bytes {found[0]}-{found[1]}"
    return f"{chain.place_of(part)}, characters {at}-{at + len(written)}"


def _bytes_of(part: Part, at: int, written: str, held: bytes | None) -> tuple[int, int] | None:
    """Give the bytes of a text in a part that is not encoded: the same one of equal texts."""
    if held is None or part.start < 0 or part.encoding not in AS_IT_IS or part.text is None:
        return None
    body = held[part.start : part.end]
    wanted = written
    if b"\r\n" in body:
        wanted = wanted.replace("\n", "\r\n")
    try:
        needle = wanted.encode(part.charset or "ascii")
    except (LookupError, UnicodeError):
        return None
    place = -1
    for _ in range(part.text.count(written, 0, at + len(written))):
        place = body.find(needle, place + 1 if place < 0 else place + len(needle))
        if place < 0:
            return None
    return part.start + place, part.start + place + len(needle)
