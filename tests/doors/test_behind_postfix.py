"""A real Postfix in front hands mail over by LMTP: each once, whole, with who brought it."""

from __future__ import annotations

import smtplib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from doors.fixtures import kept
from doors.running_door import RunningDoor

import forwards
from casefile.errors import TryLater
from casefile.ports import Draft
from casefile.reply import Decision
from ingest.admit import Rules
from ingest.limits import Limits
from ingest.spool import DirectorySpool
from running import FORCE, RunningDesk, free_port, running_desk, wait_until
from samples.originals import BLUFF_EN, WALLET_EN, mail
from services.postfix import RELAYED, Postfix, needs_postfix, running_postfix

pytestmark = needs_postfix

SAM = "sam@reporter.example"
MAIL = b"From: sam@reporter.example\r\nSubject: hello\r\n\r\nGood morning.\r\n"
RULES = Rules(recipients=(FORCE,), hostname="desk.example", max_size=26_214_400, max_recipients=10)


class HesitantSpool(DirectorySpool):
    """A spool that cannot keep the first mails it is given."""

    refusals = 0

    def keep(self, drafts: Sequence[Draft]) -> list[str]:
        if self.refusals:
            self.refusals -= 1
            raise TryLater
        return super().keep(drafts)


@contextmanager
def postfix_before(
    spool: DirectorySpool, folder: Path, settings: Mapping[str, str] | None = None
) -> Iterator[Postfix]:
    """Run a Postfix that hands over to a door with default limits, which fills this spool."""
    with RunningDoor(spool, rules=RULES, limits=Limits()) as door:
        relay = f"lmtp:inet:127.0.0.1:{door.lmtp_port}"
        with running_postfix(folder, relay=relay, settings=settings) as postfix:
            yield postfix


def send(
    postfix: Postfix,
    raw: bytes,
    *to: str,
    sender: str = SAM,
    options: Sequence[str] = (),
    source: str = "127.0.0.77",
) -> None:
    """Send one mail."""
    here = ("127.0.0.1", postfix.port, "pc.reporter.example")
    with smtplib.SMTP(*here, timeout=60, source_address=(source, 0)) as client:
        client.sendmail(sender, to or [FORCE], raw, options)


def body(raw: bytes) -> bytes:
    """Give what follows the header: Postfix adds to that."""
    return raw.partition(b"\r\n\r\n")[2]


def test_who_brought_it_is_known(tmp_path: Path, spool: DirectorySpool) -> None:
    """By XFORWARD: the address and the name of Postfix's client, not of Postfix."""
    with postfix_before(spool, tmp_path) as postfix:
        send(postfix, MAIL)
        wait_until(lambda: len(kept(spool)) == 1, 20, "it is kept")
        assert postfix.complaints() == []
    [key] = spool.keys()
    envelope = spool.get(key).envelope
    assert (envelope.client, envelope.helo) == ("127.0.0.77", "pc.reporter.example")
    assert (envelope.sender, envelope.recipients, envelope.door) == (SAM, (FORCE,), "lmtp")
    assert body(spool.get(key).raw) == body(MAIL)


def test_for_two_recipients_of_whom_one_is_unknown_there_are_one_mail_and_one_notice(
    tmp_path: Path, spool: DirectorySpool
) -> None:
    with postfix_before(spool, tmp_path) as postfix:
        send(postfix, MAIL, FORCE, "nobody@force.example")
        wait_until(lambda: len(postfix.kept()) == 1, 20, "the sender has a notice")
        wait_until(lambda: postfix.queued() == 0, 20, "nothing is left to do")
        [notice] = postfix.kept()
    assert b"<nobody@force.example>" in notice
    assert b"Final-Recipient: rfc822; report@" not in notice
    [key] = spool.keys()
    assert spool.get(key).envelope.recipients == (FORCE,)


def test_what_was_put_off_comes_again_and_is_kept_once(tmp_path: Path) -> None:
    spool = HesitantSpool(tmp_path / "spool", min_free=0)
    spool.refusals = 2
    with postfix_before(spool, tmp_path) as postfix:
        send(postfix, MAIL)
        wait_until(lambda: len(kept(spool)) == 1, 30, "it is kept")
        wait_until(lambda: postfix.queued() == 0, 20, "it has left the queue")
        assert postfix.log.read_text().count("status=deferred") == 2
        assert postfix.kept() == []
    assert [body(raw) for raw in kept(spool)] == [body(MAIL)]


