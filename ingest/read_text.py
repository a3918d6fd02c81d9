"""Bytes to text: charsets that lie, encoded words (RFC 2047), control characters."""

from __future__ import annotations

import base64
import binascii
import codecs
import quopri
import re

#: Python names of the codecs that turn bytes into text and nothing else. Others (zlib, idna,
#: unicode_escape, ...) are never run on a stranger's word. UTF-7 can spell half characters, which
#: become marks of damage like all that is no text.
_TEXT_CODECS = frozenset(
    [
        "ascii",
        "utf-8",
        "utf-8-sig",
        "utf-7",
        "utf-16",
        "utf-16-le",
        "utf-16-be",
        "utf-32",
        "utf-32-le",
        "utf-32-be",
        "latin-1",
        "iso8859-1",
        "iso8859-2",
        "iso8859-3",
        "iso8859-4",
        "iso8859-5",
        "iso8859-6",
        "iso8859-7",
        "iso8859-8",
        "iso8859-9",
        "iso8859-10",
        "iso8859-11",
        "iso8859-13",
        "iso8859-14",
        "iso8859-15",
        "iso8859-16",
        "cp1250",
        "cp1251",
        "cp1252",
        "cp1253",
        "cp1254",
        "cp1255",
        "cp1256",
        "cp1257",
        "cp1258",
        "cp437",
        "cp850",
        "cp852",
        "cp858",
        "cp866",
        "cp874",
        "tis-620",
        "koi8-r",
        "koi8-u",
        "koi8-t",
        "mac-roman",
        "mac-cyrillic",
        "mac-greek",
        "mac-latin2",
        "mac-turkish",
        "gb2312",
        "gbk",
        "gb18030",
        "hz",
        "big5",
        "big5hkscs",
        "cp949",
        "cp950",
        "euc_kr",
        "johab",
        "iso2022_kr",
        "euc_jp",
        "euc_jis_2004",
        "shift_jis",
        "cp932",
        "shift_jis_2004",
        "iso2022_jp",
        "iso2022_jp_1",
        "iso2022_jp_2",
        "iso2022_jp_ext",
        "ptcp154",
        "kz1048",
    ]
)
#: Senders mean the wider set when they name the narrower one (WHATWG Encoding Standard).
_WIDER = {
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "utf-8-sig": "utf-8",
}
#: Charsets of one byte a letter, and a letter of UTF-8 that has more of them.
_ONE_BYTE = ("cp125", "iso8859", "latin", "koi8", "mac-")
_TWO_BYTES = re.compile(rb"[\xc2-\xf4][\x80-\xbf]")
#: Where so small a share of a text is not UTF-8, it is damaged UTF-8.
_DAMAGED = 0.02
_NAME_LIMIT = 40
_ENCODED_WORD = re.compile(r"=\?([^?*\s]{1,40})(?:\*[^?\s]*)?\?([bBqQ])\?([^?\r\n]*)\?=")
_DATA_URL = re.compile(r"data:[\w.+-]{1,60}/[\w.+-]{1,60};base64,[A-Za-z0-9+/=%\s]{256,}+")
_FOLD = re.compile(r"\r?\n(?=[ \t])")
_BETWEEN_WORDS = re.compile(r"(\?=)[ \t\r\n]+(?==\?)")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def decode_text(data: bytes, charset: str) -> tuple[str, tuple[str, ...]]:
    """Decode a part's bytes; give the text with LF line ends and the defects met.

    A charset that is unknown, not allowed or contradicted by the bytes is named, and the best
    guess is taken: UTF-8 where the bytes are that, else Windows-1252.
    """
    defects = []
    text = None
    codec = _codec(charset)
    if charset and codec is None:
        defects.append("charset-unknown")
    if codec and codec not in {"ascii", "utf-8"} and not _is_utf8(data, codec):
        text = _strictly(data, codec)
    if text is None:
        text = _strictly(data, "utf-8")
        if text is None or (codec and codec not in {"ascii", "utf-8"}):
            defects.append("charset-wrong")
    if text is None:
        text = _guess(data, codec)
    if "\0" in text:
        defects.append("nul-in-text")
    text = text.replace("\0", "\ufffd").replace("\r\n", "\n").replace("\r", "\n")
    return text.removeprefix("\ufeff"), tuple(defects)


def cut_text(text: str, most: int, *, html: bool = False) -> str:
    """Give as much of a text as is analysed; files within HTML go first (RFC 2397)."""
    if html and len(text) > most:
        text = _DATA_URL.sub("data:", text)
    return text[:most]


def decode_header(value: str) -> str:
    """Give a header's value as text: unfolded, encoded words decoded, controls as spaces.

    `value` is as the stdlib parser keeps it: raw bytes above ASCII as lone surrogates.
    """
    plain = _from_surrogates(value)
    unfolded = _BETWEEN_WORDS.sub(r"\1", _FOLD.sub("", plain))
    return _CONTROLS.sub(" ", _decode_words(unfolded)).strip()


def _decode_words(text: str) -> str:
    output: list[str] = []
    pending = b""
    pending_charset = ""
    end = 0
    for match in _ENCODED_WORD.finditer(text):
        charset, encoding, payload = match.groups()
        gap = text[end : match.start()]
        # A character may be split over two adjacent words of one charset.
        if gap or charset.lower() != pending_charset:
            output.append(_decode_word(pending, pending_charset))
            pending, pending_charset = b"", charset.lower()
        output.append(gap)
        pending += _word_bytes(encoding, payload)
        end = match.end()
    output.append(_decode_word(pending, pending_charset))
    output.append(text[end:])
    return "".join(output)


def _decode_word(data: bytes, charset: str) -> str:
    return decode_text(data, charset)[0] if data else ""


def _word_bytes(encoding: str, payload: str) -> bytes:
    data = payload.encode("utf-8", "surrogatepass")
    if encoding in "qQ":
        return quopri.decodestring(data, header=True)
    try:
        return base64.b64decode(data + b"=" * (-len(data) % 4))
    except (binascii.Error, ValueError):
        return data


def _from_surrogates(value: str) -> str:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        try:
            data = value.encode("utf-8", "surrogateescape")
        except UnicodeEncodeError:  # a surrogate that stands for no byte, as UTF-7 can spell it
            return value.encode("utf-8", "replace").decode("utf-8")
        return _strictly(data, "utf-8") or data.decode("cp1252", "replace")
    return value


def _is_utf8(data: bytes, codec: str) -> bool:
    """Tell whether bytes in a charset of one byte a letter are UTF-8: by chance they never are."""
    if not codec.startswith(_ONE_BYTE) or not _TWO_BYTES.search(data):
        return False
    return _strictly(data, "utf-8") is not None


def _codec(charset: str) -> str | None:
    name = charset.strip(" \"'")[:_NAME_LIMIT]
    if not name or not name.isascii() or "\0" in name:
        return None
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    return _WIDER.get(found, found) if found in _TEXT_CODECS else None


def _strictly(data: bytes, codec: str) -> str | None:
    try:
        text = data.decode(codec)
        text.encode("utf-8")  # some codecs let lone surrogates through
    except (UnicodeError, ValueError):
        return None
    return text


def _guess(data: bytes, codec: str | None) -> str:
    utf8 = data.decode("utf-8", "replace")
    if codec not in {None, "utf-8", "ascii"}:
        return data.decode(codec or "utf-8", "replace").encode("utf-8", "replace").decode()
    if utf8.count("\ufffd") <= _DAMAGED * len(utf8):
        return utf8
    return data.decode("cp1252", "replace")
