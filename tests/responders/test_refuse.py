"""Whether the machine may answer: one test for each reason, and that no reason tells tales."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casefile.finding import Finding
from casefile.indicator import Indicator
from casefile.reply import Answer
from casefile.report import Authentication, ReportedMessage, Unwrapping
from makers import NOON, cover, envelope, finding, key
from responders.refuse import RULES, refusal

GENERAL = Answer(main="general", parts=(), alert=False, languages=("cy", "en"))
SAM = "sam@reporter.example"


def reason(**changes: object) -> str | None:
    """Ask about an honest forward, changed in what the test is about."""
    asked: dict[str, object] = {
        "envelope": envelope(),
        "cover": cover(),
        "findings": [finding(key(1))],
        "answer": GENERAL,
        "earlier": None,
        "now": NOON + timedelta(minutes=1),
        "own_domains": ["force.example"],
    }
    return refusal(**(asked | changes))  # type: ignore[arg-type]


def from_sender(sender: str) -> str | None:
    return reason(envelope=envelope(sender=sender), cover=cover(authors=(sender,)))


def reported(how: str = "inline", contact: str = "", **changes: object) -> Finding:
    whole = finding(key(1))
    message = replace(whole.report.reported, **changes)  # type: ignore[arg-type]
    report = replace(whole.report, reported=message, unwrapping=Unwrapping(how=how))  # type: ignore[arg-type]
    mail = Indicator(
        kind="email", value=contact, as_written=contact, found_in="text", check="unchecked"
    )
    return replace(whole, report=report, contacts=(mail,) if contact else ())


def test_an_honest_forward_is_answered() -> None:
    """Whether it came from anywhere, or by the force's own mail server."""
    assert reason() is None
    assert reason(envelope=envelope(door="lmtp")) is None


def test_what_was_collected_is_never_answered() -> None:
    assert reason(envelope=envelope(door="collect")) == "collected, not received at the door"


def test_after_48_hours_a_person_decides() -> None:
    old = envelope(received_at=NOON - timedelta(hours=48))

    assert reason(envelope=old, now=NOON) is None
    assert reason(envelope=old, now=NOON + timedelta(seconds=1)) == "older than 48 hours"


def test_the_null_sender_is_never_answered() -> None:
    assert reason(envelope=envelope(sender="")) == "null sender"


@pytest.mark.parametrize(
    "sender", ['"a b"@x.example', "a@[10.0.0.1]", "a@x.example\r\nBcc: b@x.example", "á@x.example"]
)
def test_an_odd_sender_is_never_answered(sender: str) -> None:
    assert from_sender(sender) == "sender address is not of strict form"


@pytest.mark.parametrize(
    "local",
    [
        "MAILER-DAEMON",
        "mailerdaemon",
        "Postmaster",
        "listserv",
        "majordomo",
        "owner-cats",
        "cats-owner",
        "cats-request",
        "cats-bounces",
        "bounces+77",
        "bounce-77",
        "no-reply",
        "NoReply",
        "no_reply",
        "do-not-reply",
        "donotreply",
        "shop.no-reply",
        "noreply+abc",
        "auto-reply",
        "SRS0=HHH=TT=reporter.example=sam",
        "prvs=0123456789=sam",
    ],
)
def test_daemons_lists_and_robots_are_never_answered(local: str) -> None:
    assert from_sender(f"{local}@reporter.example") == "sender is a daemon, a list or no person"


@pytest.mark.parametrize("local", ["sam", "rootes", "noreen", "owner", "bouncer", "requests.sam"])
def test_people_with_like_names_are_answered(local: str) -> None:
    assert from_sender(f"{local}@reporter.example") is None


@pytest.mark.parametrize("domain", ["force.example", "Force.Example", "report.force.example"])
def test_our_own_domain_is_never_answered(domain: str) -> None:
    assert from_sender(f"sam@{domain}") == "sender is of our own domain"


def test_a_domain_that_ends_like_ours_is_not_ours() -> None:
    assert from_sender("sam@taskforce.example") is None


@pytest.mark.parametrize(
    "mark",
    ["auto-submitted", "list", "precedence", "dsn", "mdn", "resent", "auto-response-suppress"],
)
def test_marked_mail_is_never_answered(mark: str) -> None:
    assert reason(cover=cover(marks=(mark,))) == f"marked as {mark}"


def test_an_answer_to_us_is_not_answered() -> None:
    assert reason(cover=cover(answers_us=True)) == "answers a reply of ours"


@pytest.mark.parametrize(
    "changes",
    [
        {"from_headers": 0, "authors": ()},
        {"from_headers": 2},
        {"from_headers": 1, "authors": ()},
        {"from_headers": 1, "authors": (SAM, "x@offender.example")},
    ],
)
def test_there_must_be_exactly_one_author(changes: dict[str, object]) -> None:
    assert reason(cover=cover(**changes)) == "not exactly one From"


@pytest.mark.parametrize(
    "author", ["x@offender.example", "sam@reporter.org", "sam@sub.reporter.example", ""]
)
def test_the_author_must_be_the_envelope_sender(author: str) -> None:
    assert reason(cover=cover(authors=(author,))) == "From is not the envelope sender"


def test_the_case_of_an_address_makes_no_other_mailbox() -> None:
    assert reason(cover=cover(authors=("Sam@Reporter.Example",))) is None


def test_who_is_not_authenticated_is_not_answered() -> None:
    failed = Authentication(method="required", passed=False, reason="not checked yet")

    assert reason(cover=cover(authentication=failed)) == "not authenticated: not checked yet"


