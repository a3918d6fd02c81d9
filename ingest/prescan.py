"""Cuts what a mail has too much of before any parser sees it: bytes in, bytes and defects out.

Parsers of mail are quadratic in parameters, addresses, boundaries and hops, and follow nesting
until the stack ends. This walks the structure in linear time by the rules of the parser that comes
next (stdlib `feedparser`), copies what is within the caps, and names what is not. The spool keeps
the whole mail.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from email.message import Message as MimeMessage
from email.policy import compat32

from ingest.prescan_fields import FIELD, Block, Caps

CAPS = Caps()
_BLANK_START = re.compile(rb"\A(?:\xef\xbb\xbf|[\r\n]++)++")
_LINE_END = re.compile(rb"\r\n|\r|\n")
_DASHES = re.compile(rb"--[^\r\n]*+")
_TYPE = b"content-type:"
#: What stands in for the type of a container that must not be opened.
_FILE = b"Content-Type: application/octet-stream\r\n"
_TEXT = b"Content-Type: text/plain\r\n"
#: What the stdlib raises on parameters in a charset that is none (RFC 2231).
_NO_BOUNDARY = (LookupError, TypeError, ValueError)


@dataclass(frozen=True, kw_only=True, slots=True)
class Scanned:
    """What a parser may see of a message, and what it may not."""

    #: The message within the caps; the very bytes that came where nothing was cut.
    raw: bytes
    #: Where its body begins.
    body: int
    #: Parts in it, containers included, itself not.
    parts: int
    #: Bytes of header in it.
    header_bytes: int
    defects: tuple[str, ...]


def prescan(raw: bytes, caps: Caps = CAPS, *, depth: int = 0) -> Scanned:
    """Give a message within the caps. Any bytes will do; never raises; linear in their number.

    `depth` is how many containers and messages it stands in. A message within (message/*) is a
    leaf here: whoever opens it scans it, with what is left of the caps.

    Defects: `blank-start`, `lines-cut`, `headers-cut` (whole fields are missing), `header-cut` (a
    field ends early), `received-cut`, `addresses-cut`, the same four with `part-` in front,
    `depth-cut`, `parts-cut`, `boundary-long`, `boundary-cut`.
    """
    scan = _Scan(raw, caps, depth)
    scan.run()
    return scan.result()


def prescan_head(raw: bytes, caps: Caps = CAPS) -> Scanned:
    """Give the header block of a message alone, within the caps: nothing of its body is read."""
    scan = _Scan(raw, caps, 0, body=False)
    scan.run()
    return scan.result()


class _Scan:
    """One walk over one message."""

    def __init__(self, raw: bytes, caps: Caps, depth: int, *, body: bool = True) -> None:
        self._defects: dict[str, None] = {}
        self._caps = caps
        self._depth = depth
        self._whole = body
        self._raw = raw
        start = _BLANK_START.match(raw)
        self._done = start.end() if start else 0
        self._out: list[bytes] = []
        self._end = len(raw)
        self._header_left = caps.header_block
        self._parts = 0
        self._body = 0
        #: Delimiters (`--boundary`) of the containers around the part in hand, outermost first.
        self._around: list[bytes] = []
        #: That of the container in hand whose first part has not begun.
        self._awaited: bytes | None = None

    def result(self) -> Scanned:
        """Give what came of it."""
        rest = self._raw[self._done : self._end]
        return Scanned(
            raw=b"".join([*self._out, rest]) if self._out else rest,
            body=self._body,
            parts=self._parts,
            header_bytes=self._caps.header_block - self._header_left,
            defects=tuple(self._defects),
        )

    def run(self) -> None:
        """Walk from the first byte to the last, or to the first part too many."""
        if self._done:
            self._note("blank-start")
        first = self._done
        self._end = _within_lines(self._raw, first, self._caps.lines)
        if self._end < len(self._raw):
            self._note("lines-cut")
        place = self._entity(first)
        self._body = place - self._done + sum(map(len, self._out))
        if not self._whole:
            self._end = place
            return
        while self._around or self._awaited is not None:
            line = _DASHES.search(self._raw, place, self._end)
            if line is None:
                return
            place = self._delimiter(line.start(), line.end())

    def _delimiter(self, start: int, end: int) -> int:
        """Take a line that has dashes in it. Gives where to go on."""
        level = self._level(start, end)
        if level is None:
            return end
        awaited = level == len(self._around)
        delimiter = self._awaited if awaited else self._around[level]
        line = self._raw[start:end].rstrip(b" \t")
        del self._around[level:]
        self._awaited = None
        if delimiter is None or line != delimiter:  # the last one: an epilogue follows, or nothing
            return end
        return self._part(delimiter, start, self._past_repeats(self._after(end), delimiter))

    def _level(self, start: int, end: int) -> int | None:
        """Tell whose delimiter a line is: the outermost container's that it fits, or the awaited's.

        A line that ends a part is read once more by each container on the way out.
        """
        if start and self._raw[start - 1] not in b"\r\n":
            return None
        line = self._raw[start:end].rstrip(b" \t")
        for level, delimiter in enumerate(self._around):
            if _is(line, delimiter):
                return level
        if self._awaited is not None and _is(line, self._awaited):
            return len(self._around)
        return None

    def _past_repeats(self, place: int, delimiter: bytes) -> int:
        """Pass further lines with the same delimiter: there is no empty part between them."""
        while line := _DASHES.match(self._raw, place, self._end):
            ours = _is(line[0].rstrip(b" \t"), delimiter)
            if not ours or self._level(place, line.end()) is not None:
                break
            place = self._after(line.end())
        return place

    def _after(self, place: int) -> int:
        end = _LINE_END.match(self._raw, place, self._end)
        return end.end() if end else place

    def _part(self, delimiter: bytes, start: int, place: int) -> int:
        """Begin a part, or end the message before it where it is one too many."""
        if self._parts >= self._caps.parts:
            self._note("parts-cut")
            self._end = max(start, self._done)
            self._around.clear()
            return place
        self._parts += 1
        self._around.append(delimiter)
        return self._entity(place)

    def _entity(self, start: int) -> int:
        """Cut the header block at `start` and open the container. Gives where the body begins."""
        fields, end = self._fields(start)
        block = Block(self._caps, self._header_left)
        kept = [block.kept(field) for field in fields]
        self._header_left = block.left
        prefix = "part-" if self._parts else ""
        for defect in sorted(block.cut):
            self._note(prefix + defect)
        sealed = self._open(kept)
        if sealed is not None:
            kept = [sealed if _states_type(it) else it for it in kept]
        if block.cut or sealed is not None:
            fields_kept = b"".join(kept)
            seam = self._seam(fields_kept, start, end)
            self._out += [self._raw[self._done : start], fields_kept, seam]
            self._done = end
        return self._after(end)

    def _seam(self, kept: bytes, start: int, end: int) -> bytes:
        """Give what keeps lines apart where fields were taken out between them."""
        rest = self._raw[end : end + 1]
        last = kept[-1:] or self._raw[start - 1 : start]
        if last == b"\r" and rest == b"\n":  # they would be one line end
            return b"\n"
        bare = not kept and rest not in {b"\r", b"\n"}
        # With no field left, a delimiter that follows would count as the one before, repeated.
        return b"\r\n" if bare else b""

    def _fields(self, start: int) -> tuple[list[bytes], int]:
        """Give the fields of a header block, and where it ends."""
        fields = []
        place = start
        while place < self._end:
            dashes = _DASHES.match(self._raw, place, self._end)
            if dashes is not None and self._level(place, dashes.end()) is not None:
                break
            field = FIELD.match(self._raw, place, self._end)
            if field is None:
                break
            fields.append(field[0])
            place = field.end()
        return fields, place

    def _open(self, fields: list[bytes]) -> bytes | None:
        """Open a container by its header. Gives another type where it must not be opened."""
        stated = next((it for it in fields if _states_type(it)), None)
        if stated is None:
            return None
        header = MimeMessage(policy=compat32)
        name, value = compat32.header_source_parse([stated.decode("ascii", "surrogateescape")])
        header.set_raw(name, value)
        if header.get_content_maintype() != "multipart":
            return None
        if self._depth + len(self._around) >= self._caps.depth:
            self._note("depth-cut")
            return _FILE
        return self._await(header)

    def _await(self, header: MimeMessage) -> bytes | None:
        try:
            boundary = header.get_boundary()
        except _NO_BOUNDARY:
            self._note("boundary-cut")
            return _TEXT
        if boundary is None:
            return None
        if len(boundary) > self._caps.longest_boundary:
            self._note("boundary-cut")
            return _TEXT
        if len(boundary) > self._caps.boundary:
            self._note("boundary-long")
        with suppress(UnicodeEncodeError):  # then no line is a delimiter to the parser either
            self._awaited = f"--{boundary}".encode("ascii", "surrogateescape")
        return None

    def _note(self, defect: str) -> None:
        self._defects[defect] = None


def _states_type(field: bytes) -> bool:
    return field[: len(_TYPE)].lower() == _TYPE


def _is(line: bytes, delimiter: bytes) -> bool:
    """Tell whether a line without its trailing blanks is a delimiter, the last one included."""
    return line.startswith(delimiter) and line[len(delimiter) :] in {b"", b"--"}


def _within_lines(raw: bytes, start: int, most: int) -> int:
    """Give where the last line within the limit ends; CR alone ends a line too."""
    if raw.count(b"\n", start) + raw.count(b"\r", start) <= most:
        return len(raw)
    for number, end in enumerate(_LINE_END.finditer(raw, start), start=1):
        if number == most:
            return end.end()
    return len(raw)
