"""What every Index keeps to about campaigns and accounts."""

from __future__ import annotations

from datetime import timedelta

import pytest

from casefile.brief import brief
from casefile.campaign import AccountUse, Link, Member
from casefile.indicator import Indicator
from casefile.ports import Index
from casefile.query import Query
from contracts.sample_findings import (
    OTHER_WALLET,
    START,
    WALLET,
    account,
    finding,
    full_finding,
    mistyped,
    placed,
)

MIDDLE, LAST = len(WALLET) // 2, len(WALLET) - 2


def with_two_exchanged(at: int) -> str:
    """Give the wallet with the character at this place and the next one exchanged."""
    assert WALLET[at] != WALLET[at + 1]
    return WALLET[:at] + WALLET[at + 1] + WALLET[at] + WALLET[at + 2 :]


class CampaignContract:
    """A part of `IndexContract`, with the same fixture `index`."""

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
        slip = account(mistyped(WALLET), check="near-miss")
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
            mistyped(WALLET),
            *(with_two_exchanged(at) for at in (0, 1, MIDDLE - 2, MIDDLE - 1, MIDDLE, LAST)),
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

    def test_as_many_members_are_given_as_are_asked_for(self, index: Index) -> None:
        index.upsert([finding(it, placement=placed(1, 1, 1)) for it in range(1, 6)])
        whole = index.campaign("C-1")
        for members in (0, 1, 3, 5, 9, 10**30, -1):
            some = index.campaign("C-1", members)
            assert some.members == whole.members[: max(0, members)]
            assert (some.summary, some.versions) == (whole.summary, whole.versions)

    def test_a_page_in_brief_has_the_same_findings_without_their_texts(self, index: Index) -> None:
        """As they are in a page that is searched: whatever is asked, and however deep it is."""
        made = [finding(it, f"words of {it}", placement=placed(it % 2, 1, 1)) for it in range(9)]
        index.upsert([*made, full_finding()])
        for query in (
            Query(),
            Query(text="words", limit=3),
            Query(text="words", offset=4, limit=3, oldest_first=True),
            Query(campaign="C-1", offset=8),
            Query(wording="W-1", limit=0),
            Query(text='"'),
        ):
            expected = [brief(hit.finding) for hit in index.search(query).hits]
            assert list(index.briefs(query)) == expected
        (told,) = (it for it in index.briefs(Query()) if it.key == full_finding().key)
        assert told.accounts == full_finding().accounts
        assert not told.text
        assert not told.report.reported.text
        assert not told.fingerprint.masked
