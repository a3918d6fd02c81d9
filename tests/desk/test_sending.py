"""What becomes of a reply when something goes wrong while it is sent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Self

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from bench import SAM, Bench, decision, outbox, submit, walk, worker
from desk.pipeline import Pipeline
from desk.rooms import Desk
from responders.send import SmtpMailer
from responders.smarthost import Smarthost
from running import free_port


class Server:
    """A real SMTP server in a thread that says what it is told to say after DATA."""

    def __init__(self) -> None:
        self.answer = "250 2.0.0 taken"
        self.taken: list[Envelope] = []
        self._controller = Controller(self, hostname="127.0.0.1", port=free_port())

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        self.taken.append(envelope)
        return self.answer

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()

    @property
    def mailer(self) -> SmtpMailer:
        return SmtpMailer(Smarthost(host="127.0.0.1", port=self._controller.port))


@pytest.fixture
def server() -> Iterator[Server]:
    """Give a mail server that takes replies."""
    with Server() as server:
        yield server


class _Ending:
    """A mailer at whose hands the worker's process ends: nothing after `sending` is noted."""

    def __init__(self, desk: Desk | None = None) -> None:
        self._desk = desk

    def send(self, reply: object) -> None:
        if self._desk is not None:
            self._desk.mailer.send(reply)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    def rest(self) -> None:
        """Hold nothing."""

    def was_sent(self, _: str) -> bool | None:
        return None


def cut_off(desk: Bench, *, after_sending: bool) -> Pipeline:
    """Walk until the worker's process ends while it sends. Gives the pipeline of its successor."""
    with pytest.raises(KeyboardInterrupt):
        walk(desk, mailer=_Ending(desk if after_sending else None))
    desk.record.release(None)
    return desk.pipeline(desk.queue)


def test_a_reply_cut_off_before_the_file_is_written_goes_out_once(desk: Bench) -> None:
    """With outbox files the desk can see that nothing left, so it sends."""
    key = submit(desk)
    pipeline = cut_off(desk, after_sending=False)
    assert decision(desk, key).state == "sending"

    worker(pipeline).drain()

    assert decision(desk, key).state == "sent"
    assert len(outbox(desk)) == 1


def test_a_reply_cut_off_after_the_file_is_written_is_sent(desk: Bench) -> None:
    """With outbox files the desk can see that it left, so it does not send again."""
    key = submit(desk)
    pipeline = cut_off(desk, after_sending=True)
    written = outbox(desk)[0].stat()

    worker(pipeline).drain()

    assert decision(desk, key).state == "sent"
    assert [it.stat() for it in outbox(desk)] == [written]


def test_a_reply_cut_off_at_a_smarthost_is_uncertain(desk: Bench, server: Server) -> None:
    """Nobody can say whether it left: a person must, and it is never sent again."""
    key = submit(desk)
    pipeline = cut_off(desk, after_sending=False)

    worker(replace(pipeline, mailer=server.mailer)).drain()

    assert decision(desk, key).state == "uncertain"
    assert [it.desk for it in desk.record.waiting()] == ["uncertain"]
    assert server.taken == []


def test_a_mail_server_in_trouble_is_tried_again(desk: Bench, server: Server) -> None:
    """A 4xx defers the reply; when its time has come it goes out, once."""
    key = submit(desk)
    server.answer = "451 4.3.0 later"
    pipeline = walk(desk, mailer=server.mailer)
    assert decision(desk, key).state == "deferred"
    assert len(server.taken) == 1

    server.answer = "250 2.0.0 taken"
    worker(pipeline).drain()
    assert len(server.taken) == 1  # its time has not come
    later = replace(pipeline, clock=lambda: datetime.now(UTC) + timedelta(minutes=2))
    worker(later).drain()

    assert decision(desk, key).state == "sent"
    assert [it.rcpt_tos for it in server.taken] == [[SAM], [SAM]]
    assert [it.mail_from for it in server.taken] == ["<>", "<>"]


def test_a_refused_reply_waits_for_a_person(desk: Bench, server: Server) -> None:
    """A 5xx is final for the machine."""
    key = submit(desk)
    server.answer = "550 5.1.1 nobody here"
    walk(desk, mailer=server.mailer)

    assert decision(desk, key).state == "failed"
    assert [it.desk for it in desk.record.waiting()] == ["uncertain"]
