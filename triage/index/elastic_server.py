"""Asks Elasticsearch, and says in the house's words what came of it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec
from elasticsearch import ApiError, Elasticsearch, JsonSerializer, NotFoundError, TransportError

from casefile.errors import TryLater

log = logging.getLogger(__name__)

#: Whoever waits longer has a worker standing idle; the server is told to give up a little earlier.
SECONDS = 20
SERVER_SECONDS = "15s"
#: Elasticsearch gives no hit beyond this by its number; deeper ones are walked to.
WINDOW = 10_000
NOT_FOUND, REFUSED = 404, 400
#: Buckets of one answer; 65,536 is the server's own limit.
BUCKETS = 10_000

Answer = Mapping[str, Any]
#: Conditions, each of them one clause of a bool's filter.
Clause = dict[str, Any]
T = TypeVar("T")


class Denied(TryLater):
    """The search index refuses just now."""


class Gone(Denied):
    """The search index is gone."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Walked:
    """A hit without its finding: what it is sorted by, and those of the wished fields it has."""

    #: Microseconds since 1970, UTC.
    received: int
    key: str
    fields: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Server:
    """A client, and the alias that is read."""

    client: Elasticsearch
    read: str
    #: Called where the alias is gone; makes it again.
    make_again: Callable[[], object] = field(repr=False)

    def search(self, where: Clause, **wish: Any) -> Answer:  # noqa: ANN401 - as the client takes it
        """Search what is read. Raises TryLater, also where an answer would be partial."""
        return self.reading(lambda: self._search(index=self.read, query=where, **wish))

    def searches(self, wishes: Sequence[Mapping[str, Any]]) -> list[Answer]:
        """Give the answers to several searches that are asked at once, side by side.

        What is only counted is remembered by the server until what is read changes. A finding that
        comes between two of them may be in one only. Raises TryLater.
        """
        return self.reading(lambda: self._searches(wishes))

    def buckets(
        self,
        where: Clause,
        fields: Sequence[str],
        aggregations: Mapping[str, Any] | None = None,
    ) -> Iterator[Answer]:
        """Give every combination of these fields' values, counted, however many there are."""
        sources = [{name: {"terms": {"field": name}}} for name in fields]
        composite: dict[str, Any] = {"size": BUCKETS, "sources": sources}
        while True:
            wanted = {"all": {"composite": composite, "aggs": dict(aggregations or {})}}
            found = self.search(where, size=0, aggs=wanted, track_total_hits=False)
            page = found["aggregations"]["all"]
            yield from page["buckets"]
            if "after_key" not in page:
                return
            composite = {**composite, "after": page["after_key"]}

    def newest(
        self, where: Clause, size: int, fields: Sequence[str], aggregations: Mapping[str, Any]
    ) -> tuple[list[Walked], Answer]:
        """Give so many of the newest hits with these fields, and what is counted of all of them."""
        found = self.search(
            where,
            size=size,
            # Each as one more key to sort by: fetched as fields they would take several times as
            # long, and the ids of ten thousand hits ten times that.
            sort=[*NEWEST, *({it: {"order": "desc", "missing": "_last"}} for it in fields)],
            stored_fields="_none_",
            aggs=dict(aggregations),
            track_total_hits=True,
            filter_path=_NEWEST,
        )
        total = {"doc_count": found["hits"]["total"]["value"]}
        hits = [_walked(it, fields) for it in found["hits"].get("hits", ())]
        return hits, {**found.get("aggregations", {}), **total}

    def every(
        self,
        first: Answer,
        where: Clause,
        field: str,
        aggregations: Mapping[str, Any] | None = None,
    ) -> Iterator[Answer]:
        """Give every bucket of a field: those of a first page where it has them all."""
        if len(first["buckets"]) < BUCKETS:
            yield from first["buckets"]
        else:
            yield from self.buckets(where, [field], aggregations)

    def walk(self, where: Clause, *, oldest_first: bool = False) -> Generator[Walked, None, None]:
        """Give every hit, newest first, as they stood when this began."""
        opened = self.reading(self._open)
        after: Sequence[Any] | None = None
        try:
            while True:
                found = self._search(
                    query=where,
                    pit={"id": opened, "keep_alive": "1m"},
                    sort=OLDEST if oldest_first else NEWEST,
                    search_after=after,
                    size=WINDOW,
                    stored_fields="_none_",
                    track_total_hits=False,
                    filter_path=_WALKED,
                )
                opened = found["pit_id"]
                hits = found.get("hits", {}).get("hits", ())
                yield from (_walked(it) for it in hits)
                if len(hits) < WINDOW:
                    return
                after = hits[-1]["sort"]
        finally:
            self._close(opened)

    def documents(self, keys: Sequence[str]) -> list[Answer]:
        """Give those of these that are there. Raises Gone, TryLater."""
        with asking():
            found = self.client.mget(index=self.read, ids=list(keys))["docs"]
        if any("error" in it for it in found):
            raise Gone
        return [it for it in found if it["found"]]

    def reading(self, ask: Callable[[], T]) -> T:
        """Ask; where the index is gone, have it made again, and ask that."""
        try:
            return ask()
        except Gone:
            self.make_again()
            return ask()

    def _search(self, **wish: Any) -> Answer:  # noqa: ANN401 - as the client takes it
        with asking():
            found = self.client.search(timeout=SERVER_SECONDS, **wish)
        return whole(found.body)

    def _searches(self, wishes: Sequence[Mapping[str, Any]]) -> list[Answer]:
        lines: list[Mapping[str, Any]] = []
        for wish in wishes:
            lines += ({"request_cache": not wish["size"]}, {"timeout": SERVER_SECONDS, **wish})
        with asking():
            found = self.client.msearch(index=self.read, searches=lines)
        return [whole(answered(it)) for it in found["responses"]]

    def _open(self) -> str:
        with asking():
            opened = self.client.open_point_in_time(index=self.read, keep_alive="1m")
        given: str = opened["id"]
        return given

    def _close(self, opened: str) -> None:
        """Close what was opened; where that fails, it closes itself after a minute."""
        try:
            with asking():
                self.client.close_point_in_time(id=opened)
        except TryLater:
            log.info("a search was left open")


