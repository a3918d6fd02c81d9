"""What every Index keeps to."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from casefile.campaign import AccountUse, Link, Member
from casefile.errors import NotFound
from casefile.finding import Finding, Placement, Verdict
from casefile.indicator import Indicator
from casefile.ports import Index
from casefile.query import MARK_END, MARK_START, Page, Query
from contracts.sample_findings import OTHER_WALLET, START, WALLET, account, finding, wording

#: What a hostile or careless hand types; none of it may be syntax, and none may raise.
ODD = [
    "((((",
    "*",
    "bit*",
    "NEAR(",
    "NEAR(a b, 2)",
    "a AND",
    "NOT",
    "OR OR OR",
    "text:webcam",
    "-webcam",
    "^webcam",
    "a\0b",
    '"',
    '"""',
    '"unclosed phrase',
    "'; DROP TABLE index_finding; --",
    "%_%",
    "\ud800",
    "\ue000\ue001",
    " ".join(f"word{number}" for number in range(10_000)),
    "x" * 5_000,
    "é" * 900,
    "W-",
    "C-99999999999999999999999",
    "0190a000",
]


def placed(
    wording_: int, version: int, campaign: int, why: str = "wording, 0.90 alike"
) -> Placement:
    return Placement(
        wording=f"W-{wording_}",
        version=f"W-{wording_}.{version}",
        campaign=f"C-{campaign}",
        why=why,
    )


def keys(page: Page) -> list[str]:
    return [hit.finding.key for hit in page.hits]


