"""Many mails answered in one go: what befalls one of them befalls no other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from answerable import answer, fill, opened_desk, sending_to

from casefile.errors import NotFound
from casefile.finding import Verdict
from casefile.report import Submission
from desk.pipeline import Pipeline
from desk.rooms import Desk
from ingest.spool import DirectorySpool
from responders.send import SmtpMailer
from responders.smarthost import Smarthost
from running import free_port
from services.moody_server import Moody, running_moody

SENDERS = [f"{name}@reporter.example" for name in ("ann", "ben", "cat", "dan", "eva")]
ANN, BEN, CAT, DAN, EVA = SENDERS


@pytest.fixture
def server() -> Moody:
    return Moody()


@pytest.fixture
def office(tmp_path: Path, server: Moody) -> Iterator[tuple[Desk, Pipeline]]:
    """Give a desk that sends to it."""
    with (
        running_moody(server) as port,
        opened_desk(tmp_path / "var", **sending_to(port, tmp_path)) as office,
    ):
        yield office


class Gone(DirectorySpool):
    """The same spool, but for one mail whose bytes are lost."""

    lost = ""

    def get(self, key: str) -> Submission:
        if key == self.lost:
            raise NotFound
        return super().get(key)


def states(desk: Desk, keys: list[str]) -> list[str]:
    """Give what has become of each."""
    known = desk.ledger.known(keys)
    return [known[key].state for key in keys]


def minutes_later(pipeline: Pipeline, minutes: int) -> Pipeline:
    """Give the same desk as it is then."""
    return replace(pipeline, clock=lambda: datetime.now(UTC) + timedelta(minutes=minutes))


def test_many_are_answered_in_one_session(office: tuple[Desk, Pipeline], server: Moody) -> None:
    desk, pipeline = office
    keys = fill(desk, SENDERS)
    answer(pipeline)

    assert server.said == ["", *SENDERS]
    assert states(desk, keys) == ["sent"] * 5
    assert desk.record.counts() == {"answered": 5}


def test_people_in_danger_are_answered_first(office: tuple[Desk, Pipeline], server: Moody) -> None:
    desk, pipeline = office
    keys = fill(desk, SENDERS)
    desk.record.revise(
        [f"{keys[3]}-1"],
        lambda found: [
            replace(it, verdict=Verdict(kind="unclear", confidence=0.5, flags=("distress",)))
            for it in found
        ],
    )
    answer(pipeline)

    assert server.said == ["", DAN, ANN, BEN, CAT, EVA]


def test_one_that_is_refused_or_put_off_holds_up_no_other(
    office: tuple[Desk, Pipeline], server: Moody
) -> None:
    desk, pipeline = office
    server.at_rcpt = {BEN: "550 5.1.1 nobody here", DAN: "450 4.2.0 greylisted"}
    keys = fill(desk, SENDERS)
    answer(pipeline)
    assert server.said == ["", ANN, CAT, EVA]
    assert states(desk, keys) == ["sent", "failed", "sent", "deferred", "sent"]

    server.at_rcpt = {}
    answer(minutes_later(pipeline, 2))
    assert server.said == ["", ANN, CAT, EVA, "", DAN]
    assert [it.key for it in desk.record.waiting()] == [keys[1]]


def test_a_session_that_breaks_after_a_dot_makes_one_uncertain_and_the_rest_wait(
    office: tuple[Desk, Pipeline], server: Moody
) -> None:
    """A server that does so once may do so again, and each time somebody might be left unsure."""
    desk, pipeline = office
    server.hangs_up_at_data = CAT
    keys = fill(desk, SENDERS)
    answer(pipeline)
    assert server.said == ["", ANN, BEN, CAT]
    assert states(desk, keys) == ["sent", "sent", "uncertain", "claimed", "claimed"]

    answer(minutes_later(pipeline, 2))
    assert states(desk, keys) == ["sent", "sent", "uncertain", "sent", "sent"]
    assert sorted(filter(None, server.said)) == SENDERS
    assert [it.key for it in desk.record.waiting()] == [keys[2]]


def test_where_no_mail_server_is_one_tries_and_all_are_tried_again(tmp_path: Path) -> None:
    """Each waits its turn; nobody is refused, and no reply is begun in vain."""
    server, port = Moody(), free_port()
    with opened_desk(tmp_path / "var", **sending_to(port, tmp_path)) as (desk, pipeline):
        keys = fill(desk, SENDERS)
        answer(pipeline)
        assert states(desk, keys) == ["deferred", *["claimed"] * 4]
        assert desk.ledger.begun(datetime.now(UTC))[1] == 1
        with running_moody(server) as alive:
            mailer = SmtpMailer(Smarthost(host="127.0.0.1", port=alive))
            answer(replace(minutes_later(pipeline, 2), mailer=mailer))
        assert states(desk, keys) == ["sent"] * 5

    assert sorted(filter(None, server.said)) == SENDERS


def test_told_to_stop_it_finishes_the_reply_in_hand_and_leaves_the_others(
    office: tuple[Desk, Pipeline], server: Moody
) -> None:
    """Whoever stops a desk waits for one reply, not for sixteen; its successor goes on."""
    desk, pipeline = office
    keys = fill(desk, SENDERS)
    stopped = replace(pipeline, stopping=lambda: ANN in server.said)
    stopped.answer(desk.record.take("answer", keys, "w", datetime.now(UTC)))
    assert states(desk, keys) == ["sent", *["claimed"] * 4]
    assert desk.record.due("answer", datetime.now(UTC), 9) == keys[1:]

    answer(pipeline)
    assert server.said == ["", ANN, "", BEN, CAT, DAN, EVA]


def test_a_surprise_over_one_leaves_those_before_it_sent(
    office: tuple[Desk, Pipeline], server: Moody
) -> None:
    """Its bytes are gone, which no mail is expected to do: the others are answered, each once."""
    desk, pipeline = office
    keys = fill(desk, SENDERS)
    gone = Gone(desk.settings.data / "spool")
    gone.lost = keys[2]
    for minutes in range(4):
        answer(replace(minutes_later(pipeline, minutes), spool=gone))

    assert sorted(filter(None, server.said)) == [ANN, BEN, DAN, EVA]
    assert [it.key for it in desk.record.aside()] == [keys[2]]
