"""What is counted beside a search: asked for in as few fields as will do, and parted again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from casefile.query import FACETS, MOST_NAMED
from triage.index.elastic_documents import unbesides, unjudged
from triage.index.elastic_server import BUCKETS, Answer
from triage.index.pages import ranked

#: From a term to the values that stand in it, by facet.
Parted = Callable[[str], Mapping[str, Sequence[str]]]


def _as(facet: str) -> Parted:
    return lambda term: {facet: [term]}


#: How many terms of a field are asked for, and what is in each.
_FIELDS: Mapping[str, tuple[int, Parted]] = {
    "judged": (BUCKETS, unjudged),
    "besides": (BUCKETS, unbesides),
    "amounts": (MOST_NAMED, _as("amount")),
    "campaign": (MOST_NAMED, _as("campaign")),
    "wording": (MOST_NAMED, _as("wording")),
}
#: To be asked for.
COUNTS = {name: {"terms": {"field": name, "size": size}} for name, (size, _) in _FIELDS.items()}
#: The same in two searches of about the same work, which the server counts side by side.
HALVES = tuple(
    {name: COUNTS[name] for name in names}
    for names in (("judged", "amounts", "wording"), ("besides", "campaign"))
)


def facets(halves: Sequence[Answer]) -> tuple[tuple[str, tuple[tuple[str, int], ...]], ...]:
    """Give what was asked for by `HALVES`: for each facet its values, the most frequent first."""
    counts: dict[str, Counter[str]] = {name: Counter() for name in FACETS}
    found = {name: its for half in halves for name, its in half["aggregations"].items()}
    for field, (_, parted) in _FIELDS.items():
        for bucket in found[field]["buckets"]:
            for facet, values in parted(bucket["key"]).items():
                for value in values:
                    counts[facet][value] += bucket["doc_count"]
    return tuple((name, ranked(counts[name])) for name in FACETS)
