"""What every Register keeps to when people correct it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from casefile.correction import Action, Correction, Wish
from casefile.errors import Refused
from casefile.finding import Finding, Verdict
from casefile.ports import Register
from contracts.sample_findings import OTHER_WALLET, WALLET, account, edited, finding, wording

NOON = datetime(2026, 4, 1, 12, tzinfo=UTC)


def wish(action: Action, subject: str, target: str = "", *findings: Finding) -> Wish:
    return Wish(
        actor="sgt-example", action=action, subject=subject, target=target, findings=findings
    )


def placed(register: Register, *findings: Finding) -> list[Finding]:
    """Place findings and give them as the record would keep them."""
    places = register.place(findings)
    return register.corrected(
        [replace(it, placement=place) for it, place in zip(findings, places, strict=True)]
    )


def correct(register: Register, wished: Wish) -> Correction:
    register.check(wished)
    return register.correct(wished, NOON)


class RegisterCorrectionsContract:
    """Subclass it with a fixture `register` that gives an empty Register."""

    def test_what_is_merged_is_the_other_for_old_and_new_findings(self, register: Register) -> None:
        old, _ = placed(register, finding(1, wording(1)), finding(2, wording(2)))
        done = correct(register, wish("merge", "C-1", "W-2"))
        assert (done.number, done.subject, done.target) == (1, "C-1", "C-2")
        assert list(register.touched(done) or ()) == [old.key]
        (again,) = register.corrected([old])
        assert (again.placement.wording, again.placement.campaign) == ("W-2", "C-2")
        assert again.placement.version == "W-1.1"
        assert again.placement.why.endswith("C-1 merged by a person, correction 1")
        (new,) = placed(register, finding(3, wording(1)))
        assert (new.placement.wording, new.placement.campaign) == ("W-2", "C-2")
        assert register.known_as("C-1") == "C-2"
        assert register.known_as("W-1") == "W-2"
        assert register.merged() == {"C-1": "C-2"}
        (likely,) = [it for it in register.seen(old.fingerprint) if it.same]
        assert (likely.wording, likely.campaign) == ("W-2", "C-2")

    def test_what_is_merged_twice_over_is_the_last(self, register: Register) -> None:
        one, *_ = placed(register, *(finding(it, wording(it)) for it in (1, 2, 3)))
        correct(register, wish("merge", "C-1", "C-2"))
        correct(register, wish("merge", "C-2", "C-3"))
        assert register.merged() == {"C-1": "C-3", "C-2": "C-3"}
        assert register.corrected([one])[0].placement.campaign == "C-3"
        with pytest.raises(Refused, match="one campaign already"):
            register.check(wish("merge", "C-3", "C-1"))

    def test_a_merge_that_is_taken_back_leaves_nothing(self, register: Register) -> None:
        one, _ = placed(register, finding(1, wording(1)), finding(2, wording(2)))
        correct(register, wish("merge", "C-1", "C-2"))
        merged = register.corrected([one])
        back = correct(register, wish("undo", "1"))
        assert list(register.touched(back) or ()) == [one.key]
        assert register.corrected(merged) == [one]
        assert register.known_as("C-1") == "C-1"
        assert register.merged() == {}
        assert [it.undone_by for it in register.corrections()] == [2, None]
        with pytest.raises(Refused, match="taken back by correction 2"):
            register.check(wish("undo", "1"))

    def test_between_wordings_that_are_one_nothing_is_ambiguous(self, register: Register) -> None:
        left, right = wording(1, 150), wording(2, 150)
        placed(register, finding(1, left), finding(2, right))
        (between,) = placed(register, finding(3, f"{left} {right}"))
        assert between.placement.ambiguous
        correct(register, wish("merge", "C-1", "C-2"))
        (again,) = placed(register, finding(4, f"{left} {right}"))
        assert not again.placement.ambiguous

    def test_what_is_split_off_is_a_wording_that_draws_its_own(self, register: Register) -> None:
        text = wording(1, 200)
        other = edited(text, 5, 0.12)
        first = placed(register, *(finding(it, text) for it in range(1, 6)))
        moved = placed(register, *(finding(it, other) for it in range(6, 10)))
        assert {it.placement.wording for it in first + moved} == {"W-1"}
        done = correct(register, wish("split", "W-1", "", *moved))
        assert list(register.touched(done) or ()) == [it.key for it in moved]
        assert [it.target for it in (done, *register.corrections())] == ["C-2", "C-2"]
        for it in register.corrected(moved):
            assert (it.placement.wording, it.placement.campaign) == ("W-2", "C-2")
            assert it.placement.why == "split off by a person, correction 1"
        assert register.corrected(first) == first
        later = placed(register, finding(10, text), finding(11, other))
        assert [it.placement.wording for it in later] == ["W-1", "W-2"]

    def test_a_split_that_is_taken_back_takes_along_what_came_since(
        self, register: Register
    ) -> None:
        text = wording(1, 200)
        other = edited(text, 5, 0.12)
        placed(register, *(finding(it, text) for it in range(1, 4)))
        moved = placed(register, *(finding(it, other) for it in range(4, 7)))
        correct(register, wish("split", "W-1", "", *moved))
        (since,) = placed(register, finding(7, other))
        assert since.placement.campaign == "C-2"
        back = correct(register, wish("undo", "1"))
        assert set(register.touched(back) or ()) == {it.key for it in (*moved, since)}
        assert {it.placement.campaign for it in register.corrected([*moved, since])} == {"C-1"}
        (new,) = placed(register, finding(8, other))
        assert (new.placement.wording, new.placement.campaign) == ("W-1", "C-1")

    def test_all_of_a_wording_cannot_be_split_off_nor_what_is_of_another(
        self, register: Register
    ) -> None:
        one, other = placed(register, finding(1, wording(1)), finding(2, wording(2)))
        with pytest.raises(Refused, match="nothing would be left"):
            register.check(wish("split", "C-1", "", one))
        with pytest.raises(Refused, match="is not of C-1"):
            register.check(wish("split", "C-1", "", other))
        with pytest.raises(Refused, match="Say which"):
            register.check(wish("split", "C-1"))

    def test_a_pinned_finding_stays_where_a_person_put_it(self, register: Register) -> None:
        one, two = placed(register, finding(1, wording(1)), finding(2, wording(2)))
        correct(register, wish("pin", "", "C-2", one))
        (pinned,) = register.corrected([one])
        assert (pinned.placement.campaign, pinned.placement.wording) == ("C-2", "W-2")
        assert pinned.placement.why == "pinned by a person, correction 1"
        (other,) = placed(register, finding(3, wording(1)))
        assert other.placement.campaign == "C-1"
        assert register.place([one])[0] == pinned.placement
        correct(register, wish("merge", "C-2", "C-1"))
        assert register.corrected([one, two])[0].placement.campaign == "C-1"

    def test_a_benign_account_links_nothing_from_then_on(self, register: Register) -> None:
        (one,) = placed(register, finding(1, wording(1), accounts=[account()]))
        done = correct(register, wish("benign", f"bitcoin:{WALLET}", "a charity"))
        assert register.touched(done) is None
        (marked,) = register.corrected([one])
        assert marked.accounts[0].benign == "said by an investigator: a charity"
        assert not marked.may_link
        (new,) = placed(register, finding(2, accounts=[account()]))
        assert new.placement.campaign is None
        correct(register, wish("undo", "1"))
        assert register.corrected([marked]) == [one]

    def test_the_list_of_the_operator_says_it_before_an_investigator(
        self, register: Register
    ) -> None:
        listed = replace(account(), benign="an exchange's example")
        (one,) = placed(register, finding(1, wording(1), accounts=[listed]))
        correct(register, wish("benign", f"bitcoin:{WALLET}"))
        assert register.corrected([one]) == [one]

    def test_a_label_says_what_kind_of_case_a_wording_is(self, register: Register) -> None:
        (one,) = placed(register, finding(1, wording(1), kind="unclear"))
        correct(register, wish("label", "C-1", "webcam-bluff"))
        (called,) = register.corrected([one])
        assert called.verdict.kind == "webcam-bluff"
        assert called.judged == one.verdict
        assert called.verdict.confidence < 0.9
        assert called.verdict.reasons[0].words == "same wording as W-1, labelled by sgt-example"
        (new,) = placed(register, finding(2, wording(1), kind="other-scam"))
        assert new.verdict.kind == "webcam-bluff"
        correct(register, wish("undo", "1"))
        assert register.corrected([called]) == [one]

    @pytest.mark.parametrize("kind", ["physical-threat", "recorded-chat", "auto-reply"])
    def test_no_label_calms_who_is_in_danger(self, register: Register, kind: str) -> None:
        danger = Verdict(kind=kind, confidence=0.9, flags=("under-18",))  # type: ignore[arg-type]
        placed(register, finding(1, wording(1)))
        correct(register, wish("label", "W-1", "webcam-bluff"))
        (told,) = placed(register, finding(2, wording(1), verdict=danger))
        assert told.verdict == danger

    def test_flags_stay_beside_a_label(self, register: Register) -> None:
        paid = Verdict(kind="unclear", confidence=0.1, flags=("paid",))
        placed(register, finding(1, wording(1)))
        correct(register, wish("label", "W-1", "webcam-bluff"))
        (told,) = placed(register, finding(2, wording(1), verdict=paid))
        assert (told.verdict.kind, told.verdict.flags) == ("webcam-bluff", ("paid",))
        assert told.verdict.confidence < 0.9

    @pytest.mark.parametrize(
        ("wished", "why"),
        [
            (wish("merge", "C-7", "C-1"), "no campaign or wording 'C-7'"),
            (wish("merge", "C-1", "elsewhere"), "no campaign or wording 'elsewhere'"),
            (wish("merge", "W-1", "C-1"), "one campaign already"),
            (wish("label", "W-1", "harmless"), "no kind of case"),
            (wish("benign", OTHER_WALLET), "give kind and value"),
            (wish("benign", "mattress:1"), "give kind and value"),
            (wish("undo", "4"), "no correction '4'"),
            (wish("undo", "\N{SUPERSCRIPT TWO}"), "no correction"),
            (wish("pin", "", "C-1", finding(9)), "must have been placed before"),
        ],
    )
    def test_what_makes_no_sense_is_refused_and_changes_nothing(
        self, register: Register, wished: Wish, why: str
    ) -> None:
        placed(register, finding(1, wording(1)))
        with pytest.raises(Refused, match=why):
            register.check(wished)
        with pytest.raises(Refused, match=why):
            register.correct(wished, NOON)
        assert register.corrections() == []

    def test_who_wants_what_is_kept_and_what_is_not_carried_out_yet(
        self, register: Register
    ) -> None:
        placed(register, finding(1, wording(1)), finding(2, wording(2)))
        done = correct(register, wish("merge", "C-1", "C-2"))
        assert (done.actor, done.at, done.applied) == ("sgt-example", NOON, False)
        assert register.unapplied() == [done]
        register.applied(done.number)
        assert register.unapplied() == []
        assert register.newest() == 1

    def test_one_finding_is_overruled_and_no_other(self, register: Register) -> None:
        one, other = placed(register, finding(1, wording(1)), finding(2, wording(1)))
        correct(register, wish("kind", one.key, "physical-threat"))
        correct(register, wish("flag", one.key, "distress"))
        done = correct(register, wish("flag", one.key, "under-18"))
        assert list(register.touched(done) or ()) == [one.key]
        again, still = register.corrected([one, other])
        assert (again.verdict.kind, again.verdict.flags) == (
            "physical-threat",
            (*one.verdict.flags, "distress", "under-18"),
        )
        assert again.judged == one.verdict
        assert again.verdict.reasons[0].rule == "person.overruled"
        assert register.corrected([again]) == [again]
        assert still == other
        correct(register, wish("unflag", one.key, "distress"))
        assert register.corrected([again])[0].verdict.flags[-1] == "under-18"
        for number in "4312":
            correct(register, wish("undo", number))
        assert register.corrected([again]) == [one]

    def test_a_word_on_one_finding_goes_before_the_label_of_its_wording(
        self, register: Register
    ) -> None:
        (one,) = placed(register, finding(1, wording(1)))
        correct(register, wish("kind", one.key, "data-threat"))
        correct(register, wish("label", "W-1", "other-scam"))
        (again,) = register.corrected([one])
        assert (again.verdict.kind, again.judged) == ("data-threat", one.verdict)
        correct(register, wish("undo", "1"))
        assert register.corrected([again])[0].verdict.kind == "other-scam"

    @pytest.mark.parametrize(
        ("action", "subject", "target", "why"),
        [
            ("kind", "nothing-1", "other-scam", "no finding"),
            ("kind", "", "harmless", "no kind"),
            ("flag", "", "harmless", "no flag"),
            ("unflag", "", "kind", "no flag"),
        ],
    )
    def test_no_such_finding_kind_or_flag_is_refused(
        self, register: Register, action: Action, subject: str, target: str, why: str
    ) -> None:
        (one,) = placed(register, finding(1, wording(1)))
        with pytest.raises(Refused, match=why):
            register.check(wish(action, subject or one.key, target))

    def test_the_same_word_twice_is_one(self, register: Register) -> None:
        (one,) = placed(register, finding(1, wording(1)))
        correct(register, wish("flag", one.key, "paid"))
        with pytest.raises(Refused, match="already"):
            register.check(wish("flag", one.key, "paid"))
        correct(register, wish("unflag", one.key, "paid"))
        assert len(register.corrections()) == 2
