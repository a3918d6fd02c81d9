"""What every Mailer does with a reply."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import replace

import pytest

from casefile.errors import DeskError
from casefile.ports import Mailer
from casefile.reply import Reply
from makers import at

REPLY = Reply(
    reply_id="reply.0193",
    recipient=at("sam@reporter.example"),
    message=b"From: a@force.example\r\nTo: sam@reporter.example\r\n\r\n.dot\r\n..\r\nend\r\n",
)


def send_one(mailer: Mailer) -> None:
    """Send one reply, and nothing after it."""
    try:
        mailer.send(REPLY)
    finally:
        mailer.rest()


class MailerContract:
    """A subclass gives the fixture `mailer` and says what has arrived."""

    @abstractmethod
    def arrived(self, mailer: Mailer) -> list[bytes]:
        """Give the messages that were taken, in order."""

    def test_a_reply_arrives_byte_for_byte(self, mailer: Mailer) -> None:
        mailer.send(REPLY)

        assert self.arrived(mailer) == [REPLY.message]

    def test_a_reply_that_never_left_was_not_sent(self, mailer: Mailer) -> None:
        assert mailer.was_sent(REPLY.reply_id) is not True

    def test_a_reply_that_left_is_never_denied(self, mailer: Mailer) -> None:
        mailer.send(REPLY)

        assert mailer.was_sent(REPLY.reply_id) is not False

    def test_two_replies_are_two(self, mailer: Mailer) -> None:
        other = Reply(
            reply_id="reply.0194", recipient=at("ann@reporter.example"), message=REPLY.message
        )
        mailer.send(REPLY)
        mailer.send(other)

        assert len(self.arrived(mailer)) == 2

    def test_after_a_rest_it_goes_on(self, mailer: Mailer) -> None:
        mailer.rest()
        for name in ("reply.0193", "reply.0194"):
            mailer.send(replace(REPLY, reply_id=name))
            mailer.rest()
            mailer.rest()

        assert len(self.arrived(mailer)) == 2

    @pytest.mark.parametrize("odd", ["../x", "a/b", "", "a\x00b", ".hidden"])
    def test_no_name_leads_out_of_the_outbox(self, mailer: Mailer, odd: str) -> None:
        try:
            mailer.send(Reply(reply_id=odd, recipient=REPLY.recipient, message=REPLY.message))
        except DeskError:
            assert self.arrived(mailer) == []
        else:
            assert self.arrived(mailer) == [REPLY.message]
