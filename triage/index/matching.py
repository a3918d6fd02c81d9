"""Which findings answer a question: sets of their numbers, laid over each other."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from casefile.query import ByCase, Query
from triage.index.bitmaps import Numbers
from triage.index.question import ACCOUNT_PREFIX, Question, looked_for, named_by
from triage.index.rows import microseconds, storable
from triage.index.saying import numbers_of, saying
from triage.index.standing import Facets, Standing
from triage.index.told import DAY, HOUR

#: Sorts behind every text that begins with what stands before it.
LAST = "\U0010ffff"

# One JSON text for all numbers: a row for each of them would take five times as long.
_NAMED = """
    SELECT json_group_array(n.number) FROM index_value AS v
    CROSS JOIN index_named AS n ON n.value = v.id AND n.number > :after
    WHERE {which}
"""
_IS = tuple(_NAMED.format(which=f"v.{form} IN (:a, :b)") for form in ("folded", "written"))
_BEGINS = _NAMED.format(which="v.folded >= :a AND v.folded < :b")
_KEYS = "SELECT json_group_array(number) FROM index_finding WHERE key >= ? AND key < ?"
_KEYED = """
    SELECT json_group_array(f.number) FROM json_each(?) AS asked
    CROSS JOIN index_finding AS f ON f.key = asked.value
"""
_TIMES = "SELECT json_group_array(number) FROM index_finding WHERE received >= ? AND received < ?"


@dataclass(frozen=True, kw_only=True)
class Matching:
    """Finds numbers in one transaction."""

    connection: Connection
    standing: Standing

    def hits(self, query: Query, question: Question) -> Numbers:
        """Give the findings that answer a query: all of its terms and fields."""
        found = self.standing.all
        if question.hopeless:
            return Numbers()
        for facet, value in (
            ("kind", query.kind),
            ("language", query.language),
            ("flag", query.flag),
            ("campaign", query.campaign),
            ("account-kind", query.account_kind),
            ("amount", query.amount),
            ("state", query.state),
        ):
            if value:
                found = found & self.standing.having(facet, storable(value))
        if query.wording:
            wording = storable(query.wording)
            found = found & (
                self.standing.having("wording", wording) | self.standing.having("version", wording)
            )
        if query.account:
            found = found & self.naming(query.account)
        if query.cases is not None:
            found = found & self._by_case(query.cases)
        if query.since is not None or query.until is not None:
            found = found & self._received(query.since, query.until)
        for term in question.terms:
            found = found & self._having(term)
        return found

    def _by_case(self, cases: ByCase) -> Numbers:
        """Give the findings that people are so far with."""
        campaigns = (self.standing.having("campaign", storable(it)) for it in cases.campaigns)
        found = Numbers.union(Numbers(), *campaigns) - self._keyed(cases.apart)
        found |= self._keyed(cases.findings)
        return self.standing.all - found if cases.others else found

    def _keyed(self, keys: Collection[str]) -> Numbers:
        return self._asked(_KEYED, (json.dumps(sorted(keys)),)) if keys else Numbers()

    def naming(self, value: str) -> Numbers:
        """Give the findings that name an account, by its canonical value or as written."""
        return self._remembered("account", value, self._naming)

    def facets(self, hits: Numbers) -> Facets:
        """Count the values that these findings have."""
        return self.standing.counted(hits)

    def _having(self, term: str) -> Numbers:
        found = self._remembered("words", term, self._saying)
        if len(term) < ACCOUNT_PREFIX:
            found = found | self.naming(term)
        else:
            found = found | self._remembered("beginning", term, self._beginning)
        for facet, value in named_by(term):
            if facet == "key":
                found = found | self._asked(_KEYS, (value, value + LAST))
            else:
                found = found | self.standing.having(facet, value)
        return found

    def _remembered(self, how: str, term: str, ask: Callable[[str, int], Numbers]) -> Numbers:
        """Ask only for what came since the same was asked before."""
        last, terms = self.standing.last, self.standing.terms
        looked, found = terms.get((how, term))
        if looked < last:
            later = ask(term, looked)
            found = found | later if found else later
            terms.keep((how, term), last, found)
        return found

    def _saying(self, term: str, after: int) -> Numbers:
        return saying(self.connection, self.standing.gathered, term, after)

    def _naming(self, value: str, after: int) -> Numbers:
        one, other = (*looked_for(value), *looked_for(value))[:2]
        found = Numbers()
        for statement in _IS:
            found |= self._asked(statement, {"a": one, "b": other, "after": after})
        return found

    def _beginning(self, term: str, after: int) -> Numbers:
        found = Numbers()
        for form in {term, term.casefold()}:
            found |= self._asked(_BEGINS, {"a": form, "b": form + LAST, "after": after})
        return found

    def _received(self, since: datetime | None, until: datetime | None) -> Numbers:
        """Lay whole days and hours together; only what is left of an hour is looked up."""
        days = self.standing.days
        if not days:
            return Numbers()
        start = max(microseconds(since), days[0] * DAY) if since else days[0] * DAY
        end = min(microseconds(until), (days[-1] + 1) * DAY) if until else (days[-1] + 1) * DAY
        found: list[Numbers] = []
        while start < end:
            for facet, size in (("day", DAY), ("hour", HOUR)):
                if start % size == 0 and start + size <= end:
                    found.append(self.standing.having(facet, str(start // size)))
                    break
            else:
                size = min(end, start - start % HOUR + HOUR) - start
                found.append(self._asked(_TIMES, (start, start + size)))
            start += size
        return Numbers.union(*found) if found else Numbers()

    def _asked(self, statement: str, values: tuple[object, ...] | dict[str, object]) -> Numbers:
        return numbers_of(self.connection, statement, values)
