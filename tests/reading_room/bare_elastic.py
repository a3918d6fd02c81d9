"""The bare Elasticsearch under the index: the same questions as its own client asks them plainly.

One request each, with the counts that the index asks for; nothing is decoded, marked or put in
order. So what the desk adds is the difference.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from elasticsearch import Elasticsearch
from reading_room.crowd import CAMPAIGNS, START, wallet, word

from triage.index.elastic_facets import COUNTS
from triage.index.rows import microseconds

_DAY = timedelta(days=1)
_OF_CAMPAIGN = {
    **{it: {"terms": {"field": it}} for it in ("kind", "language", "version", "accounts")},
    "reporters": {"cardinality": {"field": "reporter"}},
    "first": {"min": {"field": "received"}},
    "last": {"max": {"field": "received"}},
}


def bare_questions(client: Elasticsearch, index: str) -> Mapping[str, Callable[[int], object]]:
    """Give what is asked, each by a number, under the names of measuring.py."""

    def ask(query: Mapping[str, Any], aggregations: Mapping[str, Any] = COUNTS) -> object:
        return client.search(
            index=index,
            query=query,
            aggs=aggregations,
            sort=[{"received": "desc"}],
            size=20,
            track_total_hits=True,
        )

    def having(**term: str) -> Mapping[str, Any]:
        return {"bool": {"filter": [{"term": {name: it}} for name, it in term.items()]}}

    def phrase(it: int) -> Mapping[str, Any]:
        return {"match_phrase": {"words": f"{word(it)} {word(it + 1)}"}}

    def between(it: int) -> Mapping[str, Any]:
        first, last = (microseconds(START + days * _DAY) for days in (it, 180 + it))
        return {"range": {"received": {"gte": first, "lt": last}}}

    return {
        "all": lambda _: ask({"match_all": {}}),
        "common word": lambda it: ask(having(words=word(it))),
        "word of one in a hundred": lambda it: ask(having(words=word(800 + it))),
        "rare word": lambda it: ask(having(words=word(20_000 + it))),
        "two words": lambda it: ask(
            {"match": {"words": {"query": f"{word(it)} {word(300 + it)}", "operator": "and"}}}
        ),
        "phrase": lambda it: ask({"bool": {"filter": [phrase(it)]}}),
        "word and facet": lambda it: ask(having(words=word(5 + it), kind="unclear")),
        "beginning of an account": lambda it: ask(having(begins=wallet(it, 0)[:9])),
        "half a year": lambda it: ask({"bool": {"filter": [between(it)]}}),
        "campaign": lambda it: ask(having(campaign=f"C-{1 + it % CAMPAIGNS}"), _OF_CAMPAIGN),
    }


def processor_of(pid: int) -> float:
    """Give the milliseconds of processor that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return 1e3 * (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