_NEWEST = ["timed_out", "_shards.failed", "hits.total", "hits.hits.sort", "aggregations"]
_WALKED = ["pit_id", "timed_out", "_shards.failed", "hits.hits.sort"]
#: The order of findings everywhere.
NEWEST = [{"received": "desc"}, {"key": "desc"}]
OLDEST = [{"received": "asc"}, {"key": "asc"}]


def _walked(hit: Answer, fields: Sequence[str] = ()) -> Walked:
    received, key, *rest = hit["sort"]
    found = {name: it for name, it in zip(fields, rest, strict=False) if it is not None}
    return Walked(received=received, key=key, fields=found)


@contextmanager
def asking() -> Iterator[None]:
    """Turn the client's errors into the house's; their messages quote what was asked."""
    try:
        yield
    except NotFoundError:
        raise Gone from None
    except ApiError as error:
        log.warning("Elasticsearch answered with status %d", error.meta.status)
        raise Denied from None
    except TransportError as error:
        log.warning("Elasticsearch cannot be reached: %s", type(error).__name__)
        raise TryLater("The search index cannot be reached.") from None


def answered(answer: Answer) -> Answer:
    """Give back one answer of several; an error is raised as if it were the only one."""
    status = answer["status"]
    if status == NOT_FOUND:
        raise Gone
    if status >= REFUSED:
        log.warning("Elasticsearch answered with status %d", status)
        raise Denied
    return answer


def whole(answer: Answer) -> Answer:
    """Give back an answer that speaks for every shard. Raises TryLater for any other."""
    if answer.get("timed_out") or answer["_shards"]["failed"]:
        log.warning("Elasticsearch answered in part")
        raise TryLater("The search index could not answer in time.")
    return answer


class _Json(JsonSerializer):
    """Reads answers as the rest of the desk reads JSON: in a third of the time."""

    def json_loads(self, data: bytes) -> Any:  # noqa: ANN401 - as the client has it
        return msgspec.json.decode(data)


def connect(url: str, api_key: str | None, ca_certs: str | None) -> Elasticsearch:
    """Give a client. It tries nothing again by itself: it would do so without a pause."""
    trusted: dict[str, Any] = {"ca_certs": ca_certs} if ca_certs else {}
    return Elasticsearch(
        url,
        api_key=api_key,
        request_timeout=SECONDS,
        max_retries=0,
        retry_on_timeout=False,
        serializer=_Json(),
        **trusted,
    )


def first_page(field: str, aggregations: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Ask for the first buckets of a field, to be read by `Server.every`."""
    composite = {"size": BUCKETS, "sources": [{field: {"terms": {"field": field}}}]}
    return {"composite": composite, "aggs": dict(aggregations or {})}


def chunks(values: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Give the values in pieces of at most this size."""
    for start in range(0, len(values), size):
        yield values[start : start + size]
