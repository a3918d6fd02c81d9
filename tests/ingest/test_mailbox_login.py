"""How a mailbox is come into: secrets, certificates and folders, on a real Dovecot."""

from __future__ import annotations

import ssl
import uuid
from pathlib import Path

import pytest

from ingest import mailbox_session as said
from ingest.mailbox import Collected
from ingest.mailbox_account import MailboxError
from services.dovecot import Dovecot, needs_dovecot, token
from services.visitor import MAILS, Visitor

pytestmark = needs_dovecot


@pytest.fixture
def case(dovecot: Dovecot, tmp_path: Path) -> Visitor:
    return Visitor(dovecot, f"{uuid.uuid4().hex}@force.example", tmp_path)


def test_a_token_is_read_again_at_each_login(case: Visitor) -> None:
    """An expired token is refused with a mend; a new one in its file is enough (XOAUTH2)."""
    case.deliver(MAILS[0])
    file = case.folder / "token"
    file.write_text(token(case.user, seconds=-60) + "\n")
    mailbox = case.mailbox(token_file=str(file))

    done = case.collect(mailbox)
    assert "DESK_MAILBOX_TOKEN_FILE" in done.trouble
    file.write_text(token("somebody-else@force.example"))
    assert "DESK_MAILBOX_TOKEN_FILE" in case.collect(mailbox).trouble
    file.write_text(token(case.user) + "\n")
    assert case.collect(mailbox) == Collected(found=1, new=1)


def test_a_token_may_come_from_a_command(case: Visitor) -> None:
    case.deliver(MAILS[0])
    file = case.folder / "the token"
    file.write_text(token(case.user))

    assert case.collect(case.mailbox(token_command=f"cat '{file}'")) == Collected(found=1, new=1)
    done = case.collect(case.mailbox(token_command="cat /nowhere/at/all"))
    assert "ended with 1: try it by hand" in done.trouble


def test_a_wrong_password_is_said_with_a_mend_and_without_the_password(case: Visitor) -> None:
    case.deliver(MAILS[0])
    case.password.write_text("not it")

    done = case.collect(case.mailbox())
    assert "DESK_MAILBOX_PASSWORD_FILE" in done.trouble
    assert "not it" not in done.trouble
    assert case.user not in done.trouble
    assert case.flags() == {1: set()}


@pytest.mark.parametrize("scheme", ["imaps", "imap+starttls"])
def test_a_certificate_that_is_not_trusted_ends_it_before_the_secret_is_sent(
    case: Visitor, scheme: str
) -> None:
    case.deliver(MAILS[0])

    done = case.collect(case.mailbox(case.url(scheme=scheme), tls=ssl.create_default_context()))
    assert done.trouble == said.CERTIFICATE
    log = (case.dovecot.home / "log").read_text()
    assert log.count(f"Login: user=<{case.user}>") == 1  # the delivery's
    assert f"failed, 1 attempts in 0 secs): user=<{case.user}>" not in log


def test_a_certificate_for_another_name_is_not_trusted(case: Visitor) -> None:
    case.deliver(MAILS[0])
    url = case.url().replace("localhost", "127.0.0.1")

    assert case.collect(case.mailbox(url)).trouble == said.CERTIFICATE


def test_a_folder_is_named_as_people_name_it(case: Visitor) -> None:
    """Blanks, quotes, an ampersand and letters beyond ASCII; mail moves into one that is made."""
    odd = 'Tŷ & "Gardd" 1'
    with case.dovecot.client(case.user) as client:
        assert client.create(said.quoted(odd))[0] == "OK"
        assert client.append(said.quoted(odd), "", "", MAILS[0])[0] == "OK"
    path = "T%C5%B7%20%26%20%22Gardd%22%201"

    done = case.collect(case.mailbox(case.url(path=path), done="Wedi’u casglu"))
    assert done == Collected(found=1, new=1)
    with case.dovecot.client(case.user) as client:
        assert b"(MESSAGES 0)" in client.status(said.quoted(odd), "(MESSAGES)")[1][0]
        assert b"(MESSAGES 1)" in client.status(said.quoted("Wedi’u casglu"), "(MESSAGES)")[1][0]


def test_a_folder_that_is_not_there_is_said_with_a_mend(case: Visitor) -> None:
    done = case.collect(case.mailbox(case.url(path="Reports")))
    assert done.trouble == said.NO_FOLDER
    with pytest.raises(MailboxError, match="cannot be opened"):
        case.mailbox(case.url(path="Reports")).look()


def test_a_folder_that_cannot_be_made_is_said_before_anything_is_taken(case: Visitor) -> None:
    case.deliver(MAILS[0])

    assert case.collect(case.mailbox(done="a//b")).trouble == said.NO_DONE
    assert case.kept == []
