"""Who answers our reply adds to their report: they are heard, a person is told, no machine is."""

from __future__ import annotations

import email
import email.message
import html
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from bench import SAM, Bench, decision, outbox, paged, submit, walk
from casefile.report import Authentication
from makers import envelope
from samples.forwards_sent import FORCE

EVE = "eve@reporter.example"
WROTE = "On Tue, 24 Nov 2026 at 12:00, the force wrote:"


def answered(desk: Bench) -> tuple[str, email.message.Message]:
    """Let the desk answer one honest forward. Gives its key and the reply."""
    key = submit(desk)
    walk(desk)
    [path] = outbox(desk)
    return key, email.message_from_bytes(path.read_bytes())


def text_of(reply: email.message.Message) -> str:
    return bytes(reply.get_payload(decode=True)).decode().replace("\r\n", "\n")


def threaded(said: str, reply: email.message.Message) -> str:
    """Answer as a mail client does: our Message-ID in the head, our words below."""
    below = "\n".join(f"> {line}" for line in text_of(reply).split("\n"))
    head = f"Subject: Re: {reply['Subject']}\nIn-Reply-To: {reply['Message-ID']}\n"
    return f"{head}References: <a@b.example> {reply['Message-ID']}\n\n{said}\n\n{WROTE}\n{below}\n"


def in_markup(said: str, reply: email.message.Message) -> str:
    """Answer as a web mailer does, in markup alone."""
    below = "<br>".join(html.escape(line) for line in text_of(reply).split("\n"))
    head = f"Subject: Re: your mail\nIn-Reply-To: {reply['Message-ID']}\n"
    head += "Content-Type: text/html; charset=utf-8\n"
    quoted = f"<div>{WROTE}</div><blockquote>{below}</blockquote>"
    return f"{head}\n<div>{said}</div>{quoted}"


def by_subject(said: str, reply: email.message.Message) -> str:
    """Write anew, with the reference in the Subject, and no word of ours."""
    return f"Subject: {reference(reply).lower()}\n\n{said}\n"


def by_text(said: str, reply: email.message.Message) -> str:
    """Write anew, with the reference in the text."""
    return f"Subject: again\n\n{said} My reference is {reference(reply)}.\n"


def reference(reply: email.message.Message) -> str:
    return next(word.rstrip(".") for word in text_of(reply).split() if word.startswith("DP-"))


WAYS = [threaded, in_markup, by_subject, by_text]
Way = Callable[[str, email.message.Message], str]


def bring(desk: Bench, mail: str, sender: str = SAM, author: str = "", **changes: object) -> str:
    """Bring a mail to the door and walk. Gives its key."""
    head = f"From: {author or sender}\nTo: {FORCE}\nMessage-ID: <{len(mail)}@reporter.example>\n"
    if "Content-Type" not in mail:
        head += "Content-Type: text/plain; charset=utf-8\n"
    raw = (head + mail).replace("\n", "\r\n").encode()
    key = desk.spool.put(raw, envelope(sender=sender, received_at=datetime.now(UTC), **changes))
    walk(desk)
    return key


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("said", "flag", "cause"),
    [
        ("I'm 15. I did not dare to say so.", "under-18", "under-18"),
        ("I want to die, I cannot go on.", "distress", "distress"),
        ("I paid them 300 pounds yesterday.", "paid", ""),
    ],
)
def test_what_is_said_later_is_heard(
    desk: Bench, way: Way, said: str, flag: str, cause: str
) -> None:
    """The flag is raised, those on call are paged, the report is in front of a person, no reply."""
    first, reply = answered(desk)

    key = bring(desk, way(said, reply))

    [finding] = desk.record.findings_of(key)
    assert flag in finding.verdict.flags
    assert desk.record.followed(key) == first
    assert desk.record.follow_ups(first) == [key]
    made = decision(desk, key)
    assert (made.state, made.reason) == ("suppressed", "answers a reply of ours")
    assert len(outbox(desk)) == 1
    assert cause in paged(desk).get(key, "")
    waiting = {it.key: it for it in desk.record.waiting()}
    told = waiting[key].reason.partition(f"follows {reference(reply)}, says ")[2]
    assert flag in told
    if cause:
        assert waiting[first].desk == waiting[key].desk == "danger"
        assert "a later mail says: " in waiting[first].reason


@pytest.mark.parametrize("way", WAYS)
def test_our_own_words_raise_nothing(desk: Bench, way: Way) -> None:
    """They speak of children, harm and money; who thanks us for them says none of it."""
    _, reply = answered(desk)

    key = bring(desk, way("Thank you, that helped.", reply))

    [finding] = desk.record.findings_of(key)
    assert finding.verdict.flags == ()
    assert paged(desk) == {}
    assert desk.record.followed(key) is not None


def test_the_page_of_a_follow_up_names_the_reference_of_its_report(desk: Bench) -> None:
    _, reply = answered(desk)
    key = bring(desk, threaded("I am 15.", reply))
    page = (desk.settings.data / "alerts" / f"{key}.json").read_text()

    assert reference(reply) in page


@pytest.mark.parametrize("way", WAYS)
def test_another_address_joins_nobodys_report(desk: Bench, way: Way) -> None:
    """Who learns a reference is judged for themselves, and adds nothing to what is not theirs."""
    first, reply = answered(desk)

    key = bring(desk, way("I am 15.", reply), sender=EVE)

    assert desk.record.followed(key) is None
    assert desk.record.follow_ups(first) == []
    assert paged(desk) == {key: "under-18"}
    assert {it.key for it in desk.record.waiting() if it.desk == "danger"} == {key}


def test_a_forged_address_joins_nobodys_report(desk: Bench) -> None:
    """Its From is Sam's, its envelope is not; it still reaches a person."""
    first, reply = answered(desk)

    key = bring(desk, threaded("I am 15.", reply), sender=EVE, author=SAM)

    assert desk.record.follow_ups(first) == []
    assert paged(desk) == {key: "under-18"}
    assert len(outbox(desk)) == 1


def test_one_who_is_not_proven_joins_nobodys_report(desk: Bench) -> None:
    first, reply = answered(desk)

    key = bring(desk, threaded("I am 15.", reply), client="192.0.2.7")

    assert desk.record.cover(key).authentication == Authentication(
        method="loopback", passed=False, reason=desk.record.cover(key).authentication.reason
    )
    assert desk.record.follow_ups(first) == []
    assert len(outbox(desk)) == 1


@pytest.mark.parametrize(
    "mark",
    [
        "Auto-Submitted: auto-replied",
        "Precedence: bulk",
        "X-Autoreply: yes",
        "List-Id: <a.example>",
    ],
)
@pytest.mark.parametrize("way", WAYS)
def test_a_machine_that_answers_gets_nothing(desk: Bench, way: Way, mark: str) -> None:
    """And pages nobody for what it quotes of us."""
    _, reply = answered(desk)

    key = bring(desk, f"{mark}\n{way('I am away until Monday.', reply)}")

    assert decision(desk, key).reason.startswith("marked as ")
    assert paged(desk) == {}
    assert len(outbox(desk)) == 1
