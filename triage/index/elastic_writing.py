"""Brings findings into Elasticsearch: in bounded bulks, with pauses, beside others who write."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec
from elasticsearch import ApiError, Elasticsearch

from casefile.errors import TryLater
from casefile.finding import Finding
from casefile.reply import State
from triage.index.elastic_documents import bare_document, document
from triage.index.elastic_server import Gone, asking

log = logging.getLogger(__name__)

#: Bytes and documents of one request; the server's own limit is 100 MB.
MOST_BYTES = 5_000_000
MOST_DOCUMENTS = 500
#: How often the same is sent while the server says that it has too much to do, or others write it.
ROUNDS = 8
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 2.0

TOO_LARGE, TOO_BUSY = 413, 429
_TAKEN = range(200, 300)
_EXISTS, _GONE, _FORBIDDEN = 409, 404, 403
#: What the server says of itself, not of the document.
_LATER = frozenset({TOO_BUSY, 500, 502, 503, 504})


@dataclass(frozen=True, kw_only=True, slots=True)
class Parcel:
    """A finding as it goes over the wire."""

    finding: Finding
    state: State | None
    #: The document, one line of JSON.
    body: bytes
    #: True where it is sent without the fields that may have made the server refuse it.
    bare: bool = False
    #: `_seq_no` and `_primary_term` of what it replaces; None where it is new.
    replaces: tuple[int, int] | None = None

    @property
    def key(self) -> str:
        """Give the finding's key."""
        return self.finding.key

    @property
    def kept(self) -> Mapping[str, Any]:
        """Give what the server keeps of it to be read back."""
        kept = {"document": msgspec.json.decode(self.body, type=_Body).document}
        return {**kept, "state": self.state} if self.state else kept

    def lines(self) -> Iterator[bytes]:
        """Give the two lines of the bulk's body."""
        if self.replaces is None:
            yield msgspec.json.encode({"create": {"_id": self.key}})
        else:
            number, term = self.replaces
            place = {"_id": self.key, "if_seq_no": number, "if_primary_term": term}
            yield msgspec.json.encode({"index": place})
        yield self.body


