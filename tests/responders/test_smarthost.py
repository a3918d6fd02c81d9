"""A smarthost that wants TLS and a password: real servers, right and wrong settings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from casefile.errors import TryLater
from contracts.mailer import REPLY, send_one
from responders.send import SmtpMailer
from responders.smarthost import Smarthost
from services.submission import PASSWORD, USER, Submission, running_submission


def smarthost(server: Submission, **changes: Any) -> Smarthost:  # noqa: ANN401 - any field of it
    """Give the right settings for a server, changed in what the test is about."""
    values: dict[str, Any] = {
        "host": "localhost",
        "port": server.port,
        "tls": "required",
        "user": USER,
        "password": PASSWORD,
        "ca_file": str(server.certificate),
        "timeout": 5,
    }
    return Smarthost(**(values | changes))


@pytest.mark.parametrize("implicit", [False, True])
def test_a_reply_goes_over_tls_with_a_name_and_a_password(tmp_path: Path, implicit: bool) -> None:
    """By STARTTLS, and by TLS from the first byte; byte for byte and from nobody, as always."""
    tls = "implicit" if implicit else "required"
    with running_submission(tmp_path, implicit=implicit) as server:
        send_one(SmtpMailer(smarthost(server, tls=tls)))
        said = smarthost(server, tls=tls).look()

    assert [it.content for it in server.taken] == [REPLY.message]
    assert [(it.mail_from, it.rcpt_tos) for it in server.taken] == [("<>", [str(REPLY.recipient)])]
    [(_, user)] = server.came
    assert user == USER
    assert said.startswith("takes replies by TLSv1.3, certificate checked, logged in")


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"password": "wrong"}, r"user and password \(535\)"),
        ({"host": "127.0.0.1"}, "certificate of 127.0.0.1 is not valid"),
        ({"ca_file": ""}, "certificate of localhost is not valid"),
        ({"user": ""}, "user and a password"),
        ({"tls": "implicit"}, "cannot be reached or broke off"),
    ],
)
def test_what_is_wrong_between_us_is_named_and_loses_no_reply(
    tmp_path: Path, changes: dict[str, Any], named: str
) -> None:
    """None of it is the reply's fault: it waits, whatever code the server gave."""
    with running_submission(tmp_path) as server:
        with pytest.raises(TryLater, match=named):
            send_one(SmtpMailer(smarthost(server, **changes)))
        assert server.taken == []


def test_without_tls_nothing_is_said(tmp_path: Path) -> None:
    """A server that offers no STARTTLS, or somebody on the way who hides it, hears no reply."""
    with running_submission(tmp_path, implicit=True) as server:
        plain = smarthost(server, tls="required")
        with pytest.raises(TryLater):
            send_one(SmtpMailer(plain))
        assert server.taken == []


def test_a_certificate_for_somebody_else_is_refused(tmp_path: Path) -> None:
    with running_submission(tmp_path, name="elsewhere.example") as server:
        with pytest.raises(TryLater, match="not valid for it"):
            send_one(SmtpMailer(smarthost(server)))
        assert server.taken == []


def test_opportunistic_takes_tls_where_it_is_offered_and_asks_for_no_certificate(
    tmp_path: Path,
) -> None:
    with running_submission(tmp_path, name="elsewhere.example") as server:
        send_one(SmtpMailer(smarthost(server, tls="opportunistic", ca_file="")))

    assert len(server.taken) == 1
    assert server.came[0][0] not in {"", "False"}


def test_no_trouble_is_told_with_the_password_or_an_address(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with (
        running_submission(tmp_path) as server,
        pytest.raises(TryLater) as caught,
    ):
        send_one(SmtpMailer(smarthost(server, password="secret words")))

    assert "secret words" not in str(caught.value) + caplog.text
    assert str(REPLY.recipient) not in str(caught.value) + caplog.text
    assert "a reply waits" in caplog.text
