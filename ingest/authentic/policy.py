"""DMARC (RFC 9989): the policy record of an author's domain, and which domains speak for it.

Records are found by the DNS tree walk, so no list of public suffixes has to be kept fresh.
"""

from __future__ import annotations

from dataclasses import dataclass

from ingest.authentic.block import is_below
from ingest.authentic.resolver import Lookups
from ingest.authentic.tags import lenient_tags

#: A longer name is looked up itself, and then from this many labels on.
WALKED_LABELS = 7
#: A domain of one label is nobody's: no record there makes all that is below it one organisation.
LEAST_LABELS = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """A DMARC policy record, as far as it decides what is aligned."""

    #: Where it stands, without `_dmarc.`.
    domain: str
    strict_dkim: bool
    #: `y`, `n` or `u`.
    psd: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """What holds for mail of a domain."""

    #: The record in force; None where there is none.
    record: Record | None
    organisation: str


def discover(domain: str, lookups: Lookups) -> Policy:
    """Walk the tree upwards from a domain (RFC 9989 section 4.10). Raises TryLater."""
    found = []
    for target in walk(domain):
        record = _record(target, lookups.texts(f"_dmarc.{target}"))
        if record is None:
            continue
        found.append(record)
        if record.psd in {"y", "n"}:
            break
    organisation = _organisation(domain, found)
    return Policy(record=_in_force(domain, organisation, found), organisation=organisation)


def walk(domain: str) -> list[str]:
    """Give the names that are asked, eight at most: the domain, then shorter and shorter ones."""
    labels = domain.split(".")
    above = labels[1:] if len(labels) <= WALKED_LABELS else labels[-WALKED_LABELS:]
    return [domain, *(".".join(above[start:]) for start in range(len(above)))]


def aligned(domain: str, author: str, policy: Policy, lookups: Lookups) -> bool:
    """Tell whether a domain that is proven speaks for the author's domain. Raises TryLater.

    Stricter than RFC 9989 section 4.10.2 in one point: of two domains of one organisation, one
    must stand below the other. Where the register of a public suffix publishes a record without
    saying what it is, neighbours under it would speak for each other otherwise.
    """
    if domain == author:
        return True
    if policy.record is not None and policy.record.strict_dkim:
        return False
    if not (is_below(domain, author) or is_below(author, domain)):
        return False
    return discover(domain, lookups).organisation == policy.organisation


def _record(domain: str, texts: list[bytes]) -> Record | None:
    """Read the one policy record at a name; several are none (RFC 9989 section 4.10)."""
    records = [it for it in texts if it.partition(b";")[0].replace(b" ", b"") == b"v=DMARC1"]
    if len(records) != 1:
        return None
    tags = lenient_tags(records[0])
    return Record(
        domain=domain, strict_dkim=tags.get("adkim", "r") == "s", psd=tags.get("psd", "u")
    )


def _organisation(domain: str, found: list[Record]) -> str:
    for record in found:
        if record.psd == "y" and record.domain != domain:
            return ".".join(domain.split(".")[-(record.domain.count(".") + 2) :])
    able = [it for it in found if it.domain.count(".") + 1 >= LEAST_LABELS]
    marked = [it for it in able if it.psd == "n"]
    return next((it.domain for it in (*marked, *reversed(able))), domain)


def _in_force(domain: str, organisation: str, found: list[Record]) -> Record | None:
    """Choose between the records of the domain, its organisation, and the suffix above."""
    for place in (domain, organisation):
        for record in found:
            if record.domain == place:
                return record
    return next((it for it in found if it.psd == "y"), None)
