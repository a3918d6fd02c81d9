"""Index on Elasticsearch: one is written, one is read, and either may be wiped at any moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from casefile.campaign import MOST_MEMBERS, AccountPage, Campaign, CampaignSummary
from casefile.errors import NotFound
from casefile.finding import Finding
from casefile.query import Hit, Page, Query
from casefile.reply import State
from triage.index import question
from triage.index.elastic_accounts import account_page
from triage.index.elastic_campaigns import campaign_page
from triage.index.elastic_facets import HALVES, facets
from triage.index.elastic_pages import briefs, far_briefs, far_page, page_wish
from triage.index.elastic_question import condition
from triage.index.elastic_server import WINDOW, Answer, Gone, Server, asking, connect, whole
from triage.index.elastic_snapshots import Snapshots
from triage.index.elastic_snippets import word_snippet
from triage.index.elastic_standing import Indices
from triage.index.elastic_summaries import campaign_list
from triage.index.elastic_writing import Writer
from triage.index.pages import MOST_A_PAGE, MOST_OFFSET, within
from triage.index.rows import decode, storable
from triage.index.snippets import other_snippet

#: A longer one is no key of Elasticsearch.
LONGEST_KEY = 512


class ElasticIndex:
    """Index on one Elasticsearch cluster. Several desks share it by prefixes of their own.

    Whatever goes wrong is TryLater. With `refresh` a search finds what was just written; without,
    it does after a second. A process that forks makes its own after that.
    """

    def __init__(
        self,
        client_url: str,
        *,
        prefix: str = "desk",
        api_key: str | None = None,
        ca_certs: str | None = None,
        refresh: bool = False,
        replicas: int = 0,
    ) -> None:
        self._client = connect(client_url, api_key, ca_certs)
        self.indices = Indices(client=self._client, prefix=prefix, replicas=replicas)
        self._server = Server(
            client=self._client, read=self.indices.read, make_again=self.indices.written
        )
        self._writer = Writer(client=self._client, alias=self.indices.write, refresh=refresh)

    def snapshots(self, repository: str) -> Snapshots:
        """Give the snapshots of this index in a repository of this name."""
        return Snapshots(client=self._client, indices=self.indices, repository=repository)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def upsert(
        self, findings: Sequence[Finding], states: Mapping[str, State] | None = None
    ) -> None:
        """Add or replace them, in as many steps as their size needs. Raises TryLater."""
        latest = list({finding.key: finding for finding in findings}.values())
        if not latest:
            return
        try:
            self._writer.write(latest, states or {})
        except Gone:
            self.indices.written()
            self._writer.write(latest, states or {})

    def clear(self) -> None:
        """Forget everything. Raises TryLater."""
        self.indices.clear()

    def identity(self) -> str:
        """Give the UUID that Elasticsearch gave the index that is written. Raises TryLater."""
        return self.indices.written().uuid

    def renew(self) -> None:
        """Write a fresh index from now on; the one before is read until `settle`."""
        self.indices.renew()

    def settle(self, identity: str) -> None:
        """Read the index that is written, in one step, and drop the one before."""
        self.indices.settle(identity)

    def count(self) -> int:
        """Give the number of findings."""
        return self._server.reading(self._count)

    def search(self, query: Query) -> Page:
        """Give a page of findings, with facets over all that match."""
        asked = question.read(query.text)
        where = condition(query, asked)
        offset, limit = _page_asked(query)
        # What is counted is the same for every page: the server remembers it for the next one.
        counting = {"query": where, "size": 0, "track_total_hits": True}
        wishes = [{**counting, "aggs": half} for half in HALVES]
        near = limit and offset + limit <= WINDOW
        if near:
            wishes.append(page_wish(where, offset, limit, oldest_first=query.oldest_first))
        found = self._server.searches(wishes)
        counted, pages = found[: len(HALVES)], found[len(HALVES) :]
        total: int = counted[0]["hits"]["total"]["value"]
        hits = [hit for page in pages for hit in page["hits"]["hits"]]
        if limit and not near and offset < total:
            hits = far_page(self._server, where, offset, limit, oldest_first=query.oldest_first)
        return Page(
            total=total,
            hits=tuple(_hit(it, asked.terms) for it in hits),
            facets=facets(counted),
        )

    def briefs(self, query: Query) -> tuple[Finding, ...]:
        """Give the findings of a page in brief and alone."""
        where = condition(query, question.read(query.text))
        offset, limit = _page_asked(query)
        if not limit:
            return ()
        page = briefs if offset + limit <= WINDOW else far_briefs
        return tuple(page(self._server, where, offset, limit, oldest_first=query.oldest_first))

    def finding(self, key: str) -> Finding:
        """Give one finding. Raises NotFound."""
        key = storable(key)
        if 0 < len(key.encode()) <= LONGEST_KEY:
            document = self._server.reading(lambda: self._document(key))
            if document is not None:
                return decode(document)
        raise NotFound(f"There is no finding {key}.")

    def campaigns(self, offset: int = 0, limit: int = 50) -> list[CampaignSummary]:
        """Give campaigns, those with the newest finding first."""
        return campaign_list(self._server, within(offset, MOST_OFFSET), within(limit, MOST_A_PAGE))

    def campaign(self, key: str, members: int = MOST_MEMBERS) -> Campaign:
        """Give one campaign. Raises NotFound."""
        return campaign_page(self._server, key, within(members, MOST_MEMBERS))

    def account(self, value: str) -> AccountPage:
        """Give an account by its canonical value or as written; without findings where unknown."""
        return account_page(self._server, value)

    def _count(self) -> int:
        with asking():
            answer = self._client.count(index=self.indices.read)
        number: int = whole(answer.body)["count"]
        return number

    def _document(self, key: str) -> str | None:
        """Give a finding as JSON; asked for in a body, for a path could be read otherwise."""
        found = self._server.documents([key])
        document: str | None = found[0]["_source"]["document"] if found else None
        return document


def _page_asked(query: Query) -> tuple[int, int]:
    return within(query.offset, MOST_OFFSET), within(query.limit, MOST_A_PAGE)


def _hit(found: Answer, terms: tuple[str, ...]) -> Hit:
    finding = decode(found["_source"]["document"])
    snippet = word_snippet(finding, terms) or other_snippet(finding, terms)
    return Hit(finding=finding, snippet=snippet)
