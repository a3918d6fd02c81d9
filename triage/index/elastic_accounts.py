"""An account wherever Elasticsearch knows it to be named, and those one slip of the pen away."""

from __future__ import annotations

from collections import Counter

from casefile.campaign import AccountPage
from triage.index.accounts import LEAST_LENGTH, one_edit
from triage.index.elastic_documents import unpaired, unsighted, value_term
from triage.index.elastic_question import is_account, is_near
from triage.index.elastic_server import Clause, Server
from triage.index.question import looked_for
from triage.index.rows import looked_up, moment


def account_page(server: Server, value: str) -> AccountPage:
    """Give the page of an account, by its canonical value or as written."""
    where = is_account(value)
    found: dict[str, str] = {}
    times = []
    for hit in server.walk(where, "campaign"):
        found[hit.key] = hit.fields.get("campaign", "")
        times.append(hit.received)
    kind, canonical = _named_most(server, where, value) if found else ("", value)
    campaigns = Counter(campaign for campaign in found.values() if campaign)
    return AccountPage(
        kind=kind,
        value=canonical,
        findings=tuple(found),
        campaigns=tuple(sorted(campaigns.items(), key=lambda item: (-item[1], item[0]))),
        near_misses=_near_misses(server, canonical),
        first_seen=moment(times[-1]) if times else None,
        last_seen=moment(times[0]) if times else None,
    )


def _named_most(server: Server, where: Clause, value: str) -> tuple[str, str]:
    """Give kind and canonical value of what most of these findings mean by a value."""
    forms = {value_term(form) for form in looked_for(value)}
    meant: Counter[tuple[str, str]] = Counter()
    for bucket in server.buckets(where, ["sightings"]):
        kind, canonical, written = unsighted(bucket["key"]["sightings"])
        if not forms.isdisjoint((value_term(looked_up(kind, canonical)), written)):
            meant[kind, canonical] += bucket["doc_count"]
    return max(meant, key=lambda it: (meant[it], it)) if meant else ("", value)


def _near_misses(server: Server, value: str) -> tuple[str, ...]:
    forms = looked_for(value)
    if len(forms[0]) < LEAST_LENGTH:
        return ()
    found = set()
    for bucket in server.buckets(is_near(forms, len(forms[0]) // 2), ["named"]):
        kind, near = unpaired(bucket["key"]["named"])
        folded = looked_up(kind, near)
        if any(one_edit(form, folded) for form in forms):
            found.add(near)
    return tuple(sorted(found))
