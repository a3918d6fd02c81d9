"""The header block of a mail, read so strictly that nobody else can read it in another way.

What is proven about `From` only holds if the parser that chose the reporter saw the same `From`.
So a block with two readings is not repaired here: it has no reading, and its mail no proof.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

#: A longer block, or one of more lines, is not read at all.
MAX_BYTES = 256 * 1024
MAX_LINES = 1000
#: A From longer than this names nobody.
MAX_AUTHOR = 4096

_END = b"\r\n\r\n"
#: RFC 5322 section 2.2: printable, no colon, and no blank before the colon.
_NAME = re.compile(rb"[!-9;-~]{1,76}(?=:)")
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_DOMAIN = rf"{_LABEL}(?:\.{_LABEL})+"
_ADDRESS = rf"[A-Za-z0-9.!#$%&'*+/=?^_`{{|}}~-]{{1,64}}@{_DOMAIN}"
_WHOLE_ADDRESS = re.compile(_ADDRESS)
_WHOLE_DOMAIN = re.compile(_DOMAIN)
#: What stands before the brackets is a name, even where it looks like an address, as some phones
#: write it; but what could be a list or a group has more than one reading.
_AUTHOR = re.compile(rf"\s*(?:[^<>,;:]*<\s*({_ADDRESS})\s*>|({_ADDRESS}))\s*")
_SPECIAL = frozenset(' \t"()<>@,;:=\\')
#: Stands for a special character within quotes: no address and no keyword has it.
_MASK = "\x7f"
_MAX_DOMAIN = 253


class Misshapen(Exception):
    """The header block has no one reading; the message says in a few words why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """One header field as it stands, folded, without its last line end."""

    #: In lower case.
    name: str
    raw: bytes

    @property
    def value(self) -> bytes:
        """Give what stands behind the colon, folded as it is."""
        return self.raw.partition(b":")[2]

    @property
    def text(self) -> str:
        """Give the value unfolded, each byte as one character."""
        return self.value.replace(b"\r\n", b"").decode("latin-1")


def split(raw: bytes) -> tuple[tuple[Field, ...], bytes]:
    """Give the header fields from the top, and the body. Raises Misshapen."""
    end = raw.find(_END, 0, MAX_BYTES + len(_END))
    if end < 0 and len(raw) > MAX_BYTES:
        raise Misshapen("the header block is too large")
    block, body = (raw.removesuffix(b"\r\n"), b"") if end < 0 else (raw[:end], raw[end + 4 :])
    lines = block.split(b"\r\n", MAX_LINES)
    if len(lines) > MAX_LINES:
        raise Misshapen("the header block has too many lines")
    if any(it in line for line in lines for it in (b"\r", b"\n", b"\0")):
        raise Misshapen("the header block has odd line ends")
    return tuple(_fields(lines)), body


def _fields(lines: list[bytes]) -> list[Field]:
    fields: list[tuple[str, list[bytes]]] = []
    for line in lines:
        name = _NAME.match(line)
        if line[:1] in (b" ", b"\t") and fields:
            fields[-1][1].append(line)
        elif name is not None:
            fields.append((name[0].decode().lower(), [line]))
        else:
            raise Misshapen("a line of the header block is no header")
    return [Field(name=name, raw=b"\r\n".join(folded)) for name, folded in fields]


def author(fields: tuple[Field, ...]) -> str:
    """Give the one mailbox of the one From. Raises Misshapen where there is no such thing."""
    found = [field for field in fields if field.name == "from"]
    if len(found) != 1 or len(found[0].raw) > MAX_AUTHOR:
        raise Misshapen("there is not exactly one From")
    match = _AUTHOR.fullmatch(without_comments(found[0].text))
    if match is None:
        raise Misshapen("From is not one plain address")
    return match[1] or match[2]


def without_comments(text: str) -> str:
    """Give a structured value without comments and quotes (RFC 5322 section 3.2). Raises Misshapen.

    A special character within quotes is masked, so that it cannot be taken for structure.
    """
    plain: list[str] = []
    depth, quoted, escaped = 0, False, False
    for character in text:
        if escaped or (quoted and character not in '"\\'):
            escaped = False
            plain += [] if depth else [_MASK if character in _SPECIAL else character]
        elif character == "\\" and (quoted or depth):
            escaped = True
        elif character == '"' and not depth:
            quoted = not quoted
        elif character in "()":
            depth += 1 if character == "(" else -1
            plain.append(" ")
        elif not depth:
            plain.append(character)
        if depth < 0:
            break
    if depth or quoted:
        raise Misshapen("a header value has odd quotes or comments")
    return "".join(plain)


def is_address(text: str) -> bool:
    """Tell whether a text is a plain address with a dotted domain in ASCII."""
    return _WHOLE_ADDRESS.fullmatch(text) is not None and is_domain(domain_of(text))


def is_domain(text: str) -> bool:
    """Tell whether a text is a dotted name of letters, digits and hyphens."""
    return len(text) <= _MAX_DOMAIN and _WHOLE_DOMAIN.fullmatch(text) is not None


def domain_of(address: str) -> str:
    """Give the domain of an address in lower case."""
    return address.rpartition("@")[2].lower()


def is_below(domain: str, other: str) -> bool:
    """Tell whether a domain is a subdomain of another; both in lower case."""
    return domain.endswith("." + other)
