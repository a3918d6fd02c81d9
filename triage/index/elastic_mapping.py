"""What stands in Elasticsearch: the fields of a document, and the template that makes an index."""

from __future__ import annotations

from typing import Any

#: Raise it with every change of the mapping or of a document: an index of another form is emptied,
#: not migrated.
FORM = 5
#: Lucene takes 32,766 bytes a term; longer values are cut or hashed before they come here.
LONGEST_KEYWORD = 8_000

Field = dict[str, Any]

#: Compared, counted and sorted.
_KEYWORD: Field = {"type": "keyword", "ignore_above": LONGEST_KEYWORD}
#: Only looked up.
_LOOKED_UP: Field = {**_KEYWORD, "doc_values": False}
#: Only counted, or given back without opening the document.
_COUNTED: Field = {**_KEYWORD, "index": False}
#: Words in order, several times; the gap between two is what no phrase spans.
_WORDS: Field = {
    "type": "text",
    "analyzer": "whitespace",
    "position_increment_gap": 100,
    "norms": False,
}
#: Two words in a row are a term as well: a phrase of frequent ones is not put together from where
#: each of them stands.
_TEXT: Field = {**_WORDS, "index_phrases": True}

_FIELDS: dict[str, Field] = {
    "key": _KEYWORD,
    # What a person types to name it: its key, its submission's, wording, version, campaign.
    "ids": {**_LOOKED_UP, "normalizer": "lowercase"},
    # Microseconds since 1970, UTC: a date of Elasticsearch's aggregations ends at milliseconds.
    "received": {"type": "long"},
    "kind": _KEYWORD,
    "flags": _LOOKED_UP,
    "language": _KEYWORD,
    "wording": _KEYWORD,
    "version": _KEYWORD,
    # Bands of the sums asked for; what became of the reply.
    "amounts": _KEYWORD,
    "state": _LOOKED_UP,
    "campaign": _KEYWORD,
    # Kind and flags; language, state and kinds of accounts: counted together, then parted, for each
    # field takes the server as long as all of them.
    "judged": _KEYWORD,
    "besides": _KEYWORD,
    "why": _COUNTED,
    "reporter": _COUNTED,
    "excerpt": _COUNTED,
    # One value for each text of the finding.
    "words": _TEXT,
    # Accounts and contacts: canonical and as written; and their beginnings.
    "looked": _LOOKED_UP,
    "begins": _LOOKED_UP,
    # The rest of long ones, letter by letter.
    "tails": _WORDS,
    # Halves of accounts, by the length of what would be a slip away.
    "near": _LOOKED_UP,
    # `kind value`: of accounts; of those that may link; of those whose checksum fails as well.
    "accounts": _COUNTED,
    "links": _KEYWORD,
    # The kinds alone of the first of these.
    "account_kinds": _LOOKED_UP,
    "named": _COUNTED,
    # Kind, value and how it was written, as JSON, of each account and contact.
    "sightings": _COUNTED,
    # The finding in brief, as JSON, packed: read by the thousand without opening the document.
    "brief": {"type": "binary", "doc_values": True},
    # The finding, as JSON.
    "document": {"type": "keyword", "index": False, "doc_values": False},
}


def template(pattern: str, replicas: int) -> dict[str, Any]:
    """Give the index template for all indices of this pattern."""
    return {
        "index_patterns": [pattern],
        "priority": 500,
        "version": FORM,
        "template": {
            "settings": {
                "number_of_shards": 1,
                "number_of_replicas": replicas,
                # Not best_compression: it would take half the disk, but unpacks 240 kB to give one
                # finding.
                "codec": "default",
                # The order of every page: of each segment only its first documents are looked at.
                "sort.field": ["received", "key"],
                "sort.order": ["desc", "desc"],
            },
            "mappings": {
                "dynamic": "strict",
                "_meta": {"form": FORM},
                # All that is ever read back; the rest is made of it.
                "_source": {"includes": ["document", "state"]},
                "properties": _FIELDS,
            },
        },
    }