@dataclass(kw_only=True)
class _Sorted:
    """What became of the parcels of one round."""

    #: To be sent again after a pause.
    again: list[Parcel] = field(default_factory=list)
    #: There is a document with this key already, or it changed meanwhile.
    exists: list[Parcel] = field(default_factory=list)
    refused: list[Parcel] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Writer:
    """Writes to one alias."""

    client: Elasticsearch
    alias: str
    #: True where a write is to be found by the next search; a desk does not wait for that.
    refresh: bool
    pause: Callable[[float], None] = field(default=time.sleep, repr=False)

    def write(self, findings: Sequence[Finding], states: Mapping[str, State]) -> None:
        """Add or replace findings, distinct ones. Raises TryLater, having written some of them.

        One that the server refuses whole is kept bare: by its key, and among the newest. One that
        it refuses even so is named in the log; the others do not wait for it.
        """
        rest = [_parcel(it, states.get(it.report.submission)) for it in findings]
        for number in range(ROUNDS):
            sorted_ = self._send(rest)
            rest = self._settled(sorted_)
            if not rest:
                return
            if sorted_.again:
                self.pause(_jittered(number))
        log.warning("Elasticsearch has too much to do: %d documents put off", len(rest))
        raise TryLater("The search index has too much to do.")

    def _settled(self, sorted_: _Sorted) -> list[Parcel]:
        """Give what is still to be sent, and how."""
        rest = [*sorted_.again, *self._compared(sorted_.exists)]
        for parcel in sorted_.refused:
            if parcel.bare:
                log.error("Elasticsearch refuses %s: it is not in the index", parcel.key)
            else:
                log.error("Elasticsearch refuses %s: it is indexed without its words", parcel.key)
                body = msgspec.json.encode(bare_document(parcel.finding, parcel.state))
                rest.append(replace(parcel, body=body, bare=True, replaces=None))
        return rest

    def _compared(self, parcels: Sequence[Parcel]) -> Iterator[Parcel]:
        """Give what differs from what is there, to replace it and nothing newer than that."""
        for some in _batches(parcels):
            with asking():
                found = self.client.mget(index=self.alias, ids=[it.key for it in some])
            for parcel, there in zip(some, found["docs"], strict=True):
                if not there.get("found"):
                    yield replace(parcel, replaces=None)
                elif there["_source"] != parcel.kept:
                    yield replace(parcel, replaces=(there["_seq_no"], there["_primary_term"]))

    def _send(self, parcels: Sequence[Parcel]) -> _Sorted:
        sorted_ = _Sorted()
        for some in _batches(parcels):
            self._send_some(some, sorted_)
        return sorted_

    def _send_some(self, parcels: Sequence[Parcel], sorted_: _Sorted) -> None:
        try:
            items = self._bulk(parcels)
        except _Crowded as crowded:
            if crowded.status == TOO_LARGE and len(parcels) == 1:
                sorted_.refused += parcels
            elif crowded.status == TOO_LARGE:
                half = len(parcels) // 2
                self._send_some(parcels[:half], sorted_)
                self._send_some(parcels[half:], sorted_)
            else:
                sorted_.again += parcels
            return
        for parcel, item in zip(parcels, items, strict=True):
            _sort(parcel, item, sorted_)

    def _bulk(self, parcels: Sequence[Parcel]) -> list[Mapping[str, Any]]:
        """Send one request, and give what the server says of each. Raises _Crowded, TryLater."""
        lines: Any = [line for it in parcels for line in it.lines()]  # not to be encoded again
        with asking():
            try:
                answer = self.client.bulk(
                    index=self.alias,
                    operations=lines,
                    require_alias=True,
                    refresh=self.refresh,
                    filter_path=["items.*.status", "items.*.error.type"],
                )
            except ApiError as error:
                if error.meta.status in {TOO_LARGE, TOO_BUSY}:
                    raise _Crowded(error.meta.status) from None
                raise
        return [next(iter(it.values())) for it in answer["items"]]


class _Crowded(Exception):
    """The server takes the whole request not now, or not in this size."""

    def __init__(self, status: int) -> None:
        super().__init__(f"status {status}")
        self.status = status


def _sort(parcel: Parcel, item: Mapping[str, Any], sorted_: _Sorted) -> None:
    status = item["status"]
    if status in _TAKEN:
        return
    if status == _EXISTS:
        sorted_.exists.append(parcel)
    elif status in _LATER:
        sorted_.again.append(parcel)
    elif status == _GONE:
        raise Gone
    elif status == _FORBIDDEN:
        log.warning("Elasticsearch forbids writing: %s", item["error"]["type"])
        raise TryLater("The search index takes nothing just now.")
    else:
        log.error("Elasticsearch refuses a document: %s", item["error"]["type"])
        sorted_.refused.append(parcel)


def _parcel(finding: Finding, state: State | None) -> Parcel:
    body = msgspec.json.encode(document(finding, state))
    return Parcel(finding=finding, state=state, body=body)


class _Body(msgspec.Struct):
    document: str


def _batches(parcels: Sequence[Parcel]) -> Iterator[list[Parcel]]:
    """Give the parcels in bodies of bounded size; one that is larger goes alone."""
    batch: list[Parcel] = []
    size = 0
    for parcel in parcels:
        if batch and (size + len(parcel.body) > MOST_BYTES or len(batch) == MOST_DOCUMENTS):
            yield batch
            batch, size = [], 0
        batch.append(parcel)
        size += len(parcel.body)
    if batch:
        yield batch


def _jittered(number: int) -> float:
    longest = min(FIRST_PAUSE * 2.0**number, LONGEST_PAUSE)
    return random.uniform(longest / 2, longest)  # noqa: S311 - keeps writers apart, no secret
