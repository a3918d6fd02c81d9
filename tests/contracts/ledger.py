"""What every Ledger does, whatever keeps it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from casefile.ports import Choice, Ledger
from casefile.reply import State, Told
from contracts.answers import DAY, GENERAL, LIMITS, SAM, answer
from contracts.ledger_ceilings import CeilingsContract
from contracts.ledger_moves import MovesContract
from makers import NOON, key


class LedgerContract(MovesContract, CeilingsContract):
    """A subclass gives the fixture `ledger`, empty."""

    def test_a_first_claim_is_granted_with_a_reference(self, ledger: Ledger) -> None:
        claim = ledger.claim(key(1), SAM, GENERAL, LIMITS, NOON)

        assert claim.granted
        assert claim.decision.state == "claimed"
        assert claim.decision.answer == GENERAL
        assert claim.decision.reference
        assert claim.decision.reason == ""
        assert claim.decision.at == NOON
        assert ledger.decision(key(1)) == claim.decision

    def test_nobody_knows_a_submission_before_it_is_decided(self, ledger: Ledger) -> None:
        assert ledger.decision(key(1)) is None
        assert list(ledger.decisions()) == []

    def test_a_claimed_or_deferred_submission_is_granted_again_unchanged(
        self, ledger: Ledger
    ) -> None:
        first = ledger.claim(key(1), SAM, GENERAL, LIMITS, NOON)
        again = ledger.claim(key(1), SAM, answer("threat"), LIMITS, NOON + DAY)

        assert again.granted
        assert again.decision == first.decision

        ledger.move(key(1), "deferred", "the smarthost asks to wait", NOON)

        assert ledger.claim(key(1), SAM, GENERAL, LIMITS, NOON).granted

    @pytest.mark.parametrize("state", ["sending", "sent", "uncertain", "failed"])
    def test_once_it_may_have_left_it_is_never_granted_again(
        self, ledger: Ledger, state: State
    ) -> None:
        ledger.claim(key(1), SAM, GENERAL, LIMITS, NOON)
        ledger.move(key(1), "sending", "", NOON)
        if state != "sending":
            ledger.move(key(1), state, "", NOON)

        for later in (timedelta(), timedelta(days=400)):
            again = ledger.claim(key(1), SAM, GENERAL, LIMITS, NOON + later)

            assert not again.granted
            assert again.decision.state == state

    def test_one_reply_of_a_kind_in_seven_days(self, ledger: Ledger) -> None:
        ledger.claim(key(1), SAM, GENERAL, LIMITS, NOON)
        second = ledger.claim(key(2), "Sam@Reporter.example", GENERAL, LIMITS, NOON + 6 * DAY)

        assert not second.granted
        assert second.decision.state == "suppressed"
        assert second.decision.reason == "answered the same within 7 days"
        assert second.decision.reference == ""
        assert ledger.claim(key(3), SAM, GENERAL, LIMITS, NOON + 7 * DAY).granted

    def test_a_more_serious_kind_passes_once(self, ledger: Ledger) -> None:
        assert ledger.claim(key(1), SAM, answer("general"), LIMITS, NOON).granted
        assert ledger.claim(key(2), SAM, answer("threat"), LIMITS, NOON).granted
        assert not ledger.claim(key(3), SAM, answer("threat"), LIMITS, NOON).granted

    @pytest.mark.parametrize("part", ["distress", "young"])
    def test_first_news_of_danger_makes_the_same_text_more_serious(
        self, ledger: Ledger, part: str
    ) -> None:
        in_danger = replace(GENERAL, parts=(part,))

        assert ledger.claim(key(1), SAM, GENERAL, LIMITS, NOON).granted
        assert ledger.claim(key(2), SAM, in_danger, LIMITS, NOON).granted
        assert not ledger.claim(key(3), SAM, in_danger, LIMITS, NOON).granted

    def test_three_replies_in_a_day_whatever_their_kind(self, ledger: Ledger) -> None:
        for number, main in enumerate(("general", "recorded", "young")):
            assert ledger.claim(key(number), SAM, answer(main), LIMITS, NOON).granted  # type: ignore[arg-type]
        fourth = ledger.claim(key(4), SAM, answer("threat"), LIMITS, NOON)

        assert not fourth.granted
        assert fourth.decision.reason == "already 3 replies in 24 hours"
        assert ledger.claim(key(5), SAM, answer("threat"), LIMITS, NOON + DAY).granted

    def test_another_reporter_has_limits_of_their_own(self, ledger: Ledger) -> None:
        ledger.claim(key(1), SAM, GENERAL, LIMITS, NOON)

        assert ledger.claim(key(2), "ann@reporter.example", GENERAL, LIMITS, NOON).granted

    def test_only_what_may_have_left_counts(self, ledger: Ledger) -> None:
        ledger.claim(key(1), SAM, GENERAL, LIMITS, NOON)
        assert not ledger.claim(key(2), SAM, GENERAL, LIMITS, NOON).granted
        ledger.move(key(1), "sending", "", NOON)
        ledger.move(key(1), "failed", "the smarthost refused it", NOON)

        assert ledger.claim(key(3), SAM, GENERAL, LIMITS, NOON).granted

    def test_many_are_decided_together_as_one_after_the_other(self, ledger: Ledger) -> None:
        """Each within the limits that those before it left; and the first decision stays."""
        first = ledger.claim(key(1), SAM, GENERAL, LIMITS, NOON).decision
        choices = [
            Choice(submission=key(1), answer=answer("threat"), address="eve@reporter.example"),
            Choice(submission=key(2), answer=answer("threat"), address=SAM.upper()),
            Choice(submission=key(3), answer=answer("threat"), address=SAM),
            Choice(submission=key(4), answer=GENERAL, state="suppressed", reason="null sender"),
            Choice(submission=key(5), answer=GENERAL, address="ann@reporter.example"),
            Choice(submission=key(5), answer=answer("young"), address="ann@reporter.example"),
        ]
        claims = ledger.decide(choices, LIMITS, NOON)

        assert claims[0].decision == first
        assert [it.decision.state for it in claims] == [
            "claimed",
            "claimed",
            "suppressed",
            "suppressed",
            "claimed",
            "claimed",
        ]
        assert [it.granted for it in claims] == [True, True, False, False, True, True]
        assert claims[2].decision.reason == "answered the same within 7 days"
        assert claims[5] == claims[4]
        assert len({it.decision.reference for it in claims} - {""}) == 3
        assert ledger.known([key(1), key(3), key(9)]) == {
            key(1): first,
            key(3): claims[2].decision,
        }
        assert ledger.decide([], LIMITS, NOON) == []

    def test_who_told_of_a_wording_is_counted_once_and_no_further_than_it_matters(
        self, ledger: Ledger
    ) -> None:
        """Whether they were answered for it or not; and who was not to be answered is nobody."""
        assert ledger.told("W-1") is None
        choices = [
            Choice(
                submission=key(number),
                answer=GENERAL,
                address=f"R{number % 1100}@reporter.example",
                wordings=("W-1", "W-2") if number < 3 else ("W-1",),
            )
            for number in range(1200)
        ]
        forged = Choice(submission=key(1500), answer=GENERAL, state="suppressed", reason="forged")
        ledger.decide(choices[:3], LIMITS, NOON)
        ledger.decide([*choices[3:], replace(forged, wordings=("W-2",))], LIMITS, NOON + DAY)
        ledger.decide([replace(choices[0], submission=key(1501))], LIMITS, NOON + 2 * DAY)

        assert ledger.told("W-1") == Told(people=1001, since=NOON)
        assert ledger.told("W-2") == Told(people=3, since=NOON)

    def test_a_clock_that_jumps_back_opens_no_limit(self, ledger: Ledger) -> None:
        ledger.claim(key(1), SAM, GENERAL, LIMITS, NOON)

        assert not ledger.claim(key(2), SAM, GENERAL, LIMITS, NOON - 30 * DAY).granted

    def test_a_refusal_is_kept_and_the_first_decision_stays(self, ledger: Ledger) -> None:
        first = ledger.decline(key(1), GENERAL, "suppressed", "null sender", NOON)
        second = ledger.decline(key(1), GENERAL, "imported", "another", NOON + DAY)
        claim = ledger.claim(key(1), SAM, GENERAL, LIMITS, NOON + DAY)

        assert first.state == "suppressed"
        assert first.reason == "null sender"
        assert second == first
        assert claim.decision == first
        assert not claim.granted

    def test_a_refusal_takes_nothing_from_the_limits(self, ledger: Ledger) -> None:
        ledger.decline(key(1), GENERAL, "suppressed", "null sender", NOON)

        assert ledger.claim(key(2), SAM, GENERAL, LIMITS, NOON).granted

    def test_an_answer_without_a_text_is_never_granted(self, ledger: Ledger) -> None:
        assert not ledger.claim(key(1), SAM, replace(GENERAL, main=None), LIMITS, NOON).granted

    def test_decisions_come_in_intake_order(self, ledger: Ledger) -> None:
        for number in (3, 1, 2):
            ledger.claim(key(number), f"r{number}@reporter.example", GENERAL, LIMITS, NOON)
        ledger.decline(key(4), GENERAL, "imported", "collected", NOON)

        assert [d.submission for d in ledger.decisions()] == [key(n) for n in (1, 2, 3, 4)]

    def test_references_differ(self, ledger: Ledger) -> None:
        given = {self._reference(ledger, number) for number in range(30)}

        assert len(given) == 30

    def test_a_reference_is_found_however_people_write_it(self, ledger: Ledger) -> None:
        given = self._reference(ledger, 1)
        misread = given[:3] + given[3:].lower().replace("0", "o").replace("1", "l")

        for written in (given, f"  {given.lower()} ", misread, given.replace("-", " - ")):
            found = ledger.by_reference(written)
            assert found is not None
            assert found.submission == key(1)
        assert ledger.by_reference("") is None
        assert ledger.by_reference("DP-0000-0000-1") is None

    def test_only_who_was_answered_can_name_their_report(self, ledger: Ledger) -> None:
        """By its key or its reference; whoever else learns one names nothing by it."""
        given = ledger.claim(key(1), SAM, GENERAL, LIMITS, NOON).decision
        ledger.claim(key(2), SAM, GENERAL, LIMITS, NOON)  # over the limit: not answered
        ledger.decline(key(3), GENERAL, "suppressed", "null sender", NOON)

        assert ledger.theirs(key(1), SAM) == given
        assert ledger.theirs(given.reference.lower(), SAM.upper()) == given
        assert ledger.theirs(given.reference, "eve@reporter.example") is None
        assert ledger.theirs(key(2), SAM) is None
        assert ledger.theirs(key(3), "") is None
        assert ledger.theirs("\0'; --", SAM) is None

    def test_times_are_kept_to_the_microsecond_in_utc(self, ledger: Ledger) -> None:
        moment = datetime.fromisoformat("2026-11-24T13:00:00.000001+01:00")
        ledger.claim(key(1), SAM, GENERAL, LIMITS, moment)
        kept = ledger.decision(key(1))

        assert kept is not None
        assert kept.at == moment

    def test_any_reason_can_be_given(self, ledger: Ledger) -> None:
        odd, kept = "odd \0 \udc80 é 🙂", "odd \N{REPLACEMENT CHARACTER} ? é 🙂"
        ledger.decline(key(1), GENERAL, "suppressed", odd, NOON)
        ledger.claim(key(2), SAM, GENERAL, LIMITS, NOON)
        ledger.move(key(2), "deferred", odd, NOON)

        assert [decision.reason for decision in ledger.decisions()] == [kept, kept]
        assert ledger.decision("\0") is None

    def test_any_address_can_ask(self, ledger: Ledger) -> None:
        for number, address in enumerate(("", "\0@reporter.example", "\udc80@reporter.example")):
            assert ledger.claim(key(number), address, GENERAL, LIMITS, NOON).granted
            assert not ledger.claim(key(number + 10), address, GENERAL, LIMITS, NOON).granted

    def _reference(self, ledger: Ledger, number: int) -> str:
        address = f"r{number}@reporter.example"
        return ledger.claim(key(number), address, GENERAL, LIMITS, NOON).decision.reference