class IndexContract:
    """Subclass it with a fixture `index` that gives an empty Index."""

    def found(self, index: Index, text: str) -> list[str]:
        return keys(index.search(Query(text=text)))

    def test_an_empty_index_finds_nothing(self, index: Index) -> None:
        page = index.search(Query())
        assert (page.total, page.hits) == (0, ())
        assert page.facets == (("kind", ()), ("flag", ()), ("language", ()))
        assert index.count() == 0
        assert index.campaigns() == []

    def test_a_finding_comes_back_whole(self, index: Index) -> None:
        whole = full_finding()
        index.upsert([whole])
        assert index.finding(whole.key) == whole
        assert index.search(Query()).hits[0].finding == whole

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

    def test_all_words_must_match_wherever_they_stand(self, index: Index) -> None:
        both = finding(1, "your webcam is mine", note="my son is afraid")
        index.upsert([both, finding(2, "your webcam is mine")])
        assert self.found(index, "webcam AFRAID") == [both.key]
        assert self.found(index, "webcam trousers") == []

    def test_subject_sender_and_reporter_are_searched(self, index: Index) -> None:
        one = finding(1, "text", subject="Your account", reporter="Jane.Doe@home.example")
        index.upsert([one, finding(2, "text")])
        assert self.found(index, "account") == [one.key]
        assert self.found(index, "jane.doe@home.example") == [one.key]
        assert len(self.found(index, "offender@mail.example")) == 2

    def test_accents_do_not_matter(self, index: Index) -> None:
        one = finding(1, "Mae gennyf fideo ohonoch chi, tâl nawr")
        index.upsert([one])
        assert self.found(index, "tal") == self.found(index, "TÂL") == [one.key]

    def test_a_text_in_look_alike_letters_is_found_by_the_words_read_in_it(
        self, index: Index
    ) -> None:
        odd = "pаy the bitсoin now"  # with Cyrillic a and c
        one = replace(finding(1, "pay the bitcoin now"), text=odd)
        index.upsert([one])
        assert self.found(index, "bitcoin") == [one.key]

    def test_a_phrase_matches_in_order_only(self, index: Index) -> None:
        one = finding(1, "I recorded you through the camera")
        index.upsert([one])
        assert self.found(index, '"recorded you"') == [one.key]
        assert self.found(index, '"you recorded"') == []

    @pytest.mark.parametrize("typed", ODD)
    def test_nothing_typed_is_syntax_or_raises(self, index: Index, typed: str) -> None:
        index.upsert([finding(1, "webcam text bit a b or and not near")])
        page = index.search(Query(text=typed))
        assert page.total == len(page.hits) <= 1

    @pytest.mark.parametrize("typed", ["((((", "*", '"', "'' --", "\ue000"])
    def test_what_holds_no_letter_or_digit_finds_nothing(self, index: Index, typed: str) -> None:
        index.upsert([finding(1, "webcam")])
        assert self.found(index, typed) == []

    @pytest.mark.parametrize("typed", ["webcam &", "* webcam", '"" webcam', "text:webcam text"])
    def test_marks_beside_words_are_passed_over(self, index: Index, typed: str) -> None:
        one = finding(1, "text: webcam")
        index.upsert([one])
        assert self.found(index, typed) == [one.key]

    def test_operators_are_words(self, index: Index) -> None:
        index.upsert([finding(1, "apple"), finding(2, "pear")])
        assert self.found(index, "apple OR pear") == []
        assert self.found(index, "NOT apple") == []

    def test_an_account_is_found_whole_or_by_its_beginning(self, index: Index) -> None:
        one = finding(1, "text", accounts=[account()])
        other = finding(2, "text", accounts=[account(OTHER_WALLET)])
        index.upsert([one, other])
        assert self.found(index, WALLET) == self.found(index, WALLET[:6]) == [one.key]
        assert self.found(index, WALLET.upper()) == self.found(index, "BC1QW5") == [one.key]
        assert self.found(index, OTHER_WALLET) == [other.key]
        assert self.found(index, OTHER_WALLET.lower()) == []
        assert self.found(index, WALLET[:5]) == []

    def test_ids_typed_in_the_box_are_found(self, index: Index) -> None:
        one = finding(1, "text", placement=placed(17, 2, 9))
        index.upsert([one, finding(2, "text", placement=placed(1, 1, 1))])
        for typed in ("W-17", "w-17", "W-17.2", "C-9", "c-9", one.key, one.report.submission):
            assert self.found(index, typed) == [one.key]

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
        for field in ("kind", "flag", "language", "wording", "campaign", "account"):
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
        )

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

    def test_a_campaign_is_put_together_from_its_findings(self, index: Index) -> None:
        both = [account(), account(OTHER_WALLET)]
        first = finding(
            1,
            "pay me soon",
            accounts=both,
            reporter="Ann@home.example",
            placement=placed(1, 1, 1, "first of its wording"),
        )
        second = finding(
            2,
            accounts=[account()],
            reporter="ann@HOME.example",
            language="cy",
            kind="unclear",
            placement=placed(1, 2, 1),
        )
        third = finding(3, accounts=[account(), account()], placement=placed(1, 2, 1))
        index.upsert([first, second, third, finding(4, placement=placed(2, 1, 2)), finding(5)])
        campaign = index.campaign("C-1")
        summary = campaign.summary
        assert (summary.key, summary.wording) == ("C-1", "W-1")
        assert (summary.findings, summary.reporters, summary.accounts) == (3, 2, 2)
        assert summary.first_seen == START + timedelta(minutes=1)
        assert summary.last_seen == START + timedelta(minutes=3)
        assert (summary.kind, summary.languages) == ("webcam-bluff", ("en", "cy"))
        assert summary.excerpt == "pay me soon"
        assert campaign.accounts[0] == AccountUse(
            kind="bitcoin",
            value=WALLET,
            findings=3,
            first_seen=START + timedelta(minutes=1),
            last_seen=START + timedelta(minutes=3),
        )
        assert campaign.members == (
            Member(finding=third.key, why="wording, 0.90 alike"),
            Member(finding=second.key, why="wording, 0.90 alike"),
            Member(finding=first.key, why="first of its wording"),
        )
        assert campaign.versions == (("W-1.2", 2), ("W-1.1", 1))
        assert campaign.links == ()

    def test_campaigns_come_by_their_newest_finding_in_pages(self, index: Index) -> None:
        index.upsert(
            [
                finding(1, placement=placed(1, 1, 1)),
                finding(2, placement=placed(2, 1, 2)),
                finding(3, placement=placed(1, 1, 1)),
                finding(4, placement=placed(3, 1, 3)),
            ]
        )
        assert [summary.key for summary in index.campaigns()] == ["C-3", "C-1", "C-2"]
        assert [summary.key for summary in index.campaigns(1, 1)] == ["C-1"]
        assert index.campaigns(0)[1] == index.campaign("C-1").summary

    def test_campaigns_are_linked_by_an_account_that_both_name(self, index: Index) -> None:
        shared = [account()]
        index.upsert(
            [
                finding(1, accounts=shared, placement=placed(1, 1, 1)),
                finding(2, accounts=shared, placement=placed(2, 1, 2)),
                finding(3, accounts=shared, placement=placed(2, 1, 2)),
                finding(4, accounts=shared, placement=placed(3, 1, 3)),
                finding(5, accounts=[account(OTHER_WALLET)], placement=placed(4, 1, 4)),
            ]
        )
        links = index.campaign("C-1").links
        assert [link.campaign for link in links] == ["C-2", "C-3"]
        assert links[0] == Link(
            campaign="C-2",
            kind="bitcoin",
            value=WALLET,
            findings=2,
            first_seen=START + timedelta(minutes=2),
            last_seen=START + timedelta(minutes=3),
            degree=3,
        )

    def test_what_fails_its_checksum_or_is_too_weak_links_nothing(self, index: Index) -> None:
        weak = [account(WALLET, check="near-miss"), account("1234-5678", "gift-card")]
        index.upsert(
            [
                finding(1, accounts=weak, placement=placed(1, 1, 1)),
                finding(2, accounts=weak, placement=placed(2, 1, 2)),
            ]
        )
        campaign = index.campaign("C-1")
        assert campaign.links == ()
        assert [use.kind for use in campaign.accounts] == ["gift-card"]

    def test_an_account_has_a_page_with_its_findings_campaigns_and_near_misses(
        self, index: Index
    ) -> None:
        slip = account(f"{WALLET[:-1]}5", check="near-miss")
        one = finding(1, accounts=[account()], placement=placed(1, 1, 1))
        two = finding(2, accounts=[account()], placement=placed(1, 1, 1))
        three = finding(3, accounts=[account()], placement=placed(2, 1, 2))
        index.upsert([one, two, three, finding(4, accounts=[slip])])
        page = index.account(WALLET.upper())
        assert (page.kind, page.value) == ("bitcoin", WALLET)
        assert page.findings == (three.key, two.key, one.key)
        assert page.campaigns == (("C-1", 2), ("C-2", 1))
        assert page.near_misses == (slip.value,)
        assert page.first_seen == START + timedelta(minutes=1)
        assert page.last_seen == START + timedelta(minutes=3)

    def test_an_account_is_found_as_it_was_written(self, index: Index) -> None:
        written = Indicator(
            kind="iban",
            value="GB33BUKB20201555555555",
            as_written="GB33 BUKB 2020 1555 5555 55",
            found_in="text",
            check="valid",
        )
        one = finding(1, accounts=[written])
        index.upsert([one])
        for asked in (written.value, written.as_written, written.value.lower()):
            assert index.account(asked).findings == (one.key,)

    @pytest.mark.parametrize(
        "asked",
        [
            WALLET[:9] + WALLET[10:],
            WALLET[:-3] + WALLET[-2:],
            WALLET[:30] + "q" + WALLET[30:],
            "x" + WALLET,
            WALLET + "x",
            WALLET.replace("w508", "w509"),
        ],
    )
    def test_an_unknown_account_shows_the_known_one_a_slip_away(
        self, index: Index, asked: str
    ) -> None:
        index.upsert([finding(1, accounts=[account()])])
        page = index.account(asked)
        assert (page.kind, page.value, page.findings, page.first_seen) == ("", asked, (), None)
        assert page.near_misses == (WALLET,)

    @pytest.mark.parametrize("asked", ["", "a", "\0", "\ud800", "%", "' OR 1=1 --", "x" * 10_000])
    def test_an_odd_account_is_unknown_and_does_not_raise(self, index: Index, asked: str) -> None:
        index.upsert([full_finding()])
        page = index.account(asked)
        assert (page.findings, page.near_misses) == ((), ())

    def test_a_text_that_no_database_likes_is_kept_and_found(self, index: Index) -> None:
        one = finding(1, "zero \0 half \ud800 mark \ue000 end", subject="\udfff")
        index.upsert([one])
        assert self.found(index, "zero end") == [one.key]
        assert index.finding(one.key).report.reported.subject != ""


def full_finding() -> Finding:
    """Give a finding in which every field is used."""
    contact = Indicator(
        kind="telegram",
        value="@wewait",
        as_written="t.me/wewait",
        found_in="html",
        check="unchecked",
        steps=("joined",),
    )
    one = finding(
        1,
        wording(1),
        accounts=[account(), account(OTHER_WALLET)],
        note="Beth ddylwn i wneud?",
        subject="I know \N{PILE OF POO}",
        verdict=Verdict(kind="recorded-chat", confidence=0.75, flags=("paid", "under-18")),
        placement=replace(placed(3, 1, 4), ambiguous=True),
    )
    return replace(one, contacts=(contact,), hidden="unseen", secrets=2, defects=("odd",))
