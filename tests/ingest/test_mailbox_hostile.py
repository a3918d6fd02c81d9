"""Mail servers that hang, lie, break off or send garbage: each is told, and nothing is lost."""

from __future__ import annotations

import resource
import shutil
import ssl
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casefile.errors import TryLater
from ingest import mailbox_session as said
from ingest.mailbox import NOT_GIVEN, NOT_MARKED, Collected, Mailbox
from ingest.mailbox_account import account_in
from services.dovecot import make_certificate
from services.imap_script import OPENED, ScriptedImap, fetched, hang, hang_up, mail

PATIENCE = 0.5


@pytest.fixture(scope="module")
def secret(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("secret") / "password"
    file.write_text("tulip77")
    return file


Make = Callable[..., Mailbox]


@pytest.fixture
def made(secret: Path) -> Make:
    return lambda server, **more: mailbox(server, secret, **more)


def mailbox(
    server: ScriptedImap,
    secret: Path,
    *,
    done: str = "",
    scheme: str = "imap",
    tls: ssl.SSLContext | None = None,
) -> Mailbox:
    url = f"{scheme}://report@localhost:{server.port}/INBOX"
    account = account_in(url, password_file=str(secret), done=done)
    return Mailbox(account, max_size=1000, patience=PATIENCE, tls=tls)


class Kept(list[bytes]):
    """Keeps what comes."""

    def keep(self, raw: bytes, _: str) -> bool:
        self.append(raw)
        return True


def collect(it: Mailbox, kept: Kept | None = None) -> Collected:
    return it.collect((Kept() if kept is None else kept).keep, lambda *_: None)


def test_the_script_is_a_server_that_can_be_collected(made: Make) -> None:
    """Without any mischief everything comes: so what fails below fails for its own reason."""
    kept = Kept()
    with ScriptedImap() as server:
        assert collect(made(server), kept) == Collected(found=3, new=3)
    assert kept == [mail(1), mail(2), mail(3)]
    assert r"UID STORE 2 +FLAGS (\Seen DeskCollected)" in server.said


@pytest.mark.parametrize("step", ["UID SEARCH", "UID FETCH", "UID STORE"])
def test_a_server_that_goes_in_the_middle_is_tried_again(made: Make, step: str) -> None:
    with ScriptedImap({step: b"* BYE restarting\r\n"}) as server:
        assert collect(made(server)).trouble == said.AWAY


@pytest.mark.parametrize("step", ["CAPABILITY", "LOGIN", "SELECT", "UID SEARCH", "UID FETCH"])
def test_a_server_that_hangs_is_left_after_a_while(made: Make, step: str) -> None:
    with ScriptedImap({step: hang}) as server:
        start = time.monotonic()
        assert collect(made(server)).trouble == said.HANGS
        assert time.monotonic() - start < 4 * PATIENCE


def test_a_server_that_never_greets_is_left_after_a_while(made: Make) -> None:
    with ScriptedImap(greeting=hang) as server:
        assert collect(made(server)).trouble == said.HANGS


def test_a_server_that_sends_a_byte_now_and_then_is_left_too(made: Make) -> None:
    """Each byte comes in time, the answer never does."""
    with ScriptedImap() as server:
        start = time.monotonic()
        server._script["UID SEARCH"] = drip(server)
        assert collect(made(server)).trouble == said.HANGS
        assert time.monotonic() - start < 6 * PATIENCE


def drip(server: ScriptedImap) -> Callable[[bytes], bytes]:
    def script(_: bytes) -> bytes:
        while not server.stopping():
            server.client.sendall(b"*")
            time.sleep(0.05)
        return b""

    return script


def test_nobody_there_is_said(made: Make) -> None:
    with ScriptedImap() as server:
        pass
    assert collect(made(server)).trouble == said.AWAY


@pytest.mark.parametrize(
    "greeting",
    [
        b"220 mx.force.example ESMTP\r\n",
        b"\x15\x03\x01\x00\x02\x02\x28\r\n",
        b"* OK [\r\n* CAPABILITY\r\n",
        b"* BAD\r\n",
        b"\r\n",
    ],
)
def test_what_is_no_imap_is_said(made: Make, greeting: bytes) -> None:
    with ScriptedImap({"CAPABILITY": b"what?\r\n"}, greeting=greeting) as server:
        assert collect(made(server)).trouble == said.GARBAGE


def test_tls_where_there_is_none_is_said(made: Make) -> None:
    with ScriptedImap() as server:
        assert collect(made(server, scheme="imaps")).trouble == said.GARBAGE


@pytest.mark.parametrize("greeting", [b"* BYE too many of you\r\n", b""])
def test_a_server_that_is_full_is_tried_again(made: Make, greeting: bytes) -> None:
    with ScriptedImap(greeting=lambda: greeting or hang_up()) as server:
        assert collect(made(server)).trouble == said.AWAY


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not here")
@pytest.mark.parametrize(("early", "trouble"), [(b"", ""), (b"* OK sure\r\n", said.AWAY)])
def test_what_is_said_before_tls_is_not_believed(
    made: Make, tmp_path: Path, early: bytes, trouble: str
) -> None:
    """Words of somebody between us and the server, sent along with its consent to STARTTLS."""
    make_certificate(tmp_path)
    ours = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ours.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    theirs = ssl.create_default_context(cafile=str(tmp_path / "cert.pem"))

    def start(line: bytes) -> bytes:
        server.client.sendall(line.split()[0] + b" OK go\r\n" + early)
        server.client = ours.wrap_socket(server.client, server_side=True)
        return b""

    with ScriptedImap({"STARTTLS": start}) as server:
        it = made(server, scheme="imap+starttls", tls=theirs)
        assert collect(it).trouble == trouble
    logged_in = any(line.startswith("LOGIN") for line in server.said)
    assert logged_in == (trouble == "")


def test_a_server_that_refuses_tls_never_gets_the_secret(made: Make) -> None:
    with ScriptedImap({"STARTTLS": b"%b NO not here\r\n"}) as server:
        assert collect(made(server, scheme="imap+starttls")).trouble == said.GARBAGE
    assert not any(line.startswith(("LOGIN", "AUTHENTICATE")) for line in server.said)


def test_a_server_that_keeps_no_keywords_is_not_collected_without_a_folder(made: Make) -> None:
    """Nobody could tell what was collected; with a folder to move to everybody can."""
    without = OPENED.replace(rb"\Seen \*", rb"\Seen \Deleted")
    with ScriptedImap({"SELECT": without}) as server:
        assert collect(made(server)).trouble == said.NO_KEYWORDS
        assert collect(made(server, done="Done")) == Collected(found=3, new=3)
    assert 'UID MOVE 3 "Done"' in server.said


def test_a_folder_that_may_only_be_read_is_not_collected(made: Make) -> None:
    read_only = OPENED.replace(b"%b OK", b"%b OK [READ-ONLY]")
    with ScriptedImap({"SELECT": read_only}) as server:
        assert collect(made(server)).trouble == said.READ_ONLY
    assert not any("FETCH" in line for line in server.said)


@pytest.mark.parametrize(("done", "command"), [("", "UID STORE"), ("Done", "UID MOVE")])
def test_mail_that_cannot_be_marked_is_not_fetched_again(
    made: Make, done: str, command: str
) -> None:
    """A quota, say: the mails are safe, the trouble is told, and marking is tried again."""
    with ScriptedImap({command: b"%b NO [OVERQUOTA] full\r\n"}) as server:
        it = made(server, done=done)
        first = collect(it)
        assert (first.new, first.trouble) == (3, NOT_MARKED)
        server.said.clear()
        second = collect(it)
        assert (second.new, second.known, second.trouble) == (0, 0, NOT_MARKED)
        assert not any("BODY" in line for line in server.said)
        server._script[command] = b"%b OK ok\r\n"
        assert collect(it) == Collected(found=3)
        assert sum(line.startswith(command) for line in server.said) == 6


HUGE = b"* 2 FETCH (UID 2 BODY[] {4000000000}\r\n" + b"x" * 70_000
ENDLESS = b"* 2 FETCH (UID 2 BODY[] " + b"x" * 5_000_000
FLOOD = b"* 2 FETCH (FLAGS (" + b"a" * 50_000 + b"))\r\n"


@pytest.mark.parametrize(
    ("trick", "trouble"),
    [
        (HUGE, said.TOO_MUCH),
        (ENDLESS, said.TOO_MUCH),
        (FLOOD * 200, said.TOO_MUCH),
        (b"* 2 FETCH (UID 2 BODY[] {50}\r\nshort", said.HANGS),
        (b"* BYE this one is broken\r\n", said.AWAY),
        (hang_up, said.AWAY),
        (hang, said.HANGS),
        (b"* 2 FETCH (UID 2 BODY[] {" + b"9" * 5000 + b"}\r\n", said.GARBAGE),
        (b"Good morning.\r\n", said.GARBAGE),
    ],
)
def test_a_mail_that_breaks_the_connection_holds_nobody_up(
    made: Make, trick: bytes | Callable[[bytes], bytes], trouble: str
) -> None:
    """It is put behind the others, in this visit and in the next, and memory stays bounded."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with ScriptedImap({"UID FETCH 2 (UID BODY": trick}) as server:
        it, kept = made(server), Kept()
        assert collect(it, kept).trouble == trouble
        assert {mail(1), mail(3)} <= set(kept)
        server.said.clear()
        collect(it, kept)
        asked = [line for line in server.said if "BODY" in line]
        assert asked[-1].startswith("UID FETCH 2 ")
        server._script["UID FETCH 2 (UID BODY"] = fetched(2)
        assert collect(it, kept).trouble == ""
        assert mail(2) in kept
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60_000  # KiB


@pytest.mark.parametrize(
    "answer", [b"%b NO cannot\r\n", b"* 2 FETCH (UID 2 BODY[] NIL)\r\n%b OK ok\r\n"]
)
def test_a_mail_that_is_not_given_is_named_and_left(made: Make, answer: bytes) -> None:
    with ScriptedImap({"UID FETCH 2 (UID BODY": answer}) as server:
        done = collect(made(server))
    assert (done.new, done.gone, done.trouble) == (2, 0, "")
    assert done.left == [f"imap://localhost/INBOX;UIDVALIDITY=7/;UID=2: {NOT_GIVEN}"]
    assert not any(line.startswith("UID STORE 2") for line in server.said)


def test_the_bytes_of_another_mail_are_not_taken_for_this_one(made: Make) -> None:
    """A server that answers with the wrong UID, or puts the UID behind the bytes."""
    behind = b"* 2 FETCH (BODY[] {5}\r\nhello UID 2)\r\n%b OK ok\r\n"
    kept = Kept()
    with ScriptedImap(
        {"UID FETCH 1 (UID BODY": fetched(3), "UID FETCH 2 (UID BODY": behind}
    ) as server:
        done = collect(made(server), kept)
    assert (done.new, done.gone) == (2, 1)
    assert kept == [b"hello", mail(3)]
    assert not any(line.startswith("UID STORE 1") for line in server.said)


def test_a_spool_that_fails_is_told_and_ends_the_visit(made: Make) -> None:
    def keep(_: bytes, __: str) -> bool:
        raise TryLater("The disk is nearly full.")

    with ScriptedImap() as server:
        done = made(server).collect(keep, lambda *_: None)
    assert done.trouble == "The disk is nearly full."
    assert not any(line.startswith("UID STORE") for line in server.said)
    assert sum("BODY" in line for line in server.said) == 1


WORDS = st.sampled_from(
    rb"*|%b|OK|NO|BAD|+|FETCH (UID 1 |BODY[] {3}|[|]|(|)|SEARCH 1 2|{9}| ".split(b"|")
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    step=st.sampled_from(["CAPABILITY", "LOGIN", "SELECT", "UID SEARCH", "UID FETCH", "UID STORE"]),
    answer=st.lists(WORDS | st.just(b"\r\n") | st.binary(max_size=8), max_size=12).map(b"".join),
)
def test_no_answer_of_any_server_raises(made: Make, step: str, answer: bytes) -> None:
    """Whatever it says and then hangs up: no error escapes, and no mail is taken that was not."""
    kept = Kept()
    with ScriptedImap({step: answer + b"\r\n%b OK ok\r\n"}) as server:
        it = made(server)
        it._patience = 0.1
        done = collect(it, kept)
    assert done.new == len(kept)
