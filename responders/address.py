"""Says which addresses the desk may write to, and when two of them are one mailbox."""

from __future__ import annotations

import re

#: RFC 5321: a path is at most 256 octets with its brackets.
MAX_ADDRESS = 254
MAX_LOCAL = 64
_ATEXT = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_STRICT = re.compile(rf"{_ATEXT}+(?:\.{_ATEXT}+)*@{_LABEL}(?:\.{_LABEL})+")
#: Finds addresses in a header value of any shape; bounded, so that hostile text costs little.
_LOOSE = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,253}")
#: How much of a header value is searched for addresses.
_SEARCHED = 8192
_DOTS_DO_NOT_COUNT = frozenset({"gmail.com", "googlemail.com"})


def is_strict(address: str) -> bool:
    """Tell whether an address is a plain dot-atom addr-spec with a dotted domain (RFC 5322).

    No quoted local part, no address literal, nothing outside ASCII: what passes can stand in a
    header or an SMTP command without any escaping.
    """
    if len(address) > MAX_ADDRESS or address.find("@") > MAX_LOCAL:
        return False
    return _STRICT.fullmatch(address) is not None


def domain_of(address: str) -> str:
    """Give the domain of an address in lower case; empty where it has none."""
    return address.rpartition("@")[2].lower() if "@" in address else ""


def same_mailbox(one: str, other: str) -> bool:
    """Tell whether two addresses are one mailbox, whatever the case of their letters.

    RFC 5321 lets a host tell `Anna@` from `anna@`; none in use does, and clients write both. The
    domain is what was authenticated, and it is equal either way.
    """
    return one.lower() == other.lower()


def alias_root(address: str) -> str:
    """Give the mailbox behind an alias: lower case, without `+tag`, Gmail without its dots."""
    local, _, domain = address.lower().rpartition("@")
    local = local.partition("+")[0]
    if domain in _DOTS_DO_NOT_COUNT:
        return f"{local.replace('.', '')}@gmail.com"
    return f"{local}@{domain}"


def addresses_in(text: str) -> frozenset[str]:
    """Give the mailbox behind each address that a header value or a contact names."""
    return frozenset(alias_root(found.strip(".")) for found in _LOOSE.findall(text[:_SEARCHED]))
