"""What every Register keeps to."""

from __future__ import annotations

from casefile.finding import Placement
from casefile.ports import Register
from contracts.sample_findings import (
    OTHER_WALLET,
    START,
    WALLET,
    account,
    edited,
    finding,
    mistyped,
    wording,
)


class RegisterContract:
    """Subclass it with a fixture `register` that gives an empty Register."""

    def test_the_first_of_a_wording_opens_a_family_a_version_and_a_campaign(
        self, register: Register
    ) -> None:
        (placement,) = register.place([finding(1, wording(1))])
        assert placement == Placement(
            wording="W-1", version="W-1.1", campaign="C-1", why="first of its wording"
        )

    def test_the_same_wording_joins_the_family_and_says_how_alike_it_is(
        self, register: Register
    ) -> None:
        first, second = register.place([finding(1, wording(1)), finding(2, wording(1))])
        assert (second.wording, second.version) == (first.wording, first.version)
        assert second.campaign == first.campaign
        assert second.why == "wording, 1.00 alike"
        assert not second.ambiguous

    def test_another_wording_opens_another_family(self, register: Register) -> None:
        first, second = register.place([finding(1, wording(1)), finding(2, wording(2))])
        assert first.wording != second.wording
        assert first.campaign != second.campaign

    def test_an_edited_text_is_a_new_version_of_the_same_family(self, register: Register) -> None:
        text = wording(1, 300)
        first, second, third = register.place(
            [
                finding(1, text),
                finding(2, edited(text, 5, 0.15)),
                finding(3, edited(text, 5, 0.15)),
            ]
        )
        assert second.wording == third.wording == first.wording
        assert second.version == third.version != first.version

    def test_a_finding_that_comes_again_keeps_its_placement(self, register: Register) -> None:
        (before,) = register.place([finding(1, wording(1))])
        register.place([finding(2, wording(1)), finding(3, wording(2))])
        assert register.place([finding(1, wording(1))]) == [before]

    def test_a_finding_twice_in_one_call_is_placed_once(self, register: Register) -> None:
        one = finding(1, wording(1))
        first, second = register.place([one, one])
        assert first == second
        (third,) = register.place([finding(2, wording(2))])
        assert third.wording == "W-2"

    def test_placing_nothing_gives_nothing(self, register: Register) -> None:
        assert register.place([]) == []

    def test_a_shared_account_does_not_melt_two_wordings(self, register: Register) -> None:
        first, second = register.place(
            [
                finding(1, wording(1), accounts=[account()]),
                finding(2, wording(2), accounts=[account()]),
            ]
        )
        assert first.campaign != second.campaign

    def test_wordings_are_not_joined_through_a_third(self, register: Register) -> None:
        left, right = wording(1, 150), wording(2, 150)
        first, second, bridge, fourth = register.place(
            [
                finding(1, left),
                finding(2, right),
                finding(3, f"{left} {right}"),
                finding(4, right),
            ]
        )
        assert bridge.wording in {first.wording, second.wording}
        assert first.wording != second.wording
        assert fourth.wording == second.wording

    def test_what_stands_between_two_families_is_marked(self, register: Register) -> None:
        left, right = wording(1, 150), wording(2, 150)
        *_, bridge = register.place(
            [finding(1, left), finding(2, right), finding(3, f"{left} {right}")]
        )
        assert bridge.ambiguous

    def test_a_text_too_short_to_tell_is_placed_by_its_account(self, register: Register) -> None:
        first, second, other = register.place(
            [
                finding(1, "pay here", accounts=[account()]),
                finding(2, "", accounts=[account()]),
                finding(3, "pay", accounts=[account(OTHER_WALLET)]),
            ]
        )
        assert first == Placement(
            campaign="C-1", why=f"account {WALLET[:8]}…, first of its campaign"
        )
        since = f"in 1 other since {START:%Y-%m}"
        assert second == Placement(campaign="C-1", why=f"account {WALLET[:8]}…, {since}")
        assert other.campaign == "C-2"

    def test_a_second_account_of_a_finding_opens_no_way_to_its_campaign(
        self, register: Register
    ) -> None:
        both = [account(), account(OTHER_WALLET)]
        first, second = register.place(
            [finding(1, accounts=both), finding(2, accounts=[account(OTHER_WALLET)])]
        )
        assert first.campaign != second.campaign

    def test_the_account_campaign_is_not_the_one_of_a_wording_that_names_it(
        self, register: Register
    ) -> None:
        told, silent = register.place(
            [finding(1, wording(1), accounts=[account()]), finding(2, accounts=[account()])]
        )
        assert told.campaign != silent.campaign

    def test_an_account_that_fails_its_checksum_places_nothing(self, register: Register) -> None:
        wrong = account(mistyped(WALLET), check="near-miss")
        first, second = register.place([finding(1, accounts=[wrong]), finding(2, accounts=[wrong])])
        assert first.campaign is second.campaign is None
        assert first.why == "neither wording nor account tells"

    def test_a_list_of_accounts_places_nothing(self, register: Register) -> None:
        many = [account(f"payer{number}@pay.example", "paypal") for number in range(9)]
        (listed,) = register.place([finding(1, accounts=many)])
        assert listed == Placement(why="names 9 accounts, too many to tell")
        (demand,) = register.place([finding(2, accounts=many[:8])])
        assert demand.campaign == "C-1"
