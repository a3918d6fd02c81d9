"""What every Record keeps to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from casefile.casework import Progress
from casefile.errors import NotFound
from casefile.finding import Finding
from casefile.ports import Record
from casefile.reply import waits
from casefile.report import Authentication
from contracts.record_holders import HoldersContract
from contracts.record_senders import LATER, SendersContract
from makers import NOON, cover, finding, key, triaged


class RecordContract(SendersContract, HoldersContract):
    """Subclass it with a fixture `record` that gives an empty one."""

    def test_received_once(self, record: Record) -> None:
        """A key is noted once, however often the sweep meets it."""
        assert record.receive([key(1), key(2), key(1)], NOON) == 2
        assert record.receive([key(2), key(3)], NOON) == 1
        assert record.stage(key(1)) == "received"
        assert record.stage(key(9)) is None

    def test_due_in_intake_order(self, record: Record) -> None:
        """What waits is given oldest first."""
        record.receive([key(3), key(1), key(2)], NOON)

        assert record.due("triage", NOON, 2) == [key(1), key(2)]
        assert record.due("answer", NOON, 2) == []

    def test_a_lease_is_exclusive_and_counts(self, record: Record) -> None:
        """Nobody takes what another holds; each take is a try."""
        first = record.take("triage", [key(1)], "one", NOON)
        second = record.take("triage", [key(1)], "two", NOON)

        assert [(it.key, it.attempt) for it in first] == [(key(1), 1)]
        assert second == []
        assert record.due("triage", NOON, 10) == []
        assert record.release("two") == 0
        assert record.release("one") == 1
        assert record.take("triage", [key(1)], "two", NOON)[0].attempt == 2

    def test_what_was_tried_before_is_taken_alone(self, record: Record) -> None:
        """A worker that ends with many keys in hand uses up the tries of one of them only."""
        record.take("triage", [key(1), key(2)], "one", NOON)
        record.release("one")

        assert [it.key for it in record.take("triage", [key(1), key(2), key(3)], "one", NOON)] == [
            key(3)
        ]
        assert record.take("triage", [key(1)], "one", NOON)[0].attempt == 2
        record.release("one")
        assert record.take("triage", [key(2)], "one", NOON)[0].attempt == 2

    def test_release_of_everybody(self, record: Record) -> None:
        """A fresh start frees whatever anybody held, and holds the fall against no mail."""
        record.take("triage", [key(1)], "one", NOON)
        record.take("triage", [key(2)], "two", NOON)

        assert record.release(None) == 2
        assert record.due("triage", NOON, 10) == [key(1), key(2)]
        assert [it.attempt for it in record.take("triage", [key(1), key(2)], "one", NOON)] == [1, 1]

    def test_put_off(self, record: Record) -> None:
        """What is put off comes back in time, the try counted or not."""
        record.take("triage", [key(1)], "one", NOON)
        record.put_off("triage", key(1), LATER, counts=False)

        assert record.due("triage", NOON, 10) == []
        assert record.take("triage", [key(1)], "one", NOON) == []
        assert record.take("triage", [key(1)], "one", LATER)[0].attempt == 1
        record.put_off("triage", key(1), LATER, counts=True)
        assert record.take("triage", [key(1)], "one", LATER)[0].attempt == 2

    def test_triaged_once_and_for_all(self, record: Record) -> None:
        """The first outcome of triage stays, and the next job is the answer."""
        record.take("triage", [key(1)], "one", NOON)
        record.triaged([triaged(key(1))], NOON)
        record.triaged([triaged(key(1), finding(key(1), text="another"))], NOON)

        assert record.stage(key(1)) == "triaged"
        assert [it.text for it in record.findings_of(key(1))] == ["Pay me."]
        assert record.finding(key(1) + "-1") == finding(key(1))
        assert record.cover(key(1)) == cover()
        assert record.due("answer", NOON, 10) == [key(1)]
        assert record.due("triage", NOON, 10) == []

    def test_the_first_of_two_outcomes_in_one_batch_stays(self, record: Record) -> None:
        """Of several submissions in any order, each keeps its own."""
        record.receive([key(1), key(2)], NOON)
        again = triaged(key(1), finding(key(1), text="another"))
        waiting = (waits(key(2), "unclear", "unclear", NOON),)
        record.triaged([triaged(key(2), waiting=waiting), triaged(key(1)), again], NOON)
        record.triaged([], NOON)

        assert [it.key for it in record.findings()] == [key(1) + "-1", key(2) + "-1"]
        assert record.finding(key(1) + "-1").text == "Pay me."
        assert [it.key for it in record.waiting()] == [key(2)]

    def test_a_hint_at_nothing_is_left_alone(self, record: Record) -> None:
        """What is no key of a spool's is not received, whoever left it in the queue."""
        odd = ["", "x", key(1) + "-1", key(1)[:-1] + "\0", "0" * 5000, "\udc80", "../secret.key"]
        assert record.receive(odd, NOON) == 0
        assert record.take("triage", [*odd, key(1)], "one", NOON)[0].key == key(1)
        for it in odd:
            assert record.take("triage", [it], "one", NOON) == []
            assert record.take("answer", [it], "one", NOON) == []
            assert record.stage(it) is None
            assert record.findings_of(it) == ()
        assert record.counts() == {"received": 1}

    def test_any_reason_can_be_given(self, record: Record) -> None:
        """A reason is kept as well as the database can, however odd it is."""
        record.set_aside(key(1), "odd \0 \udc80 é 🙂", NOON)
        assert [it.reason for it in record.aside()] == ["odd \N{REPLACEMENT CHARACTER} ? é 🙂"]

    def test_tries_start_anew_for_the_answer(self, record: Record) -> None:
        """What triage took is not held against the answer."""
        record.take("triage", [key(1)], "one", NOON)
        record.triaged([triaged(key(1))], NOON)

        assert record.take("answer", [key(1)], "one", NOON)[0].attempt == 1

    def test_answered_is_final(self, record: Record) -> None:
        """An answered submission waits for no worker."""
        record.receive([key(1)], NOON)
        record.triaged([triaged(key(1))], NOON)
        record.answered(key(1), [])

        assert record.stage(key(1)) == "answered"
        assert record.due("answer", LATER, 10) == []
        assert record.counts() == {"answered": 1}

    def test_set_aside_waits_for_a_person(self, record: Record) -> None:
        """What cannot be worked on is shown with its reason, and not tried again."""
        record.set_aside(key(1), "damaged", NOON)

        assert record.stage(key(1)) == "set-aside"
        assert record.due("triage", LATER, 10) == []
        assert [(it.desk, it.reason) for it in record.waiting()] == [("set-aside", "damaged")]

    def test_what_is_set_aside_can_be_tried_again(self, record: Record) -> None:
        """It is triaged as if it had just come, and waits for nobody meanwhile."""
        for _ in range(3):
            record.take("triage", [key(1)], "one", NOON)
            record.release("one")
        record.set_aside(key(1), "reading it failed", NOON)
        assert [(it.key, it.reason) for it in record.aside()] == [(key(1), "reading it failed")]

        record.retry(key(1), LATER)

        assert record.stage(key(1)) == "received"
        assert record.aside() == record.waiting() == []
        assert record.take("triage", [key(1)], "two", LATER)[0].attempt == 1
        record.triaged([triaged(key(1))], LATER)
        assert record.stage(key(1)) == "triaged"

    def test_what_is_read_anew_is_found_anew(self, record: Record) -> None:
        """Of what was found before it was set aside nothing stays beside the new findings."""
        record.receive([key(1)], NOON)
        both = triaged(key(1), finding(key(1)), finding(key(1), 2))
        record.triaged([both], NOON)
        record.set_aside(key(1), "answering it failed", NOON)
        record.retry(key(1), NOON)
        record.triaged([triaged(key(1), finding(key(1), text="another"))], NOON)

        assert [it.text for it in record.findings_of(key(1))] == ["another"]
        assert [it.text for it in record.findings()] == ["another"]

    def test_only_what_is_set_aside_is_tried_again(self, record: Record) -> None:
        """Anything else is told apart, and stays as it is."""
        record.receive([key(1)], NOON)
        record.triaged([triaged(key(1))], NOON)
        for other in (key(1), key(2)):
            with pytest.raises(NotFound):
                record.retry(other, NOON)
        assert record.stage(key(1)) == "triaged"

    def test_set_aside_is_still_answered_where_its_header_was_read(self, record: Record) -> None:
        """It has a cover and no findings, is owed an answer, and stays set aside afterwards."""
        record.take("triage", [key(1)], "one", NOON)
        done = replace(triaged(key(1)), findings=())
        record.set_aside(key(1), "reading it failed", NOON, done)

        assert record.stage(key(1)) == "set-aside"
        assert record.cover(key(1)) == cover()
        assert record.findings_of(key(1)) == ()
        assert record.copy_of(done.sha256) == key(1)
        assert record.unindexed(10) == []
        assert record.due("triage", LATER, 10) == []
        assert record.take("answer", [key(1)], "two", NOON)[0].attempt == 1
        record.answered(key(1), [waits(key(1), "unanswered", "a list", NOON)])
        assert record.stage(key(1)) == "set-aside"
        assert record.counts() == {"set-aside": 1}
        assert record.due("answer", LATER, 10) == []
        assert [it.desk for it in record.waiting()] == ["unanswered"]

    def test_waiting_is_one_line_a_submission(self, record: Record) -> None:
        """The most serious desk leads, every reason is there, and the first clock runs."""
        record.receive([key(1), key(2)], NOON)
        record.triaged(
            [
                triaged(key(1), waiting=(waits(key(1), "danger", "distress", NOON),)),
                triaged(key(2)),
            ],
            NOON,
        )
        record.answered(key(2), [waits(key(2), "unclear", "unknown", NOON)])
        record.answered(key(1), [waits(key(1), "unanswered", "a list", LATER)])
        record.answered(key(1), [waits(key(1), "unanswered", "a list", LATER)])

        first, second = record.waiting()
        assert (first.key, first.desk, first.reason) == (key(1), "danger", "distress; a list")
        assert first.due == NOON + timedelta(hours=24)
        assert second.key == key(2)

    def test_people_in_danger_are_answered_first(self, record: Record) -> None:
        """Then the others, each in the order in which they came; reading knows of no danger."""
        keys = [key(number) for number in range(1, 6)]
        record.receive(keys, NOON)
        assert record.due("triage", LATER, 3) == keys[:3]
        waiting = {
            key(3): (waits(key(3), "danger", "distress", NOON),),
            key(5): (waits(key(5), "danger", "under-18", NOON),),
            key(2): (waits(key(2), "harm", "paid", NOON),),
        }
        record.triaged([triaged(it, waiting=waiting.get(it, ())) for it in keys], NOON)

        assert record.due("answer", LATER, 4) == [key(3), key(5), key(1), key(2)]
        record.take("answer", [key(3)], "one", NOON)
        assert record.due("answer", LATER, 2) == [key(5), key(1)]

    def test_several_are_answered_at_once(self, record: Record) -> None:
        """Read, proven and noted together, each as it would be alone."""
        keys = [key(number) for number in range(1, 5)]
        open_ = Authentication(method="required", passed=False, reason="open", temporary=True)
        proven = replace(open_, passed=True, reason="spf pass", temporary=False, spf="pass")
        record.receive(keys, NOON)
        both = (finding(key(1)), finding(key(1), 2, text="another"))
        record.triaged([triaged(key(1), *both, cover=cover(authentication=open_))], NOON)
        record.triaged([triaged(key(2))], NOON)
        record.set_aside(key(3), "reading it failed", NOON, replace(triaged(key(3)), findings=()))
        found = record.answerable([key(3), key(1), key(2), key(4)])
        assert set(found) == {key(1), key(2), key(3)}
        assert [it.text for it in found[key(1)][1]] == ["Pay me.", "another"]
        assert found[key(3)] == (cover(), ())

        covers = record.settle_authentications(dict.fromkeys(keys, proven))
        assert covers[key(1)] == record.cover(key(1)) == cover(authentication=proven)
        assert covers[key(2)] == record.cover(key(2)) == cover()
        assert key(4) not in covers

        left = [waits(key(1), "unanswered", "a list", NOON)]
        record.all_answered({key(1): left, key(2): [], key(3): [], key(4): []})
        assert record.counts() == {"answered": 2, "set-aside": 1, "received": 1}
        assert [it.desk for it in record.waiting()] == ["unanswered", "set-aside"]

    def test_what_the_index_must_be_told(self, record: Record) -> None:
        """A triaged submission is owed to the index until it is said to be there."""
        record.receive([key(1), key(2), key(3)], NOON)
        record.triaged([triaged(key(1)), triaged(key(2))], NOON)

        record.told("an index")

        assert record.unindexed(10) == [key(1), key(2)]
        record.indexed([key(1), key(2)], "an index")
        assert record.unindexed(10) == []
        assert record.unindex() == 2
        assert record.unindexed(1) == [key(1)]

    def test_revised_findings_are_kept_and_owed_to_the_index_anew(self, record: Record) -> None:
        record.receive([key(1), key(2)], NOON)
        record.triaged([triaged(key(1)), triaged(key(2))], NOON)
        record.told("an index")
        record.indexed([key(1), key(2)], "an index")
        first, second = (record.findings_of(key(it))[0] for it in (1, 2))

        def revise(found: Sequence[Finding]) -> list[Finding]:
            return [replace(it, hidden="a" if it.key == first.key else it.hidden) for it in found]

        wanted = [first.key, second.key, "unknown"]
        assert record.revise(wanted, revise) == 1
        assert record.revise(wanted, revise) == 0
        assert record.finding(first.key) == replace(first, hidden="a")
        assert record.finding(second.key) == second
        assert record.unindexed(10) == [key(1)]
        assert record.revisions([key(1), key(2)]) == {key(1): 1}
        record.indexed([key(1)], "an index")
        assert record.unindexed(10) == [key(1)]
        record.indexed([key(1), key(2)], "an index", {key(1): 1})
        assert record.unindexed(10) == []

    def test_some_findings_by_their_keys(self, record: Record) -> None:
        """They come in the order asked for; what is not known is left out."""
        record.receive([key(1), key(2)], NOON)
        record.triaged([triaged(key(1), finding(key(1))), triaged(key(2), finding(key(2)))], NOON)
        asked = [f"{key(2)}-1", f"{key(9)}-1", f"{key(1)}-1"]
        assert [it.key for it in record.known(asked)] == [asked[0], asked[2]]
        assert record.known([]) == []

    def test_every_finding_in_order(self, record: Record) -> None:
        """All findings are given, over more than one page of them, ordinals as numbers."""
        many = [key(number) for number in range(150)]
        record.receive(many, NOON)
        twelve = [finding(many[7], ordinal) for ordinal in range(1, 13)]
        record.triaged(
            [triaged(it, *(twelve if it == many[7] else [finding(it)])) for it in many], NOON
        )

        found = [it.key for it in record.findings()]
        assert len(found) == 161
        assert found[7:9] == [f"{many[7]}-1", f"{many[7]}-2"]
        assert found[18] == f"{many[7]}-12"
        assert len(set(found)) == 161

    def test_unknown_keys(self, record: Record) -> None:
        """What is not there is said so."""
        with pytest.raises(NotFound):
            record.finding(key(1) + "-1")
        with pytest.raises(NotFound):
            record.cover(key(1))
        assert record.findings_of(key(1)) == ()

    def test_how_far_long_work_has_come_is_kept_until_it_ends(self, record: Record) -> None:
        later = NOON + timedelta(minutes=1)
        assert record.progress() == []
        record.went_on("replay", 0, 9, NOON)
        record.went_on("correction 1", 3, 0, later)
        record.went_on("replay", 4, 9, later)
        replay, correction = record.progress()
        assert replay == Progress(name="replay", done=4, total=9, since=NOON, at=later)
        assert (correction.done, correction.total) == (3, 0)
        record.ended("replay")
        record.ended("nothing")
        assert record.progress() == [correction]
