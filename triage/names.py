"""Its sole purpose is to say by which names a mail addresses its reader, so they can be masked."""

from __future__ import annotations

import re

#: Characters of a To header and of a text's beginning that are read.
MOST_HEADER, MOST_TEXT = 2_000, 400
SHORTEST = 3

_LOCAL_PART = re.compile(r"([\w.+-]{1,64})@[\w.-]{1,255}")
_SALUTATION = re.compile(
    r"^\W{0,3}(?:hello|hi|hey|dear|greetings|good (?:morning|day|afternoon|evening)|helo|annwyl"
    r"|hallo|guten tag|liebe[r]?|sehr geehrte[r]?|bonjour|cher|chère|hola|estimad[oa]|buenos días"
    r"|ciao|buongiorno|gentile|olá|caro|prezad[oa]|dag|beste|witaj|dzień dobry|dobrý den"
    r"|привет|здравствуйте)[ ,]{1,3}(?:mr|mrs|ms|miss|herr|frau|dr)?\.? ?"
    r"((?:[^\W\d_][\w’'-]{1,30} ?){1,3})[,!:.]?\s*$",
    re.IGNORECASE | re.MULTILINE,
)
_PIECE = re.compile(r"[^\W\d_]{3,40}")
#: Words that stand where a name would and are none; masking them would hide the wording.
_NO_NAMES = """
    you your there user customer client member friend sir madam all again everyone dear and the
    info admin office contact mail email sales support webmaster postmaster hello help team service
    noreply undisclosed recipients com org net victim
"""


def names_of(to: str, text: str) -> tuple[str, ...]:
    """Give the names of the one written to: from the To header and the salutation, lower case."""
    header = to[:MOST_HEADER]
    salutation = _SALUTATION.search(text[:MOST_TEXT])
    shown = _LOCAL_PART.sub(" ", header)
    pieces = [*_LOCAL_PART.findall(header), shown, salutation[1] if salutation else ""]
    names = (name.lower() for piece in pieces for name in _PIECE.findall(piece))
    return tuple(dict.fromkeys(name for name in names if name not in _NO_NAMES.split()))
