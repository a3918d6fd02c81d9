"""How many replies may leave in a time, as every Ledger counts them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from casefile.errors import NotFound, Refused
from casefile.ports import Ledger, Outcome
from casefile.reply import Answer, Ceilings
from contracts.answers import DAY, DOMAIN, GENERAL, LIMITS, WIDE, answer
from makers import NOON, key


class CeilingsContract:
    """What a Ledger does when a reply begins."""

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
