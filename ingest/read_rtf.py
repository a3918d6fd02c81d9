"""The words of a compressed RTF body (MS-OXRTFCP), for mails of Outlook that have no other."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass

#: Bytes of RTF that are unpacked of one file, all messages in it together.
MAX_RTF = 512 * 1024
_HEADER = struct.Struct("<IIII")
_PACKED, _PLAIN = 0x75465A4C, 0x414C454D  # "LZFu", "MELA"
_WINDOW = 4096
_START = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern "
    b"\\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0"
    b"\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"  # codespell:ignore pard
)
_TOKEN = re.compile(
    r"\\([a-z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-f]{2})|\\([^a-z'])|([{}])|[\r\n]+|([^\\{}\r\n]+)",
    re.IGNORECASE,
)
#: Groups that hold no words of the text.
_SILENT = frozenset({"fonttbl", "colortbl", "stylesheet", "info", "pict", "object"})
_BREAKS = frozenset({"par", "line", "row", "sect", "page"})
_SPELLED = {"tab": "\t", "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’"}
_SPELLED |= {"ldblquote": "“", "rdblquote": "”", "bullet": "•"}
_HTML_BREAK = re.compile(r"</?(?:br|p|div|tr|li|h\d)\b", re.IGNORECASE)


@dataclass(slots=True)
class Allowance:
    """How much RTF may still be unpacked, in bytes."""

    left: int = MAX_RTF


def words_in(packed: bytes, allowance: Allowance) -> str:
    """Give the words of compressed RTF, as much of it as is allowed."""
    data = unpacked(packed, allowance.left)
    allowance.left -= len(data)
    return text_of_rtf(data)


def unpacked(data: bytes, most: int = MAX_RTF) -> bytes:
    """Unpack compressed RTF, no more than `most` bytes of it; empty where it is none."""
    if len(data) < _HEADER.size:
        return b""
    _size, length, kind, _check = _HEADER.unpack_from(data)
    if kind == _PLAIN:
        return data[_HEADER.size :][: min(length, most)]
    return _lzfu(data[_HEADER.size :], min(length, most)) if kind == _PACKED else b""


def _lzfu(data: bytes, length: int) -> bytes:
    window = bytearray(_START.ljust(_WINDOW, b"\0"))
    write = len(_START)
    out = bytearray()
    at = 0
    while at < len(data) and len(out) < length:
        flags = data[at]
        at += 1
        for bit in range(8):
            if at >= len(data) or len(out) >= length:
                break
            if not flags >> bit & 1:
                piece = data[at : at + 1]
                at += 1
            else:
                (word,) = struct.unpack(">H", data[at : at + 2].ljust(2, b"\0"))
                at += 2
                offset, count = word >> 4, (word & 15) + 2
                if offset == write:
                    return bytes(out)
                piece = _copied(window, offset, count, write)
            for byte in piece:
                window[write] = byte
                write = (write + 1) % _WINDOW
            out += piece
    return bytes(out[:length])


def _copied(window: bytearray, offset: int, count: int, write: int) -> bytes:
    """Give a run of the window, which may reach into what it writes itself."""
    ahead = (write - offset) % _WINDOW or _WINDOW
    return bytes(window[(offset + n % ahead) % _WINDOW] for n in range(count))


def text_of_rtf(data: bytes, codepage: str = "cp1252") -> str:
    """Give the words of RTF with its line ends. Of HTML within RTF, the words as well."""
    reader = _Reader(codepage)
    for token in _TOKEN.finditer(data.decode("latin-1")):
        reader.take(token)
    return "".join(reader.out).strip("\n")


class _Reader:
    """Reads RTF token by token; groups that are not text are passed over."""

    def __init__(self, codepage: str) -> None:
        self.out: list[str] = []
        self._codepage = codepage
        #: By open group: whether it is passed over, whether it is markup, letters after \u.
        self._groups: list[tuple[bool, bool, int]] = [(False, False, 1)]
        self._skip = 0

    def take(self, token: re.Match[str]) -> None:
        word, number, byte, sign, brace, text = token.groups()
        if brace == "{":
            self._groups.append(self._groups[-1])
        elif brace:
            self._groups = self._groups[:-1] or [(False, False, 1)]
        elif word:
            self._word(word, int(number) if number else None)
        elif byte:
            self._say(bytes([int(byte, 16)]).decode(self._codepage, "replace"))
        elif sign:
            self._sign(sign)
        elif text:
            self._text(text)

    def _sign(self, sign: str) -> None:
        if sign == "*":
            self._groups[-1] = (True, *self._groups[-1][1:])
        elif sign in "\\{}~":
            self._say(" " if sign == "~" else sign)

    def _text(self, text: str) -> None:
        _silent, markup, _after = self._groups[-1]
        if markup and _HTML_BREAK.search(text):
            self.out.append("\n")
        self._say(text)

    def _word(self, word: str, number: int | None) -> None:
        silent, markup, after = self._groups[-1]
        if word in _SILENT or word == "htmltag":
            self._groups[-1] = (True, word == "htmltag", after)
        elif word == "htmlrtf":
            self._groups[-1] = (number != 0, markup, after)
        elif word == "uc":
            self._groups[-1] = (silent, markup, max(0, min(number or 0, 8)))
        elif word == "u" and number is not None:
            self._say(_letter(number % 0x10000))
            self._skip = after
        elif word in _BREAKS:
            self._say("\n")
        elif word in _SPELLED:
            self._say(_SPELLED[word])

    def _say(self, text: str) -> None:
        skipped = min(self._skip, len(text))
        self._skip -= skipped
        if not self._groups[-1][0]:
            self.out.append(text[skipped:])


def _letter(number: int) -> str:
    """Give a letter by its number; half of one is damage."""
    return chr(number).encode("utf-8", "replace").decode() if number else ""
