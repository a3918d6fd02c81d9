"""Authentication-Results (RFC 8601): what the force's own mail server says of a mail.

Only lines above the first `Received` count. A mail server puts its `Received` on top of what the
sender wrote, so whatever stands above it, the sender cannot have written; what stands below, the
sender may have, whatever name it bears.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.authentic.block import Field, Misshapen, domain_of, without_comments

MAX_FIELD = 8192
MAX_FIELDS = 20
_METHOD = re.compile(r"([a-z][a-z0-9-]*)(?:/[0-9]+)?=([a-z]{1,12})")
_AROUND = re.compile(r"\s*([=/.])\s*")


@dataclass(frozen=True, kw_only=True, slots=True)
class Statement:
    """One result: `dkim=pass header.d=victim.org`."""

    method: str
    result: str
    #: `header.d` and its value, in lower case.
    properties: tuple[tuple[str, str], ...]

    def says(self, name: str) -> str:
        """Give the value of a property, or the empty string."""
        return next((value for key, value in self.properties if key == name), "")


def statements(fields: tuple[Field, ...], authserv_id: str) -> tuple[Statement, ...]:
    """Give what the server of this name says, from the top down to the first Received."""
    above: list[Field] = []
    for field in fields:
        if field.name == "received":
            break
        above.append(field)
    else:
        return ()  # no Received: it cannot be told who wrote what
    said = [it for it in above if it.name == "authentication-results"][:MAX_FIELDS]
    return tuple(it for field in said for it in _read(field, authserv_id.casefold()))


def results_of(said: tuple[Statement, ...], method: str) -> set[str]:
    """Give all results of a method."""
    return {it.result for it in said if it.method == method}


def vouches(said: tuple[Statement, ...], domain: str) -> bool:
    """Tell whether the server has proven an author's domain, who is the envelope sender too.

    DMARC passes for that very domain and nothing else is said of DMARC; or there is no DMARC
    record, and SPF or DKIM passes for that very domain.
    """
    dmarc = [it for it in said if it.method == "dmarc"]
    if results_of(said, "dmarc") - {"none"}:
        return all(it.result == "pass" and it.says("header.from") == domain for it in dmarc)
    signed = [it for it in said if (it.method, it.result) == ("dkim", "pass")]
    sent = [it for it in said if (it.method, it.result) == ("spf", "pass")]
    return any(it.says("header.d") == domain for it in signed) or any(
        domain_of(it.says("smtp.mailfrom")) == domain for it in sent
    )


def _read(field: Field, authserv_id: str) -> list[Statement]:
    if len(field.raw) > MAX_FIELD:
        raise Misshapen("the mail server's statement is too long")
    head, *rest = without_comments(field.text).casefold().split(";")
    named = head.split()
    # A number behind the name is the version of the format.
    if not named or named[0] != authserv_id or named[1:] not in ([], ["1"]):
        return []
    return [it for it in map(_statement, rest) if it is not None]


def _statement(text: str) -> Statement | None:
    words = _AROUND.sub(r"\1", text.strip()).split()
    match = _METHOD.fullmatch(words[0]) if words else None
    if match is None:
        return None
    properties = tuple(
        (name, value) for name, equals, value in (it.partition("=") for it in words[1:]) if equals
    )
    return Statement(method=match[1], result=match[2], properties=properties)
