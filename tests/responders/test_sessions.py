"""Many replies in one session with a smarthost, which may end it between any two or within one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from casefile.errors import Away, Refused, TryLater, Uncertain
from casefile.reply import Reply
from contracts.mailer import REPLY
from makers import at
from responders.send import SmtpMailer
from responders.smarthost import Smarthost
from running import free_port
from services.moody_server import Moody, running_moody

ANN, BEN, CAT = (f"{name}@reporter.example" for name in ("ann", "ben", "cat"))


@pytest.fixture
def server() -> Moody:
    return Moody()


@pytest.fixture
def send(server: Moody) -> Iterator[Callable[[str], None]]:
    """Give a way to send somebody a reply, by one mailer."""
    with running_moody(server) as port:
        mailer = SmtpMailer(Smarthost(host="127.0.0.1", port=port, timeout=5))
        yield lambda address: mailer.send(reply_to(address))
        mailer.rest()


def reply_to(address: str) -> Reply:
    """Give a reply to somebody."""
    return replace(REPLY, reply_id=f"reply.{address[:3]}", recipient=at(address))


Send = Callable[[str], None]


def test_many_replies_go_in_one_session(server: Moody, send: Send) -> None:
    for address in (ANN, BEN, CAT):
        send(address)

    assert server.said == ["", ANN, BEN, CAT]


@pytest.mark.parametrize("step", ["at_rcpt", "at_data"])
@pytest.mark.parametrize(
    ("answer", "error"), [("550 5.1.1 nobody here", Refused), ("451 4.3.0 wait", TryLater)]
)
def test_what_it_says_of_one_reply_is_of_no_other(
    server: Moody, send: Send, step: str, answer: str, error: type[Exception]
) -> None:
    """The session goes on: the server has forgotten that one."""
    getattr(server, step)[BEN] = answer
    send(ANN)
    with pytest.raises(error) as caught:
        send(BEN)
    send(CAT)

    assert server.said == ["", ANN, CAT]
    assert not isinstance(caught.value, Away)


def test_a_session_that_the_server_ends_between_two_replies_costs_neither(
    server: Moody, send: Send
) -> None:
    """It said 421 before anything could have left, so a new session is begun."""
    server.most = 1
    for address in (ANN, BEN, CAT):
        send(address)

    assert server.said == ["", ANN, "", BEN, "", CAT]


def test_a_session_that_breaks_before_the_text_costs_no_reply(server: Moody, send: Send) -> None:
    server.hangs_up_at_rcpt = BEN
    for address in (ANN, BEN, CAT):
        send(address)

    assert server.said == ["", ANN, "", BEN, CAT]


def test_a_session_that_breaks_after_the_dot_makes_that_reply_uncertain_and_no_other(
    server: Moody, send: Send
) -> None:
    """It may have been taken, as here, so it is not sent again; those around it are sure."""
    server.hangs_up_at_data = BEN
    send(ANN)
    with pytest.raises(Uncertain):
        send(BEN)
    send(CAT)

    assert server.said == ["", ANN, BEN, "", CAT]


def test_a_server_that_ends_every_session_has_the_reply_wait(server: Moody, send: Send) -> None:
    server.most = 0
    with pytest.raises(TryLater, match="ends the session"):
        send(ANN)
    server.most = 1
    send(ANN)

    assert server.said == ["", "", ANN]


def test_where_nobody_listens_the_next_one_need_not_try() -> None:
    mailer = SmtpMailer(Smarthost(host="127.0.0.1", port=free_port(), timeout=5))
    with pytest.raises(Away):
        mailer.send(REPLY)
