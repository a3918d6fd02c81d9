"""By which way a mail was sent: what the reporter's provider saw is no mere claim."""

from __future__ import annotations

import pytest
from builders_of_reports import report, reported

from casefile.report import How, Unwrapping
from casefile.sending import Sending
from triage.examine import examine
from triage.sending import MOST_PASSAGES, sending_of

HANDED = (
    "Received",
    "from mail.evil.example (host7.evil.example. [203.0.113.7]) by mx.mailbox.example; 23 Nov 2026",
)
WITHIN = ("Received", "by 2002:a05:6520::1 with SMTP id k1; Mon, 23 Nov 2026 04:00:01 +0000")
PASSED = (
    "Received",
    "from mx.mailbox.example (mx.mailbox.example [198.51.100.9]) by s3.mailbox.example; 23 Nov",
)
FORGED = (
    "Received",
    "from bank.example (bank.example [198.51.100.1]) by mx.mailbox.example; 23 Nov 2026 03:59",
)


def way(*headers: tuple[str, str], how: How = "attached", date: str = "") -> Sending:
    """Give the way of a report with these header fields."""
    return sending_of(
        report(
            reported=reported(
                headers=headers, sender="Bank <no-reply@BANK.example>", date_as_written=date
            ),
            unwrapping=Unwrapping(how=how),
        )
    )


def test_a_forward_without_a_header_tells_nothing() -> None:
    assert way() == Sending()
    assert not Sending().told


def test_header_fields_that_stand_in_a_text_tell_nothing() -> None:
    """Whoever wrote the text may have written them."""
    assert way(HANDED, WITHIN).passages
    assert way(HANDED, WITHIN, how="inline") == Sending()


@pytest.mark.parametrize("above", [(), (WITHIN,), (PASSED,), (WITHIN, PASSED)])
def test_the_providers_own_field_tells_who_handed_it_over(
    above: tuple[tuple[str, str], ...],
) -> None:
    told = way(*above, HANDED, FORGED)
    assert told.handed_over == len(above)
    assert told.seen is not None
    assert told.seen.address == "203.0.113.7"
    assert told.seen.helo == "mail.evil.example"
    assert told.seen.name == "host7.evil.example."
    assert told.seen.by == "mx.mailbox.example"
    assert len(told.passages) == len(above) + 2


@pytest.mark.parametrize(
    "giver",
    [
        "from store1.mailbox.example ([203.0.113.7])",
        "from store1.mailbox.example (helo=store1.mailbox.example [203.0.113.7])",
        "from store1.mailbox.example (unknown [203.0.113.7])",
        "from [198.51.100.1] (unknown [203.0.113.7])",
        "from ([198.51.100.1]) (evil.example [203.0.113.7])",
        "from store1.mailbox.example (HELO [198.51.100.1]) (203.0.113.7)",
        "from 203.0.113.7 (EHLO store1.mailbox.example)",
        "from store1.mailbox.example (IPv6:2001:db8::7)",
    ],
)
def test_a_giver_that_calls_itself_the_provider_is_not_believed(giver: str) -> None:
    """Else a field that it forged below would name somebody innocent."""
    told = way(("Received", f"{giver} by mx.mailbox.example with ESMTP"), FORGED)
    assert told.handed_over == 0
    assert told.seen is not None
    assert told.seen.address in {"203.0.113.7", "2001:db8::7"}


def test_what_another_organisation_wrote_is_a_claim() -> None:
    elsewhere = ("Received", "from x (x [203.0.113.9]) by relay.elsewhere.example; 23 Nov 2026")
    inside = ("Received", "from a (a [10.0.0.1]) by mx.mailbox.example; 23 Nov 2026")
    assert way(inside, elsewhere).seen is None
    assert way(inside, elsewhere).passages[1].address == "203.0.113.9"


def test_of_a_mail_that_a_rule_sent_on_nobody_knows_which_field_is_the_providers() -> None:
    assert way(HANDED, how="redirected").seen is None


def test_an_address_within_a_providers_network_is_not_from_outside() -> None:
    inner = "from A1.prod.outlook.com (2603:10a6:1::1) by B2.prod.outlook.com (2603:10a6:1::2)"
    other = "from D4.outlook.office365.com (2603:10a6:2::1) by E5.outlook.office365.com (::1)"
    outer = "from evil.example (203.0.113.7) by C3.mail.protection.outlook.com (10.1.1.1)"
    told = way(("Received", inner), ("Received", other), ("Received", outer))
    assert told.handed_over == 2


def test_checks_are_the_providers_only_above_its_own_field_and_in_its_name() -> None:
    checks = ("Authentication-Results", "mx.mailbox.example; spf=fail; dkim=none (x) dmarc=fail")
    told = way(checks, HANDED)
    assert told.checks == (("spf", "fail"), ("dkim", "none"), ("dmarc", "fail"))
    assert told.checked_by == "mx.mailbox.example"
    assert told.checked_there
    assert not way(HANDED, checks).checked_there
    other = ("Authentication-Results", "bank.example; spf=pass")
    assert not way(other, HANDED).checked_there
    assert way(other, HANDED).checks == (("spf", "pass"),)


def test_a_check_without_a_name_is_the_providers_above_its_own_field() -> None:
    nameless = ("Authentication-Results", "spf=fail (sender IP is 203.0.113.7) smtp.mailfrom=x")
    assert way(nameless, HANDED).checked_there
    assert way(nameless, HANDED).checked_by == ""
    assert not way(HANDED, nameless).checked_there
    assert not way(nameless).checked_there


def test_domains_mailer_and_zone_are_read() -> None:
    told = way(
        ("Return-Path", "<bounce+robin=home.example@Sender.Example>"),
        ("X-Mailer", "harbour 3"),
        date="Mon, 23 Nov 2026 07:00:00 +0300",
    )
    assert told.sender_domain == "bank.example"
    assert told.return_domain == "sender.example"
    assert told.mailer == "harbour 3"
    assert told.zone == "+0300"
    assert "robin" not in repr(told)


def test_a_mailer_is_one_short_line() -> None:
    told = way(("User-Agent", "a\r\nb\u202ec\x00" + "x" * 5_000))
    assert told.mailer.startswith("a  b c x")
    assert len(told.mailer) <= 100


@pytest.mark.parametrize(
    "piece", ["from x (", "from " * 3, "(" * 9, "[1." * 5, "by ", " " * 50, "a@", "spf=", "helo="]
)
def test_no_header_is_too_long_or_too_odd(piece: str) -> None:
    hostile = piece * (1_000_000 // len(piece))
    names = ("Received", "Authentication-Results", "Return-Path", "X-Mailer")
    told = way(*((name, hostile) for name in names), *[HANDED] * 10_000, date=hostile)
    assert len(told.passages) <= MOST_PASSAGES
    assert all(len(it.helo) + len(it.name) + len(it.by) < 400 for it in told.passages)


def test_a_finding_bears_the_way() -> None:
    original = reported("Pay me 5 bitcoin.", headers=(HANDED,))
    found = examine(report(reported=original, unwrapping=Unwrapping(how="attached")))
    assert found.sending.told
