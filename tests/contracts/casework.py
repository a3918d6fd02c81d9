"""What every Casework does, whatever keeps it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from casefile.casework import Case, Wish
from casefile.errors import NotFound, Refused
from casefile.finding import Verdict
from casefile.ports import Casework, Record
from casefile.query import ByCase
from casefile.reply import Waiting, waits
from makers import NOON, finding, key, triaged

HOUR = timedelta(hours=1)
WISH = Wish(submission=key(1), at=NOON, actor="ann", vouched=True, main="scam", language="cy")
CASE = Case(
    subject=f"{key(1)}-1", state="being-worked", assigned="Ann", reason="", actor="ann", at=NOON
)
CLOSED = replace(CASE, state="closed", reason="told her", at=NOON + HOUR)


def answered(record: Record, *rows: Waiting, findings: int = 1, kind: str = "unclear") -> None:
    """Have one mail triaged and decided, waiting so."""
    verdict = Verdict(kind=kind, confidence=0.0)  # type: ignore[arg-type]
    found = [finding(key(1), number + 1, verdict=verdict) for number in range(findings)]
    record.receive([key(1)], NOON)
    record.triaged([triaged(key(1), *found)], NOON)
    record.take("answer", [key(1)], "w", NOON)
    record.answered(key(1), list(rows))


def desks(record: Record) -> list[str]:
    return [it.reason for it in record.waiting()]


class CaseworkContract:
    """A subclass gives the fixtures `casework` and `record`, empty, over one database."""

    def test_of_two_wishes_for_a_mail_the_first_stands(
        self, casework: Casework, record: Record
    ) -> None:
        answered(record)
        assert casework.ask(WISH)
        assert not casework.ask(replace(WISH, actor="bob", main=None, language=None))
        assert casework.asked() == [WISH]
        casework.drop(key(1))
        assert casework.asked() == []
        assert casework.ask(replace(WISH, main=None, language=None))

    def test_a_mail_that_is_handed_over_is_to_be_answered_and_no_longer_unanswered(
        self, casework: Casework, record: Record
    ) -> None:
        answered(
            record,
            waits(key(1), "unanswered", "not answered", NOON),
            waits(key(1), "unclear", "nobody knows", NOON),
        )
        casework.ask(WISH)
        casework.hand_over(key(1), NOON)
        assert casework.asked() == []
        assert desks(record) == ["nobody knows"]
        assert record.due("answer", NOON, 9) == [key(1)]
        assert [it.attempt for it in record.take("answer", [key(1)], "w", NOON)] == [1]

    def test_while_the_machine_has_it_in_hand_the_wish_stands(
        self, casework: Casework, record: Record
    ) -> None:
        record.receive([key(1)], NOON)
        record.triaged([triaged(key(1))], NOON)
        record.take("answer", [key(1)], "w", NOON)
        casework.ask(WISH)
        casework.hand_over(key(1), NOON)
        assert casework.asked() == [WISH]
        record.answered(key(1), [])
        casework.hand_over(key(1), NOON)
        assert casework.asked() == []
        assert record.due("answer", NOON, 9) == [key(1)]

    def test_without_a_wish_nothing_is_handed_over(
        self, casework: Casework, record: Record
    ) -> None:
        answered(record, waits(key(1), "uncertain", "uncertain: it stopped", NOON))
        casework.hand_over(key(1), NOON)
        assert record.due("answer", NOON, 9) == []
        assert desks(record) == ["uncertain: it stopped"]

    def test_a_note_is_kept_and_withdrawn_once(self, casework: Casework) -> None:
        one = casework.note("C-3", "ann", "Welsh é 🙂\nsecond line", NOON)
        other = casework.note("bitcoin:bc1q", "bob", "an exchange", NOON)
        assert other.number > one.number
        assert casework.notes(["C-3", "C-4"]) == [one]
        gone = casework.withdraw(one.number, "bob", NOON + HOUR)
        assert gone == replace(one, text="", withdrawn_at=NOON + HOUR, withdrawn_by="bob")
        assert casework.notes(["C-3"]) == [gone]
        with pytest.raises(Refused):
            casework.withdraw(one.number, "bob", NOON)
        with pytest.raises(NotFound):
            casework.withdraw(99, "bob", NOON)
        assert casework.notes([]) == []

    def test_a_case_is_found_by_its_state_and_by_who_works_on_it(self, casework: Casework) -> None:
        assert casework.case("C-3") is None
        casework.change(replace(CASE, subject="C-3"), None)
        casework.change(replace(CASE, subject="C-4", assigned="Bob", at=NOON + HOUR), None)
        casework.change(replace(CLOSED, subject="C-5", assigned="Cat"), None)
        assert [it.subject for it in casework.cases(None, "")] == ["C-4", "C-5", "C-3"]
        assert [it.subject for it in casework.cases("being-worked", "Ann")] == ["C-3"]
        assert [it.subject for it in casework.cases("closed", "")] == ["C-5"]
        assert casework.assigned() == ["Ann", "Bob"]

    def test_a_search_is_narrowed_by_a_case_of_its_own_or_else_by_that_of_the_campaign(
        self, casework: Casework
    ) -> None:
        mine, other = f"{key(1)}-1", f"{key(2)}-1"
        assert casework.by_case("closed", "", {}) == ByCase()
        assert casework.by_case("new", "", {}) == ByCase(others=True)
        casework.change(replace(CASE, subject=mine), None)
        casework.change(replace(CLOSED, subject=other, assigned="Bob"), None)
        assert casework.by_case("being-worked", "", {}) == ByCase(findings=frozenset({mine}))
        casework.change(replace(CASE, subject="C-3", assigned="Bob"), None)
        casework.change(replace(CASE, subject="C-4", state="new"), None)
        assert casework.by_case("being-worked", "Bob", {}) == ByCase(
            campaigns=frozenset({"C-3"}), apart=frozenset({mine, other})
        )
        assert casework.by_case(None, "Bob", {}) == ByCase(
            findings=frozenset({other}), campaigns=frozenset({"C-3"}), apart=frozenset({mine})
        )
        assert casework.by_case("new", "Ann", {}).campaigns == {"C-4"}
        casework.change(replace(CASE, subject=mine, state="new", at=NOON + HOUR), NOON)
        assert casework.by_case("new", "", {}) == ByCase(
            findings=frozenset({other}),
            campaigns=frozenset({"C-3"}),
            apart=frozenset({mine}),
            others=True,
        )
        assert set(casework.cases_of([mine, other, "C-9"])) == {mine, other}

    def test_one_case_holds_for_all_names_of_a_campaign(self, casework: Casework) -> None:
        merged = {"C-9": "C-3", "C-8": "C-3"}
        both = frozenset({"C-3", "C-8", "C-9"})
        casework.change(replace(CASE, subject="C-9", assigned="Bob"), None)
        casework.change(replace(CASE, subject="C-5", assigned="Bob"), None)
        found = casework.by_case(None, "Bob", merged).campaigns
        assert found == both | {"C-5"}
        assert casework.by_case(None, "Bob", {}).campaigns == {"C-9", "C-5"}
        casework.change(replace(CLOSED, subject="C-3", assigned="Ann", at=NOON - HOUR), None)
        assert casework.by_case("being-worked", "Bob", merged).campaigns == found
        assert casework.by_case("closed", "", merged) == ByCase()
        casework.change(replace(CASE, subject="C-3", assigned="Ann"), NOON - HOUR)
        assert casework.by_case("being-worked", "Bob", merged).campaigns == {"C-5"}
        assert casework.by_case("being-worked", "Ann", merged).campaigns == both
        assert casework.by_case("new", "", merged).campaigns == both | {"C-5"}
        casework.change(replace(CASE, subject="C-3", state="new", at=NOON + HOUR), NOON)
        assert casework.by_case("new", "", merged).campaigns == {"C-5"}

    def test_of_two_people_at_once_the_second_is_told(self, casework: Casework) -> None:
        mine = replace(CASE, subject="C-3")
        casework.change(mine, None)
        with pytest.raises(Refused, match="meanwhile"):
            casework.change(replace(mine, assigned="Bob"), None)
        casework.change(replace(mine, assigned="Cat", at=NOON + HOUR), NOON)
        with pytest.raises(Refused, match="meanwhile"):
            casework.change(replace(mine, assigned="Dan"), NOON)
        with pytest.raises(Refused, match="meanwhile"):
            casework.change(replace(mine, subject="C-9"), NOON)
        kept = casework.case("C-3")
        assert kept is not None
        assert kept.assigned == "Cat"

    def test_what_is_closed_waits_for_nobody_and_opened_again_it_waits_anew(
        self, casework: Casework, record: Record
    ) -> None:
        answered(record, waits(key(1), "danger", "threat", NOON), kind="physical-threat")
        casework.change(CASE, None)
        assert desks(record) == ["threat"]
        casework.change(CLOSED, NOON)
        assert desks(record) == []
        casework.change(replace(CASE, at=NOON + 2 * HOUR), NOON + HOUR)
        (row,) = record.waiting()
        assert (row.desk, row.since) == ("danger", NOON + 2 * HOUR)

    def test_of_two_findings_both_are_closed_before_the_mail_waits_no_more(
        self, casework: Casework, record: Record
    ) -> None:
        answered(record, waits(key(1), "unclear", "nobody knows", NOON), findings=2)
        casework.change(CLOSED, None)
        assert desks(record) == ["nobody knows"]
        casework.change(replace(CLOSED, subject=f"{key(1)}-2"), None)
        assert desks(record) == []

    def test_an_uncertain_reply_stays_before_a_person(
        self, casework: Casework, record: Record
    ) -> None:
        answered(
            record,
            waits(key(1), "uncertain", "uncertain: it stopped", NOON),
            waits(key(1), "unclear", "nobody knows", NOON),
        )
        casework.change(CLOSED, None)
        assert desks(record) == ["uncertain: it stopped"]

    def test_a_mail_that_could_not_be_read_is_closed_by_its_own_key(
        self, casework: Casework, record: Record
    ) -> None:
        record.set_aside(key(1), "damaged", NOON)
        casework.change(replace(CLOSED, subject=key(1)), None)
        assert desks(record) == []
        casework.change(replace(CASE, subject=key(1), at=NOON + 2 * HOUR), NOON + HOUR)
        assert desks(record) == ["opened again by a person"]

    def test_what_comes_after_closing_waits_again(self, casework: Casework, record: Record) -> None:
        answered(record, waits(key(1), "unclear", "nobody knows", NOON))
        casework.change(CLOSED, None)
        record.wait([waits(key(1), "danger", "a later mail says: distress", NOON + 2 * HOUR)])
        assert desks(record) == ["a later mail says: distress"]
