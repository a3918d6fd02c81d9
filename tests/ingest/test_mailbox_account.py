"""The settings of a mailbox: each mistake is said with its mend, and no secret is shown."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from casefile.errors import SettingsError
from ingest.mailbox_account import Account, MailboxError, Secret, account_in
from ingest.mailbox_session import quoted


def account(url: str, **more: str) -> Account:
    return account_in(url, **({"password_file": "pw", "done": ""} | more))


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("imaps://sam@mail.example", ("tls", "mail.example", 993, "sam", "INBOX")),
        (
            "imaps://a@b.example@m.example:1/In%20box",
            ("tls", "m.example", 1, "a@b.example", "In box"),
        ),
        ("imaps://a%40b.example@m.example/A/B", ("tls", "m.example", 993, "a@b.example", "A/B")),
        ("imap+starttls://sam@m.example/", ("starttls", "m.example", 143, "sam", "INBOX")),
        ("imap://sam@127.0.0.1:2143", ("plain", "127.0.0.1", 2143, "sam", "INBOX")),
        ("imap://sam@[::1]", ("plain", "::1", 143, "sam", "INBOX")),
    ],
)
def test_an_address_is_read(url: str, parts: tuple[object, ...]) -> None:
    it = account(url)
    assert (it.security, it.host, it.port, it.user, it.folder) == parts


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("mail.example", "is an address as in imaps://"),
        ("pop3://sam@mail.example", "is an address as in imaps://"),
        ("imaps://sam@mail.example:port", "is an address as in imaps://"),
        ("imaps://mail.example/INBOX", "names user, host and folder"),
        ("imaps://sam@/INBOX", "names user, host and folder"),
        ("imaps://sam%0d%0a@mail.example/INBOX", "names user, host and folder"),
        ("imaps://sam@mail.example/IN%0aBOX", "names user, host and folder"),
        ("imaps://sam:tulip77@mail.example/INBOX", "DESK_MAILBOX_PASSWORD_FILE"),
        ("imap://sam@mail.example/INBOX", "without TLS"),
        ("imap://sam@127.0.0.1.mail.example/INBOX", "without TLS"),
    ],
)
def test_a_wrong_address_is_said_with_its_mend(url: str, words: str) -> None:
    with pytest.raises(SettingsError, match="DESK_MAILBOX_URL") as error:
        account(url)
    assert words in str(error.value)
    assert "tulip77" not in str(error.value)


def test_mail_is_not_moved_to_where_it_lies() -> None:
    with pytest.raises(SettingsError, match="DESK_MAILBOX_DONE"):
        account("imaps://sam@mail.example/INBOX", done="INBOX")
    with pytest.raises(SettingsError, match="DESK_MAILBOX_DONE"):
        account("imaps://sam@mail.example/INBOX", done="a\r\nb")


@pytest.mark.parametrize("more", [{"password_file": ""}, {"token_file": "t"}])
def test_exactly_one_secret_is_wanted(more: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match="one of DESK_MAILBOX_PASSWORD_FILE"):
        account("imaps://sam@mail.example/INBOX", **more)


def test_an_account_does_not_show_its_user_or_its_secret() -> None:
    """Not in what a log or a traceback would print of it, nor in where a mail came from."""
    it = account("imaps://sam@mail.example/T%C5%B7", password_file="", token_command="give tulip77")
    assert "sam" not in repr(it)
    assert "tulip77" not in repr(it)
    assert it.source(3, 12) == "imap://mail.example/T%C5%B7;UIDVALIDITY=3/;UID=12"


def test_a_password_is_taken_as_it_stands_but_for_the_line_end(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_bytes(b" with blanks \r\n")
    assert Secret(kind="password-file", place=str(file)).read() == " with blanks "
    file.write_bytes("pâss".encode())
    assert Secret(kind="password-file", place=str(file)).read() == "pâss"


@pytest.mark.parametrize("content", [b"", b"\n", b"two\nlines\n", b"\xff\xfe", b"a\0b"])
@pytest.mark.parametrize("kind", ["password-file", "token-file"])
def test_a_file_without_one_secret_is_said(tmp_path: Path, kind: str, content: bytes) -> None:
    """An injected line must never reach the wire."""
    file = tmp_path / "secret"
    file.write_bytes(content)
    with pytest.raises(MailboxError, match="must give one line") as error:
        Secret(kind=kind, place=str(file)).read()  # type: ignore[arg-type]
    assert "two" not in str(error.value)


def test_a_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(MailboxError, match="DESK_MAILBOX_TOKEN_FILE cannot be read"):
        Secret(kind="token-file", place=str(tmp_path / "none")).read()


@pytest.mark.parametrize(
    ("program", "words"),
    [
        ("print('tok'); raise SystemExit(3)", "ended with 3"),
        ("print('two words')", "must give one line"),
        ("print('x' * 100_000 + ' ')", None),
        ("import time; time.sleep(60)", "TimeoutExpired"),
    ],
)
def test_a_command_that_gives_no_token_is_said(
    program: str, words: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.mailbox_account.TOKEN_SECONDS", 1.0)
    secret = Secret(kind="token-command", place=f'"{sys.executable}" -c "{program}"')
    if words is None:
        assert len(secret.read()) == 32 * 1024
        return
    with pytest.raises(MailboxError, match="DESK_MAILBOX_TOKEN_COMMAND") as error:
        secret.read()
    assert words in str(error.value)
    assert "tok" not in str(error.value)


def test_no_shell_reads_the_command(tmp_path: Path) -> None:
    secret = Secret(kind="token-command", place=f"echo $HOME;touch {tmp_path}/made")
    with pytest.raises(MailboxError, match="must give one line"):
        secret.read()
    assert os.listdir(tmp_path) == []  # noqa: PTH208 - as short as it gets
    with pytest.raises(MailboxError, match="ValueError"):
        Secret(kind="token-command", place="an 'open quote").read()


@pytest.mark.parametrize(
    ("name", "wire"),
    [
        ("INBOX", '"INBOX"'),
        ("a b", '"a b"'),
        ('a"b\\c', '"a\\"b\\\\c"'),
        ("Tom & Ann", '"Tom &- Ann"'),
        ("台北", '"&U,BTFw-"'),
        ("~peter/mail/台北/日本語", '"~peter/mail/&U,BTFw-/&ZeVnLIqe-"'),
        ("Tŷ\U0001f3e0", '"T&AXfYPN,g-"'),
    ],
)
def test_a_folder_is_written_in_modified_utf_7(name: str, wire: str) -> None:
    """RFC 3501, 5.1.3 has the example; the last one needs a surrogate pair."""
    assert quoted(name) == wire