def test_bytes_beyond_ascii_arrive_as_they_were_sent(tmp_path: Path, spool: DirectorySpool) -> None:
    """SMTPUTF8 and 8BITMIME (RFC 6531, RFC 6152): in the sender, the header and the body."""
    sender = "siân@reporter.example"
    raw = f"From: {sender}\r\nSubject: grüße\r\n\r\nbore da, ŵ ŷ \r\n".encode() + b"\xff\xfe\r\n"
    settings = {"smtputf8_enable": "yes"}
    with postfix_before(spool, tmp_path, settings) as postfix:
        send(postfix, raw, sender=sender, options=("SMTPUTF8", "BODY=8BITMIME"))
        wait_until(lambda: len(kept(spool)) == 1, 20, "it is kept")
    [key] = spool.keys()
    submission = spool.get(key)
    assert submission.envelope.sender == sender
    assert submission.raw.endswith(raw)


def test_the_largest_mail_arrives_whole(tmp_path: Path, spool: DirectorySpool) -> None:
    raw = MAIL + b"0123456789" * 7 + b"\r\n"
    raw += (b"x" * 898 + b"\r\n") * 27_700  # 25 MB
    with postfix_before(spool, tmp_path) as postfix:
        send(postfix, raw)
        wait_until(lambda: len(kept(spool)) == 1, 60, "it is kept")
    [whole] = kept(spool)
    assert body(whole) == body(raw)


def test_four_hundred_mails_over_four_connections_are_each_kept_once(
    tmp_path: Path, spool: DirectorySpool
) -> None:
    """No limit that strangers have holds up the force's own mail server."""
    settings = {"lmtp_destination_concurrency_limit": "4"}
    names = [f"mail-{number:03}" for number in range(400)]

    def some(postfix: Postfix, part: list[str]) -> None:
        for name in part:
            send(postfix, MAIL.replace(b"hello", name.encode()))

    with postfix_before(spool, tmp_path, settings) as postfix:
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda it: some(postfix, names[it::8]), range(8)))
        wait_until(lambda: len(kept(spool)) >= 400, 60, "all are kept")
        wait_until(lambda: postfix.queued() == 0, 20, "nothing is left to do")
        assert "status=deferred" not in postfix.log.read_text()
        assert postfix.complaints() == []
    found = Counter(raw.partition(b"Subject: ")[2][:8].decode() for raw in kept(spool))
    assert found == Counter(names)


def forward(reporter: str) -> bytes:
    """Give somebody's forward of a blackmail mail."""
    text = BLUFF_EN.format(name="Sam", password="tulip77", amount="1,400", wallet=WALLET_EN)
    return forwards.gmail(mail(text, subject="hello"), reporter=reporter, to=FORCE, note="")


def decisions(desk: RunningDesk, number: int) -> dict[str, Decision]:
    """Wait until so many mails are decided; give the decisions by sender."""
    spool, record, ledger = desk.desk().spool, desk.desk().record, desk.desk().ledger
    wait_until(lambda: len(list(spool.keys())) == number, 30, "they are kept")
    found = {}
    for key in spool.keys():  # noqa: SIM118 - the port's method
        wait_until(lambda key=key: record.stage(key) == "answered", 30, "it is answered")  # type: ignore[misc]
        decision = ledger.decision(key)
        assert decision is not None
        found[spool.get(key).envelope.sender] = decision
    return found


def test_a_reporter_whom_the_mail_server_vouches_for_is_answered(tmp_path: Path) -> None:
    """Through a whole desk: what Postfix's filter would write is believed, and it alone."""
    server, port = f"mx.{RELAYED}", free_port()
    told = "prepend Authentication-Results: {}; dmarc={} header.from=reporter.example"
    words = {"127.0.0.77": "pass", "127.0.0.78": "fail"}
    table = ", ".join(f"{{{it} = {told.format(server, word)}}}" for it, word in words.items())
    settings = {"smtpd_client_restrictions": f"check_client_access inline:{{{table}}}"}
    desk_settings = {
        "DESK_AUTHENTICATION": "required",
        "DESK_AUTHSERV_ID": server,
        "DESK_LMTP": f"127.0.0.1:{port}",
        "DESK_TRUSTED_NETWORKS": "",
    }
    forger = "tom@reporter.example"
    with running_desk(tmp_path / "data", **desk_settings) as desk:
        relay = f"lmtp:inet:127.0.0.1:{port}"
        with running_postfix(tmp_path, relay=relay, settings=settings) as postfix:
            send(postfix, forward(SAM))
            send(postfix, forward(forger), sender=forger, source="127.0.0.78")
            found = decisions(desk, 2)
        [reply] = (desk.data / "outbox").glob("*.eml")
        assert SAM.encode() in reply.read_bytes()
    assert {sender: it.state for sender, it in found.items()} == {SAM: "sent", forger: "suppressed"}
    assert found[forger].reason.startswith("not authenticated: the mail server says spf none")
