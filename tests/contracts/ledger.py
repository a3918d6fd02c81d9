"""What every Ledger does, whatever keeps it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from casefile.errors import NotFound, Refused
from casefile.ports import Choice, Ledger, Outcome
from casefile.reply import FINAL_STATES, SETTLED, Answer, Ceilings, Limits, Main, State, Told
from makers import NOON, key

SAM = "sam@reporter.example"
LIMITS = Limits()
GENERAL = Answer(main="general", parts=("paid",), alert=False, languages=("cy", "en"))
DAY = timedelta(days=1)


def answer(main: Main) -> Answer:
    return replace(GENERAL, main=main, parts=())


def asked(number: int, main: Main) -> Choice:
    """Give what a person chooses for a mail of Sam's."""
    return Choice(submission=key(number), answer=answer(main), address=SAM)


WIDE = Ceilings()
DOMAIN = "reporter.example"


class LedgerContract:
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

    def _begin(
        self,
        ledger: Ledger,
        number: int,
        ceilings: Ceilings = WIDE,
        at: datetime = NOON,
        *,
        domain: str = DOMAIN,
        answer: Answer = GENERAL,
    ) -> str:
        """Claim and begin one reply. Gives the state, or why it waits."""
        ledger.claim(key(number), f"r{number}@{domain}", answer, LIMITS, at)
        begun = ledger.begin(key(number), domain, ceilings, at)
        assert ledger.decision(key(number)) == begun
        return begun.reason or begun.state

    def test_a_reply_begins_once_and_is_counted(self, ledger: Ledger) -> None:
        assert self._begin(ledger, 1) == "sending"
        assert ledger.begun(NOON) == (1, 1, 1)
        with pytest.raises(Refused):
            ledger.begin(key(1), DOMAIN, WIDE, NOON)
        with pytest.raises(NotFound):
            ledger.begin(key(2), DOMAIN, WIDE, NOON)
        assert ledger.begun(NOON) == (1, 1, 1)

    def test_what_became_of_the_reply_before_is_kept_with_the_next_one(
        self, ledger: Ledger
    ) -> None:
        """In one transaction: where the next one cannot begin, nothing is kept of either."""
        for number in (1, 2):
            self._begin(ledger, number)
        ledger.claim(key(3), "r3@reporter.example", GENERAL, LIMITS, NOON)
        sent = Outcome(submission=key(1), state="sent", reason="")
        with pytest.raises(Refused):
            ledger.begin(key(2), DOMAIN, WIDE, NOON, before=sent)
        assert ledger.known([key(1)])[key(1)].state == "sending"

        begun = ledger.begin(key(3), DOMAIN, WIDE, NOON + DAY, before=sent)

        assert begun.state == "sending"
        assert ledger.decision(key(1)) == replace(
            ledger.known([key(1)])[key(1)], state="sent", at=NOON + DAY
        )
        with pytest.raises(Refused):  # it has been sent, and stays so
            ledger.begin(key(1), DOMAIN, WIDE, NOON)

    @pytest.mark.parametrize(
        ("ceilings", "reason", "later"),
        [
            (Ceilings(per_minute=2), "over the ceiling of a minute", timedelta(minutes=1)),
            (Ceilings(per_hour=2), "over the ceiling of an hour", timedelta(hours=1)),
            (Ceilings(per_day=2), "over the ceiling of a day", DAY),
            (
                Ceilings(domain_per_minute=2),
                "over the ceiling of a minute to one domain",
                timedelta(minutes=1),
            ),
        ],
    )
    def test_over_a_ceiling_a_reply_waits_and_then_leaves(
        self, ledger: Ledger, ceilings: Ceilings, reason: str, later: timedelta
    ) -> None:
        said = [self._begin(ledger, number, ceilings) for number in range(4)]

        assert said == ["sending", "sending", reason, reason]
        assert ledger.begun(NOON)[0] == 2
        kept = ledger.decision(key(3))
        assert kept is not None
        assert kept.state == "deferred"
        short = later - timedelta(minutes=1)
        if short:
            assert self._begin(ledger, 3, ceilings, NOON + short) == reason
        assert self._begin(ledger, 3, ceilings, NOON + later) == "sending"

    def test_a_clock_that_jumps_back_frees_no_room(self, ledger: Ledger) -> None:
        ceilings = Ceilings(per_minute=1)

        assert self._begin(ledger, 1, ceilings) == "sending"
        assert self._begin(ledger, 2, ceilings, NOON - DAY) != "sending"

    def test_another_domain_and_one_that_many_share_have_room(self, ledger: Ledger) -> None:
        ceilings = Ceilings(domain_per_minute=1, shared_domains=frozenset({"mail.example"}))

        assert self._begin(ledger, 1, ceilings) == "sending"
        assert self._begin(ledger, 2, ceilings) != "sending"
        assert self._begin(ledger, 3, ceilings, domain="other.example") == "sending"
        for number in (4, 5, 6):
            assert self._begin(ledger, number, ceilings, domain="mail.example") == "sending"

    def test_people_in_danger_pass_first_but_not_without_end(self, ledger: Ledger) -> None:
        ceilings = Ceilings(per_minute=2)
        urgent = [answer("threat"), answer("young"), replace(GENERAL, parts=("distress",))]

        assert self._begin(ledger, 1, ceilings) == "sending"
        assert self._begin(ledger, 2, ceilings) == "sending"
        assert self._begin(ledger, 3, ceilings) != "sending"
        said = [self._begin(ledger, 10 + n, ceilings, answer=it) for n, it in enumerate(urgent)]
        assert said == ["sending", "sending", "over the ceiling of a minute"]

    def test_while_stopped_nothing_begins_and_all_is_claimed_as_before(
        self, ledger: Ledger
    ) -> None:
        assert ledger.stopped() is None
        ledger.stop("the wording is wrong", NOON)
        ledger.stop("another reason", NOON + DAY)
        brake = ledger.stopped()

        assert brake is not None
        assert (brake.since, brake.reason) == (NOON, "the wording is wrong")
        assert self._begin(ledger, 1) == "replies are stopped"
        assert self._begin(ledger, 2, answer=answer("threat")) == "replies are stopped"
        assert ledger.begun(NOON) == (0, 0, 0)
        ledger.resume()
        ledger.resume()
        assert ledger.stopped() is None
        assert self._begin(ledger, 1) == "sending"

    def _reference(self, ledger: Ledger, number: int) -> str:
        address = f"r{number}@reporter.example"
        return ledger.claim(key(number), address, GENERAL, LIMITS, NOON).decision.reference
