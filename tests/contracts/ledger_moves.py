"""What becomes of a reply once it is claimed, as every Ledger keeps it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from casefile.errors import NotFound, Refused
from casefile.ports import Ledger
from casefile.reply import FINAL_STATES, SETTLED, State
from contracts.answers import DAY, DOMAIN, GENERAL, LIMITS, SAM, WIDE, answer, asked
from makers import NOON, key


class MovesContract:
    """How a decision moves on, by itself and by a person."""

    def test_a_move_is_kept_with_its_reason_and_time(self, ledger: Ledger) -> None:
        claim = ledger.claim(key(1), SAM, GENERAL, LIMITS, NOON)
        moved = ledger.move(key(1), "deferred", "asked to wait", NOON + DAY)

        assert moved == replace(
            claim.decision, state="deferred", reason="asked to wait", at=NOON + DAY
        )
        assert ledger.decision(key(1)) == moved

    def test_an_unknown_submission_cannot_move(self, ledger: Ledger) -> None:
        with pytest.raises(NotFound):
            ledger.move(key(1), "sent", "", NOON)

    def test_a_reply_is_sent_by_one_only(self, ledger: Ledger) -> None:
        ledger.claim(key(1), SAM, GENERAL, LIMITS, NOON)
        ledger.move(key(1), "sending", "", NOON)

        with pytest.raises(Refused):
            ledger.move(key(1), "sending", "", NOON)

    @pytest.mark.parametrize("final", sorted(FINAL_STATES - {"imported", "suppressed"}))
    def test_what_is_final_never_becomes_sendable_by_itself(
        self, ledger: Ledger, final: State
    ) -> None:
        ledger.claim(key(1), SAM, GENERAL, LIMITS, NOON)
        ledger.move(key(1), "sending", "", NOON)
        settled = ledger.move(key(1), final, "", NOON)

        for state in ("sending", "deferred"):
            with pytest.raises(Refused):
                ledger.move(key(1), state, "", NOON)  # type: ignore[arg-type]
        assert ledger.move(key(1), final, "again", NOON + DAY) == settled

    def test_a_person_settles_an_uncertain_reply(self, ledger: Ledger) -> None:
        ledger.claim(key(1), SAM, GENERAL, LIMITS, NOON)
        ledger.move(key(1), "sending", "", NOON)
        ledger.move(key(1), "uncertain", "the machine died", NOON)

        assert ledger.move(key(1), "sent", "seen by a person", NOON).state == "sent"

    def test_a_reply_that_did_not_leave_is_taken_up_again(self, ledger: Ledger) -> None:
        ledger.claim(key(1), SAM, GENERAL, LIMITS, NOON)
        ledger.move(key(1), "sending", "", NOON)
        ledger.move(key(1), "claimed", "", NOON)

        assert ledger.claim(key(1), SAM, GENERAL, LIMITS, NOON).granted

    def test_what_has_not_left_is_given_another_text_and_what_may_have_is_not(
        self, ledger: Ledger
    ) -> None:
        first = ledger.claim(key(1), SAM, GENERAL, LIMITS, NOON).decision
        ledger.move(key(1), "deferred", "asked to wait", NOON + DAY)
        young = replace(answer("young"), parts=("distress",), alert=True)
        amended = ledger.amend(key(1), young)

        assert (amended.answer, amended.reference) == (young, first.reference)
        assert (amended.state, amended.reason) == ("deferred", "asked to wait")
        assert ledger.decision(key(1)) == amended
        assert ledger.theirs(first.reference, SAM) == amended
        ledger.move(key(1), "sending", "", NOON + DAY)
        assert ledger.amend(key(1), GENERAL).answer == young
        with pytest.raises(NotFound):
            ledger.amend(key(2), GENERAL)

    def test_a_person_has_answered_what_was_not_answered(self, ledger: Ledger) -> None:
        ledger.decline(key(1), GENERAL, "suppressed", "not authenticated", NOON)
        claim = ledger.reconsider(asked(1, "scam"), LIMITS, NOON + DAY)

        assert claim.granted
        assert (claim.decision.state, claim.decision.reason) == ("claimed", "")
        assert claim.decision.answer == answer("scam")
        assert claim.decision.reference
        assert ledger.decision(key(1)) == claim.decision
        assert ledger.theirs(claim.decision.reference, SAM) == claim.decision
        assert ledger.begin(key(1), DOMAIN, WIDE, NOON + DAY).state == "sending"

    def test_of_two_people_who_have_it_answered_the_first_ones_text_stands(
        self, ledger: Ledger
    ) -> None:
        ledger.decline(key(1), GENERAL, "suppressed", "null sender", NOON)
        first = ledger.reconsider(asked(1, "scam"), LIMITS, NOON)
        second = ledger.reconsider(asked(1, "general"), LIMITS, NOON)

        assert second.granted
        assert second.decision == first.decision

    @pytest.mark.parametrize("state", ["sending", "sent", "uncertain", "imported"])
    def test_what_may_have_left_is_never_reconsidered(self, ledger: Ledger, state: State) -> None:
        if state == "imported":
            ledger.decline(key(1), GENERAL, "imported", "collected", NOON)
        else:
            ledger.claim(key(1), SAM, GENERAL, LIMITS, NOON)
            ledger.move(key(1), "sending", "", NOON)
            if state != "sending":
                ledger.move(key(1), state, "", NOON)
        claim = ledger.reconsider(asked(1, "threat"), LIMITS, NOON + 400 * DAY)

        assert not claim.granted
        assert claim.decision.state == state
        assert ledger.decision(key(1)) == claim.decision

    def test_what_failed_is_reconsidered_unless_a_person_said_so(self, ledger: Ledger) -> None:
        for number, reason in ((1, "the mail server refused it"), (2, SETTLED)):
            ledger.claim(key(number), f"r{number}@reporter.example", GENERAL, LIMITS, NOON)
            ledger.move(key(number), "sending", "", NOON)
            ledger.move(key(number), "failed", reason, NOON)

        assert ledger.reconsider(asked(1, "general"), LIMITS, NOON).granted
        assert not ledger.reconsider(asked(2, "general"), LIMITS, NOON).granted

    def test_a_person_goes_over_no_limit_of_a_reporter(self, ledger: Ledger) -> None:
        ledger.claim(key(1), SAM, answer("general"), LIMITS, NOON)
        kept = ledger.decline(key(2), GENERAL, "suppressed", "null sender", NOON)
        claim = ledger.reconsider(asked(2, "general"), LIMITS, NOON + DAY)

        assert not claim.granted
        assert claim.decision.reason == "answered the same within 7 days"
        assert ledger.decision(key(2)) == kept
        assert ledger.reconsider(asked(2, "threat"), LIMITS, NOON + DAY).granted

    def test_nothing_is_reconsidered_that_was_never_decided(self, ledger: Ledger) -> None:
        with pytest.raises(NotFound):
            ledger.reconsider(asked(1, "general"), LIMITS, NOON)
