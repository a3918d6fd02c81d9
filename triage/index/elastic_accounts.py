"""An account wherever Elasticsearch knows it to be named, and those one slip of the pen away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from casefile.campaign import MOST_MEMBERS, AccountPage
from triage.index.accounts import LEAST_LENGTH, one_edit
from triage.index.elastic_campaigns import FIRST_AND_LAST
from triage.index.elastic_documents import unpaired, unsighted, value_term
from triage.index.elastic_question import is_account, is_near
from triage.index.elastic_server import Answer, Server, first_page
from triage.index.question import looked_for
from triage.index.rows import looked_up, moment


def account_page(server: Server, value: str) -> AccountPage:
    """Give the page of an account, by its canonical value or as written."""
    where = is_account(value)
    wishes = {
        **FIRST_AND_LAST,
        "campaigns": first_page("campaign"),
        "meant": first_page("sightings"),
    }
    hits, found = server.newest(where, MOST_MEMBERS, [], wishes)
    if not hits:
        kind, canonical = "", value
        campaigns: dict[str, int] = {}
    else:
        kind, canonical = _named_most(server.every(found["meant"], where, "sightings"), value)
        buckets = server.every(found["campaigns"], where, "campaign")
        campaigns = {it["key"]["campaign"]: it["doc_count"] for it in buckets}
    return AccountPage(
        kind=kind,
        value=canonical,
        findings=tuple(hit.key for hit in hits),
        campaigns=tuple(sorted(campaigns.items(), key=lambda item: (-item[1], item[0]))),
        near_misses=_near_misses(server, canonical),
        first_seen=moment(int(found["first"]["value"])) if hits else None,
        last_seen=moment(hits[0].received) if hits else None,
    )


def _named_most(buckets: Iterable[Answer], value: str) -> tuple[str, str]:
    """Give kind and canonical value of what most of these findings mean by a value."""
    forms = {value_term(form) for form in looked_for(value)}
    meant: Counter[tuple[str, str]] = Counter()
    for bucket in buckets:
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
