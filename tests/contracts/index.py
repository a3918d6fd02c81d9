"""What every Index keeps to: what it stores, what a search finds; campaigns stand beside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from casefile.errors import NotFound
from casefile.finding import Amount, Demand, Finding, Verdict
from casefile.ports import Index
from casefile.query import FACETS, MARK_END, MARK_START, MOST_NAMED, ByCase, Query
from contracts.index_campaigns import CampaignContract
from contracts.index_words import WordsContract, keys
from contracts.sample_findings import (
    OTHER_WALLET,
    WALLET,
    account,
    finding,
    full_finding,
    placed,
    wording,
)

ODD_FIELDS = (
    *("kind", "flag", "language", "wording", "campaign", "account", "account_kind"),
    *("amount", "state"),
)


def asking(number: int, sums: Sequence[tuple[float, str]]) -> Finding:
    amounts = tuple(Amount(value=value, currency=currency) for value, currency in sums)
    return replace(finding(number, "words"), demand=Demand(amounts=amounts))


class IndexContract(WordsContract, CampaignContract):
    """Subclass it with a fixture `index` that gives an empty Index."""

    def test_an_empty_index_finds_nothing(self, index: Index) -> None:
        page = index.search(Query())
        assert (page.total, page.hits) == (0, ())
        assert page.facets == tuple((name, ()) for name in FACETS)
        assert index.count() == 0
        assert index.campaigns() == []

    def test_a_finding_comes_back_whole(self, index: Index) -> None:
        whole = full_finding()
        index.upsert([whole])
        assert index.finding(whole.key) == whole
        assert index.search(Query()).hits[0].finding == whole

    def test_it_is_narrowed_by_keys_and_campaigns_that_the_record_names(self, index: Index) -> None:
        places = [placed(1, 1, 1), placed(1, 1, 1), placed(2, 1, 2), placed(3, 1, 3)]
        made = [finding(number, "words", placement=it) for number, it in enumerate(places, 1)]
        one, two, three, four = (it.key for it in made)
        index.upsert(made)

        def found(**cases: frozenset[str] | bool) -> set[str]:
            page = index.search(Query(cases=ByCase(**cases)))  # type: ignore[arg-type]
            assert page.total == len(page.hits) == sum(dict(dict(page.facets)["kind"]).values())
            return set(keys(page))

        assert found() == set()
        assert found(others=True) == {one, two, three, four}
        assert found(findings=frozenset({two, "unknown-1"})) == {two}
        near = {"campaigns": frozenset({"C-1", "C-9"}), "apart": frozenset({one, three})}
        assert found(findings=frozenset({three}), **near) == {two, three}
        assert found(findings=frozenset({three}), others=True, **near) == {one, four}

    def test_an_unknown_finding_or_campaign_is_not_found(self, index: Index) -> None:
        with pytest.raises(NotFound):
            index.finding("unknown-1")
        with pytest.raises(NotFound):
            index.campaign("C-1")

    def test_a_finding_is_replaced_with_all_that_was_found_by_it(self, index: Index) -> None:
        before = finding(1, "an apple", accounts=[account()], placement=placed(1, 1, 1))
        before = replace(before, verdict=Verdict(kind="unclear", confidence=0.1, flags=("paid",)))
        after = finding(1, "a pear", accounts=[account(OTHER_WALLET)], placement=placed(2, 1, 2))
        index.upsert([before])
        for _ in range(2):
            index.upsert([after])
        assert index.count() == 1
        assert self.found(index, "apple") == self.found(index, WALLET) == []
        assert self.found(index, "pear") == self.found(index, OTHER_WALLET) == [after.key]
        assert index.account(WALLET).findings == ()
        assert [summary.key for summary in index.campaigns()] == ["C-2"]
        assert dict(index.search(Query()).facets)["flag"] == ()

    def test_the_last_of_a_key_in_one_call_stays(self, index: Index) -> None:
        index.upsert([finding(1, "an apple"), finding(1, "a pear")])
        assert index.count() == 1
        assert self.found(index, "apple") == []

    def test_after_clear_nothing_is_found_and_all_can_come_again(self, index: Index) -> None:
        one = full_finding()
        index.upsert([one])
        index.clear()
        assert index.count() == 0
        assert self.found(index, WALLET) == []
        assert index.campaigns() == []
        index.upsert([one])
        assert self.found(index, WALLET) == [one.key]

    def test_an_index_is_itself_until_it_begins_anew(self, index: Index) -> None:
        one = index.identity()
        index.upsert([full_finding()])
        index.settle(one)
        assert index.identity() == one
        index.clear()
        other = index.identity()
        index.renew()
        assert len({one, other, index.identity()}) == 3
        assert index.identity() == index.identity()

    def test_what_is_told_after_a_renewal_is_found_once_it_is_settled(self, index: Index) -> None:
        index.upsert([finding(1, "an apple"), finding(2, "a pear")])
        index.renew()
        index.upsert([finding(2, "a plum")])
        index.settle(index.identity())
        assert index.count() == 1
        assert self.found(index, "plum") == [finding(2).key]
        assert self.found(index, "apple") == self.found(index, "pear") == []
        index.settle(index.identity())
        assert index.count() == 1

    def test_nobody_settles_for_another_index(self, index: Index) -> None:
        """Whoever saw that nothing was owed saw it of the index before."""
        index.upsert([finding(1, "an apple")])
        before = index.identity()
        index.renew()
        found = index.count()
        index.settle(before)
        assert index.count() == found

    def test_findings_come_newest_first_in_pages(self, index: Index) -> None:
        many = [finding(number, "the same words") for number in range(7)]
        index.upsert(many[3:] + many[:3])
        newest = [one.key for one in reversed(many)]
        page = index.search(Query(text="words", limit=3))
        assert (page.total, keys(page)) == (7, newest[:3])
        assert keys(index.search(Query(text="words", offset=6, limit=3))) == newest[6:]
        assert keys(index.search(Query(offset=7))) == []
        assert index.search(Query(offset=10**30, limit=10**30)).total == 7
        assert len(index.search(Query(offset=-5, limit=2)).hits) == 2

    @pytest.mark.parametrize(
        "query",
        [
            Query(kind="physical-threat"),
            Query(flag="under-18"),
            Query(language="cy"),
            Query(wording="W-2"),
            Query(wording="W-2.1"),
            Query(campaign="C-2"),
            Query(account=OTHER_WALLET),
            Query(text="words", kind="physical-threat", language="cy"),
        ],
    )
    def test_each_field_narrows(self, index: Index, query: Query) -> None:
        usual = finding(1, "words", accounts=[account()], placement=placed(1, 1, 1))
        sought = finding(
            2,
            "words",
            accounts=[account(OTHER_WALLET)],
            language="cy",
            verdict=Verdict(kind="physical-threat", confidence=0.8, flags=("under-18",)),
            placement=placed(2, 1, 2),
        )
        index.upsert([usual, sought])
        assert keys(index.search(query)) == [sought.key]

    @pytest.mark.parametrize("odd", ["\ud800", "\0", "'", "%", "x" * 5_000])
    def test_an_odd_field_or_key_finds_nothing_and_does_not_raise(
        self, index: Index, odd: str
    ) -> None:
        index.upsert([full_finding()])
        for field in ODD_FIELDS:
            assert index.search(Query(**{field: odd})).total == 0
        with pytest.raises(NotFound):
            index.finding(odd)
        with pytest.raises(NotFound):
            index.campaign(odd)

    def test_facets_count_all_hits_not_only_the_page(self, index: Index) -> None:
        flagged = Verdict(kind="unclear", confidence=0.3, flags=("paid", "distress"))
        index.upsert(
            [
                finding(1, "words", language="cy", verdict=flagged),
                finding(2, "words"),
                finding(3, "words", language=""),
                finding(4, "elsewhere", language="de"),
            ]
        )
        assert index.search(Query(text="words", limit=1)).facets == (
            ("kind", (("webcam-bluff", 2), ("unclear", 1))),
            ("flag", (("distress", 1), ("paid", 1))),
            ("language", (("cy", 1), ("en", 1))),
            ("account-kind", ()),
            ("campaign", ()),
            ("wording", ()),
            ("amount", (("none", 3),)),
            ("state", ()),
        )

    def test_facets_count_findings_by_kind_of_account_campaign_and_wording(
        self, index: Index
    ) -> None:
        both = [account(), account(OTHER_WALLET)]
        index.upsert(
            [
                finding(1, "one", accounts=both, placement=placed(1, 1, 1)),
                finding(2, "two", accounts=[account()], placement=placed(1, 2, 1)),
                finding(3, "three", placement=placed(2, 1, 2)),
                finding(4, "four", accounts=[replace(account(), check="near-miss")]),
            ]
        )
        facets = dict(index.search(Query()).facets)
        assert facets["account-kind"] == (("bitcoin", 2),)
        assert facets["campaign"] == (("C-1", 2), ("C-2", 1))
        assert facets["wording"] == (("W-1", 2), ("W-2", 1))
        assert index.search(Query(account_kind="bitcoin")).total == 2
        assert index.search(Query(account_kind="iban")).total == 0

    def test_a_search_is_narrowed_to_a_band_of_the_sum_and_its_currency(self, index: Index) -> None:
        asked = [[], [(0.05, "BTC"), (1_450, "USD")], [(1_999.99, "USD")], [(1_450, "GBP")]]
        index.upsert([asking(it, sums) for it, sums in enumerate(asked)])
        assert dict(index.search(Query()).facets)["amount"] == (
            ("USD-1000", 2),
            ("BTC-0.05", 1),
            ("GBP-1000", 1),
            ("none", 1),
        )
        assert index.search(Query(amount="USD-1000")).total == 2
        assert index.search(Query(amount="none")).total == 1
        assert index.search(Query(amount="USD-2000")).total == 0

    def test_a_search_is_narrowed_to_what_became_of_the_reply(self, index: Index) -> None:
        one, two, three = (finding(it, "words") for it in (1, 2, 3))
        index.upsert([one, two, three], {one.report.submission: "sent"})
        assert dict(index.search(Query()).facets)["state"] == (("sent", 1),)
        index.upsert([two, three], {it.report.submission: "uncertain" for it in (two, three)})
        index.upsert([two], {two.report.submission: "sent"})
        assert dict(index.search(Query()).facets)["state"] == (("sent", 2), ("uncertain", 1))
        assert keys(index.search(Query(state="uncertain", text="words"))) == [three.key]
        index.upsert([one])
        assert keys(index.search(Query(state="sent"))) == [two.key]
        assert index.count() == 3

    def test_only_the_most_frequent_campaigns_are_named(self, index: Index) -> None:
        many = range(1, MOST_NAMED + 5)
        index.upsert([finding(it, "words", placement=placed(it, 1, it)) for it in many])
        for name in ("campaign", "wording"):
            assert len(dict(index.search(Query()).facets)[name]) == MOST_NAMED

    def test_a_search_is_narrowed_to_a_time(self, index: Index) -> None:
        index.upsert([finding(it, "words") for it in (1, 2, 3)])
        times = [hit.finding.report.received_at for hit in index.search(Query()).hits]
        newest, middle, oldest = times
        assert index.search(Query(since=middle)).total == 2
        assert index.search(Query(until=middle)).total == 1
        assert index.search(Query(since=middle, until=newest)).total == 1
        assert index.search(Query(since=newest, until=oldest)).total == 0
        far = datetime(9999, 12, 31, tzinfo=UTC)
        assert index.search(Query(since=far)).total == 0
        assert index.search(Query(until=far)).total == 3

    def test_the_oldest_stand_first_where_that_is_asked(self, index: Index) -> None:
        index.upsert([finding(it, "words") for it in (1, 2, 3)])
        newest_first = keys(index.search(Query()))
        assert keys(index.search(Query(oldest_first=True))) == newest_first[::-1]
        second = index.search(Query(oldest_first=True, offset=1, limit=1))
        assert keys(second) == newest_first[1:2]

    def test_the_snippet_marks_what_matched_and_nothing_of_the_offender(self, index: Index) -> None:
        text = f"{wording(1, 80)} the webcam \ue000saw\ue001 {wording(2, 80)}"
        index.upsert([finding(1, text)])
        (hit,) = index.search(Query(text='webcam "saw"')).hits
        assert f"{MARK_START}webcam{MARK_END}" in hit.snippet
        assert f"{MARK_START}saw{MARK_END}" in hit.snippet
        assert hit.snippet.count(MARK_START) == hit.snippet.count(MARK_END) == 2
        assert len(hit.snippet) < 400

    def test_without_words_the_snippet_is_how_the_text_begins(self, index: Index) -> None:
        index.upsert([finding(1, f"Dear you,\n\n \ue000{wording(1, 80)}")])
        (hit,) = index.search(Query(kind="webcam-bluff")).hits
        assert hit.snippet.startswith("Dear you,")
        assert MARK_START not in hit.snippet

    def test_the_snippet_of_an_account_shows_where_it_stands(self, index: Index) -> None:
        text = f"{wording(1, 80)} send it to {WALLET} today {wording(2, 80)}"
        index.upsert([finding(1, text, accounts=[account()])])
        (hit,) = index.search(Query(text=WALLET[:8])).hits
        assert f"send it to {MARK_START}{WALLET}{MARK_END} today" in hit.snippet

    def test_a_text_that_no_database_likes_is_kept_and_found(self, index: Index) -> None:
        one = finding(1, "zero \0 half \ud800 mark \ue000 end", subject="\udfff")
        index.upsert([one])
        assert self.found(index, "zero end") == [one.key]
        assert index.finding(one.key).report.reported.subject != ""