def test_a_reason_from_elsewhere_never_carries_an_address() -> None:
    told = Authentication(method="required", passed=False, reason=f"spf fail for {SAM}")

    assert reason(cover=cover(authentication=told)) == "not authenticated"
    assert reason(cover=cover(marks=(f"list <{SAM}>",))) == "marked as automatic"


@pytest.mark.parametrize("how", ["direct", "redirected"])
def test_what_was_not_forwarded_by_a_reporter_is_not_answered(how: str) -> None:
    findings = [finding(key(1)), reported(how=how)]

    assert reason(findings=findings) == "sent by the offender or redirected, not forwarded"


@pytest.mark.parametrize(
    "found",
    [
        reported(sender=f"Hacker <{SAM}>", to=""),
        reported(sender="SAM@reporter.example", to="victim@reporter.example"),
        reported(reply_to=f"x@y.example, {SAM}", to=""),
        reported(headers=(("Return-Path", f"<{SAM}>"),), to=""),
        reported(headers=(("FROM", f"<{SAM}>"),), to="victim@reporter.example"),
        reported(contact=SAM, to="victim@reporter.example"),
        reported(sender="sam+money@reporter.example", to=""),
    ],
)
def test_an_address_of_the_offender_is_never_answered(found: Finding) -> None:
    findings = [finding(key(1)), found]

    assert reason(findings=findings) == "sender is an address of the offender"


@pytest.mark.parametrize(
    "found",
    [
        reported(sender=SAM, to=SAM),
        reported(sender=SAM, reply_to=SAM, contact=SAM, to=f"Sam <{SAM.upper()}>"),
        reported(sender=SAM, to="", headers=(("To", f"<{SAM}>"),)),
        reported(to=SAM, headers=(("Cc", SAM), ("Sender", SAM))),
    ],
)
def test_a_bluff_sent_in_the_victims_own_name_is_answered(found: Finding) -> None:
    assert reason(findings=[found]) is None


def test_without_an_answer_there_is_nothing_to_send() -> None:
    nothing = Answer(main=None, parts=(), alert=True)

    assert reason(answer=nothing) == "nothing in it may be answered"


def test_the_same_mail_is_answered_once() -> None:
    assert reason(earlier=key(0)) == "the same mail came before"


def test_the_docstring_lists_every_rule() -> None:
    listed = [
        line for line in (refusal.__doc__ or "").splitlines() if line.strip().startswith("- ")
    ]

    assert len(listed) == len(RULES)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80), st.text(max_size=80), st.text(max_size=80))
def test_no_input_raises_and_no_reason_quotes_it(one: str, other: str, third: str) -> None:
    message = ReportedMessage(
        sender=one,
        reply_to=other,
        to=third,
        subject=one,
        date="",
        date_as_written="",
        message_id="",
        text=third,
        html="",
        headers=((one, other), ("From", third)),
    )
    odd = replace(finding(key(1)), report=replace(finding(key(1)).report, reported=message))
    said = reason(
        envelope=envelope(sender=one),
        cover=cover(authors=(other,), message_id=third),
        findings=[odd],
    )

    assert said is None or ("@" not in said and said.isascii() and len(said) < 120)


OLD = NOON + timedelta(days=3)
FORGED = cover(authentication=Authentication(method="required", passed=False, reason="spf fail"))


def test_a_person_lifts_the_age_and_nothing_else() -> None:
    assert reason(now=OLD) == "older than 48 hours"
    assert reason(now=OLD, by_person=True) is None
    assert reason(cover=FORGED, by_person=True) == "not authenticated: spf fail"


def test_who_vouches_lifts_the_missing_proof_and_nothing_else() -> None:
    assert reason(cover=FORGED, vouched=True) is None
    assert reason(cover=FORGED, now=OLD, vouched=True) == "older than 48 hours"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"envelope": envelope(door="collect")}, "collected, not received at the door"),
        ({"envelope": envelope(sender="")}, "null sender"),
        ({"envelope": envelope(sender="a@b@c")}, "sender address is not of strict form"),
        ({"envelope": envelope(sender="noreply@x.example")}, "sender is a daemon, a list or"),
        ({"envelope": envelope(sender="owner-x@x.example")}, "sender is a daemon, a list or"),
        ({"envelope": envelope(sender="x@force.example")}, "sender is of our own domain"),
        ({"cover": replace(FORGED, marks=("list",))}, "marked as list"),
        ({"cover": replace(FORGED, marks=("auto-submitted",))}, "marked as auto-submitted"),
        ({"cover": replace(FORGED, answers_us=True)}, "answers a reply of ours"),
        ({"cover": replace(FORGED, from_headers=2)}, "not exactly one From"),
        ({"cover": replace(FORGED, authors=("x@y.example",))}, "From is not the envelope sender"),
        ({"findings": [reported("direct")]}, "sent by the offender or redirected"),
        ({"findings": [reported("redirected")]}, "sent by the offender or redirected"),
        ({"findings": [reported(contact=SAM, to="")]}, "sender is an address of the offender"),
        ({"answer": replace(GENERAL, main=None)}, "nothing in it may be answered"),
        ({"earlier": key(9)}, "the same mail came before"),
    ],
)
def test_whoever_vouches_lifts_no_other_reason(changes: dict[str, object], said: str) -> None:
    """Neither loops nor lists, nor machines, nor the offender, nor a second reply."""
    asked = {"cover": FORGED, "by_person": True, "vouched": True, "now": OLD} | changes
    assert (reason(**asked) or "").startswith(said)
