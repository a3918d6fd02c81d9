"""A real Postfix on both sides: forwards come in by LMTP, signed replies arrive in a Maildir."""

from __future__ import annotations

import email
import email.policy
import smtplib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import dkim
from answerable import answer, fill, opened_desk
from dns_server import local_dns, txt

import forwards
from ingest.authentic.block import split
from ingest.authentic.resolver import Resolver
from ingest.authentic.signature import Signed, signatures
from responders.dkim import SigningKey
from running import FORCE, free_port, running_desk, wait_until
from samples.originals import BLUFF_EN, WALLET_EN, mail
from services.greylist import running_greylist
from services.keys import make_key
from services.postfix import RELAYED, Postfix, needs_postfix, running_postfix

pytestmark = needs_postfix

ROOT = Path(__file__).parents[2]
SAM = "sam@reporter.example"
OURS = "mercia-vale.example"


def settings(folder: Path, smarthost: int) -> dict[str, str]:
    """Give the settings of a desk that sends through this port, signed."""
    return {
        "DESK_SMARTHOST": f"127.0.0.1:{smarthost}",
        "DESK_PROFILE": str(ROOT / "profiles" / "mercia-vale.toml"),
        "DESK_DOMAIN": "desk.mercia-vale.example",
        "DESK_DKIM_KEY": str(folder / "key.pem"),
        "DESK_DKIM_SELECTOR": "desk",
        "DESK_AUTHENTICATION": "required",
        "DESK_AUTHSERV_ID": f"mx.{RELAYED}",
    }


def proves(postfix: Postfix, key: SigningKey) -> EmailMessage:
    """Check the one mail in the Maildir as its receiver would. Gives it."""
    [kept] = postfix.kept()
    raw = kept.replace(b"\n", b"\r\n")
    record = key.record()
    with local_dns({key.name(OURS): txt(record)}) as dns:
        fields, body = split(raw)
        signed = Signed(fields=tuple(fields), body=body, received_at=datetime.now(UTC))
        results = signatures(signed, OURS, Resolver([dns.address]).begin())
    assert [(it.domain, it.result) for it in results] == [(OURS, "pass")]
    assert dkim.DKIM(raw).verify(dnsfunc=lambda *_, **__: record.encode())
    arrived = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(arrived, EmailMessage)
    # Aligned: who signed is the domain of the one From (RFC 9989).
    assert [it.domain for it in arrived["From"].addresses] == [OURS]
    assert arrived["Return-Path"] == "<>"
    assert arrived["Delivered-To"] == arrived["To"] == SAM
    assert arrived["Auto-Submitted"] == "auto-replied"
    return arrived


def forward() -> bytes:
    """Give Sam's forward of a blackmail mail."""
    text = BLUFF_EN.format(name="Sam", password="tulip77", amount="1,400", wallet=WALLET_EN)
    return forwards.gmail(mail(text, subject="hello"), reporter=SAM, to=FORCE, note="")


def test_a_forward_goes_in_and_the_reply_arrives(tmp_path: Path) -> None:
    """Through every process of a desk; what arrives is signed, aligned, and answers the forward."""
    key = make_key(tmp_path / "key.pem", "desk")
    lmtp = free_port()
    word = f"prepend Authentication-Results: mx.{RELAYED}; dmarc=pass header.from=reporter.example"
    # Only what is for the force: on the way out nobody vouches for anybody.
    told = {
        "smtpd_recipient_restrictions": f"check_recipient_access inline:{{{{{FORCE} = {word}}}}}"
    }
    with running_postfix(tmp_path, relay=f"lmtp:inet:127.0.0.1:{lmtp}", settings=told) as postfix:
        environ = settings(tmp_path, postfix.port) | {
            "DESK_LMTP": f"127.0.0.1:{lmtp}",
            "DESK_TRUSTED_NETWORKS": "",
        }
        with running_desk(tmp_path / "data", **environ) as desk:
            with smtplib.SMTP("127.0.0.1", postfix.port, timeout=60) as client:
                client.sendmail(SAM, [FORCE], forward())
            wait_until(lambda: len(postfix.kept()) == 1, 90, "the reply is in the Maildir")
            [decision] = desk.desk().ledger.decisions()
        arrived = proves(postfix, key)
        assert postfix.complaints() == []
    sent = email.message_from_bytes(forward())
    assert arrived["In-Reply-To"] == sent["Message-ID"]
    assert decision.state == "sent"
    assert decision.reference in arrived.get_content()


def after(minutes: float) -> datetime:
    """Give the time in so many minutes."""
    return datetime.now(UTC) + timedelta(minutes=minutes)


@contextmanager
def relaying(folder: Path, **more: str) -> Iterator[Postfix]:
    """Run a Postfix that takes replies, with settings of the test."""
    with running_postfix(folder, relay="discard:", settings=more) as postfix:
        yield postfix


def test_greylisting_is_survived(tmp_path: Path) -> None:
    """Put off at first, the reply is tried again in its time, and arrives once."""
    key = make_key(tmp_path / "key.pem", "desk")
    with running_greylist() as greylist:
        policy: Mapping[str, str] = {
            "smtpd_recipient_restrictions": f"check_policy_service {greylist.address}"
        }
        with (
            relaying(tmp_path, **policy) as postfix,
            opened_desk(tmp_path / "var", **settings(tmp_path, postfix.port)) as (desk, pipeline),
        ):
            fill(desk, [SAM])
            answer(pipeline)
            [decision] = desk.ledger.decisions()
            assert decision.state == "deferred"
            answer(pipeline)  # its time has not come
            answer(replace(pipeline, clock=lambda: after(2)))
            [decision] = desk.ledger.decisions()
            assert decision.state == "sent"
            answer(replace(pipeline, clock=lambda: after(200)))
            wait_until(lambda: len(postfix.kept()) == 1, 30, "the reply is in the Maildir")
            proves(postfix, key)
    assert greylist.seen == [("", SAM), ("", SAM)]


def test_an_outage_is_survived(tmp_path: Path) -> None:
    """Nobody listens for an hour and a half; then the reply goes out, once, signed."""
    key = make_key(tmp_path / "key.pem", "desk")
    with opened_desk(tmp_path / "var", **settings(tmp_path, free_port())) as (desk, pipeline):
        fill(desk, [SAM])
        for minutes in (0, 2, 8, 25, 90):
            answer(replace(pipeline, clock=lambda m=minutes: after(m)))  # type: ignore[misc]
            [decision] = desk.ledger.decisions()
            assert decision.state == "deferred"
    with (
        relaying(tmp_path) as postfix,
        opened_desk(tmp_path / "var", **settings(tmp_path, postfix.port)) as (desk, pipeline),
    ):
        for minutes in (400, 800):
            answer(replace(pipeline, clock=lambda m=minutes: after(m)))  # type: ignore[misc]
        [decision] = desk.ledger.decisions()
        assert decision.state == "sent"
        wait_until(lambda: len(postfix.kept()) == 1, 30, "the reply is in the Maildir")
        proves(postfix, key)
        assert postfix.queued() == 0


def test_an_outage_of_more_than_a_day_is_for_a_person(tmp_path: Path) -> None:
    make_key(tmp_path / "key.pem", "desk")
    with opened_desk(tmp_path / "var", **settings(tmp_path, free_port())) as (desk, pipeline):
        fill(desk, [SAM])
        for minutes in (0, 1500):
            answer(replace(pipeline, clock=lambda m=minutes: after(m)))  # type: ignore[misc]
        [decision] = desk.ledger.decisions()

        assert decision.state == "failed"
        assert [it.desk for it in desk.record.waiting()] == ["uncertain"]
