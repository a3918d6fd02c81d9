"""Its sole purpose is to read off a header by which way the mail was sent."""

from __future__ import annotations

import re
from collections.abc import Sequence
from ipaddress import ip_address, ip_network

from casefile.report import Report
from casefile.sending import Passage, Sending

#: Fields of one name that are read, and characters of each.
MOST_PASSAGES, MOST_FIELD = 40, 2_000
LONGEST_NAME, LONGEST_MAILER = 120, 100
#: In these the first server is ours or nobody knows whose: none of them is the reporter's provider.
_NOT_THEIRS = frozenset({"redirected"})
#: In these header fields are text: an offender may write a forward of their own into a mail.
_TEXT = frozenset({"inline", "pasted"})

_BY = re.compile(r"(?:^|\s)by\s{1,9}([^\s;()]{1,120})", re.IGNORECASE)
_FROM = re.compile(r"\s{0,9}from\s{1,9}([^\s;()]{1,120})", re.IGNORECASE)
_ADDRESS = re.compile(r"[\[(](?:IPv6:)?([0-9A-Fa-f.:]{3,45})[\])]", re.IGNORECASE)
#: The name of an address, as the server found it: `(mail.example [192.0.2.1])`.
_NAME = re.compile(r"\(([A-Za-z0-9.-]{1,120})\s{1,9}\[")
#: What the giver says of itself, within brackets too.
_SAID = re.compile(r"\b(?:helo|ehlo)[ =][^\s()]{1,120}", re.IGNORECASE)
#: Networks in which a provider hands mail on without a name.
_WITHIN = {"outlook.com": (ip_network("2603:1000::/24"), ip_network("2a01:111::/32"))}
#: Names of one provider.
_SAME = {
    "office365.com": "outlook.com",
    "hotmail.com": "outlook.com",
    "googlemail.com": "google.com",
    **dict.fromkeys(("apple.com", "me.com", "mac.com"), "icloud.com"),
}
#: Addresses of machines behind somebody's door (RFC 1918, 4193, 6598 and those of one machine).
_INSIDE = tuple(
    map(
        ip_network,
        (
            *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16"),
            *("127.0.0.0/8", "0.0.0.0/8", "::1/128", "fc00::/7", "fe80::/10"),
        ),
    )
)
_DOMAIN = re.compile(r"@([\w.-]{1,120})[>\s]{0,9}$")
_CHECK = re.compile(r"\b(spf|dkim|dmarc)=([a-z]{1,20})\b", re.IGNORECASE)
_SERVER = re.compile(r"\s{0,9}([^\s;()]{1,120})")
_ZONE = re.compile(r"\d\s{1,9}([+-]\d{4})\b")
#: `co.uk`, `gov.uk`, `com.au`: the name of an organisation has one label more there.
_SECOND_LEVEL, _COUNTRY = 3, 2


def sending_of(report: Report) -> Sending:
    """Read the way of a reported mail. Pure and total; nothing is looked up."""
    reported = report.reported
    fields = [(name.lower(), value[:MOST_FIELD]) for name, value in reported.headers]
    if not fields or report.unwrapping.how in _TEXT:
        return Sending()
    places = [at for at, (name, _) in enumerate(fields) if name == "received"][:MOST_PASSAGES]
    passages = tuple(_passage(fields[at][1]) for at in places)
    theirs = report.unwrapping.how not in _NOT_THEIRS
    handed_over = _handed_over(passages) if theirs else -1
    above = places[handed_over] if handed_over >= 0 else 0
    provider = _organisation(passages[handed_over].by) if handed_over >= 0 else ""
    by, checks, there = _checked(fields, above, provider)
    return Sending(
        passages=passages,
        handed_over=handed_over,
        sender_domain=_domain(reported.sender),
        return_domain=_domain(_first(fields, "return-path")),
        mailer=_plain(_first(fields, "x-mailer") or _first(fields, "user-agent"), LONGEST_MAILER),
        checks=checks,
        checked_by=by,
        checked_there=there,
        zone=next(iter(_ZONE.findall(reported.date_as_written[:MOST_FIELD])), ""),
    )


def _passage(field: str) -> Passage:
    by = _BY.search(field)
    giver = field[: by.start()] if by else field
    helo, proven = _FROM.match(giver), _SAID.sub("", giver)
    named = _NAME.search(proven)
    # The last: what the giver says stands before it, and may look like one.
    addresses = [helo[1] if helo else "", *_ADDRESS.findall(proven)]
    return Passage(
        helo=_plain(helo[1], LONGEST_NAME) if helo else "",
        name=_plain(named[1], LONGEST_NAME) if named else "",
        address=next(filter(None, map(_address, reversed(addresses))), ""),
        by=_plain(by[1], LONGEST_NAME) if by else "",
    )


def _handed_over(passages: Sequence[Passage]) -> int:
    """Say which tells how the mail came in from outside; -1 where none does.

    From the top down, as long as servers of one organisation wrote them: what they gave one another
    is within it, and what anybody else wrote below is a claim.
    """
    provider = ""
    for at, passage in enumerate(passages):
        its = _organisation(passage.by)
        provider = provider or its
        if its and its != provider:
            return -1
        if its and _from_outside(passage, provider):
            return at
    return -1


def _from_outside(passage: Passage, provider: str) -> bool:
    """Tell whether another organisation's machine gave it: what that calls itself proves nothing.

    Taken for inside too easily, a stranger's own Received field below would be believed.
    """
    if not passage.address:
        return False
    address = ip_address(passage.address)
    within = any(address in it for it in (*_INSIDE, *_WITHIN.get(provider, ())))
    return not within and _organisation(passage.name) != provider


def _organisation(host: str) -> str:
    """Give the end of a host's name that tells whose it is; empty for an address or a bare name."""
    labels = host.lower().strip(".[]").split(".")
    if len(labels) < 2 or ":" in host or labels[-1].isdigit():  # noqa: PLR2004 - a name and its end
        return ""
    deep = len(labels[-2]) <= _SECOND_LEVEL and len(labels[-1]) == _COUNTRY
    name = ".".join(labels[-3 if deep else -2 :])
    return _SAME.get(name, name)


def _checked(
    fields: Sequence[tuple[str, str]], above: int, provider: str
) -> tuple[str, tuple[tuple[str, str], ...], bool]:
    """Give who checked the sender, what they found, and whether the provider wrote that.

    It did where the field stands above the one with which it took the mail in (whoever sent the
    mail wrote only below that) and bears no other name; Outlook.com's bears none.
    """
    places = [at for at, (name, _) in enumerate(fields) if name == "authentication-results"]
    for at in places[:MOST_PASSAGES]:
        value = fields[at][1]
        server = _SERVER.match(value)
        found = dict.fromkeys((way.lower(), said.lower()) for way, said in _CHECK.findall(value))
        if found:
            name = _plain(server[1], LONGEST_NAME) if server and "=" not in server[1] else ""
            there = at < above and (not name or _organisation(name) == provider)
            return name, tuple(found)[:9], there
    return "", (), False


def _first(fields: Sequence[tuple[str, str]], wanted: str) -> str:
    return next((value for name, value in fields if name == wanted), "")


def _domain(written: str) -> str:
    found = _DOMAIN.search(written[-400:])
    return found[1].lower().strip(".") if found else ""


def _address(written: str) -> str:
    try:
        return str(ip_address(written))
    except ValueError:
        return ""


def _plain(text: str, most: int) -> str:
    """Give a text on one line of letters that can be seen, so long at most."""
    return "".join(it if it.isprintable() else " " for it in text[:most]).strip()
