"""Addresses of reporters and recipients are hidden wherever they stand in a finding."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from reading_room.sample import finding, wallet
from reading_room.texts import WALLET

from casefile.finding import Finding
from casefile.query import MARK_END, MARK_START
from console.masked import fit_to_show, mask_of, masked_address
from console.visible import marked

NOW = datetime(2026, 11, 24, tzinfo=UTC)
REPORTER = "reporter7@home.example"


def plain(**reported: object) -> Finding:
    """Give a finding whose reporter is `REPORTER`."""
    made = finding(7, f"Hello {REPORTER.upper()}, pay.", NOW, note=f"I am {REPORTER}")
    inner = replace(made.report.reported, **reported)  # type: ignore[arg-type]
    return replace(made, report=replace(made.report, reported=inner))


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("jane.doe@home.example", "j…@home.example"),
        ('"a@b"@home.example', '"…@home.example'),
        ("nobody", "n…"),
        ("", ""),
    ],
)
def test_an_address_shows_its_first_letter_and_domain(address: str, shown: str) -> None:
    assert masked_address(address) == shown


def test_no_field_keeps_the_reporters_address() -> None:
    made = plain(
        subject=f"for {REPORTER}",
        headers=(("Delivered-To", REPORTER), ("X-Odd", f"<{REPORTER}>")),
        sender=REPORTER,
    )
    made = replace(made, hidden=REPORTER, accounts=(wallet(WALLET, as_written=REPORTER),))
    assert "reporter7" in repr(made)
    assert "reporter7" not in repr(fit_to_show(made)).lower()


def test_what_is_not_an_address_of_theirs_stays() -> None:
    shown = fit_to_show(plain(reply_to="watcher@mailer.example"))
    assert shown.key == plain().key
    assert shown.report.reported.reply_to == "watcher@mailer.example"
    assert shown.verdict == plain().verdict


def test_other_recipients_of_the_blackmail_are_hidden_too() -> None:
    made = plain(to="a@home.example, Bo <bo@work.example>", headers=(("Cc", "cy@home.example"),))
    shown = fit_to_show(made).report.reported
    assert shown.to == "a…@home.example, Bo <b…@work.example>"
    assert shown.headers == (("Cc", "c…@home.example"),)


def test_an_offender_who_writes_to_himself_stays_readable() -> None:
    made = plain(sender="watcher@mailer.example", to="watcher@mailer.example")
    assert fit_to_show(made).report.reported.sender == "watcher@mailer.example"


def test_a_spoofed_sender_is_the_victim_and_hidden() -> None:
    made = plain(sender="alias@home.example", to="alias@home.example")
    spoofed = replace(made, verdict=replace(made.verdict, flags=("self-spoofed",)))
    assert fit_to_show(spoofed).report.reported.sender == "a…@home.example"


def test_a_match_within_an_address_does_not_uncover_it() -> None:
    snippet = f"to {MARK_START}reporter7{MARK_END}@{MARK_START}home{MARK_END}.example now"
    shown = mask_of(plain())(snippet)
    assert "reporter7" not in shown
    assert marked(shown) == "to <mark>r…@home.example</mark> now"


@pytest.mark.parametrize(
    "written",
    [
        "reporter7 @ home.example",
        "reporter7%40home.example",
        "reporter7&#64;home.example",
        "REPORTER7 (at) home.example",
        "reporter7 [at] home [dot] example",
        "reporter7 at home dot example",
        "reporter7\uff20home.example",
        "https://evil.example/?u=reporter7@home.example",
        "xreporter7@home.example.org",
    ],
)
def test_an_address_is_hidden_however_it_is_written(written: str) -> None:
    shown = mask_of(plain())(f"Hello {written}, pay")
    assert "eporter7" not in shown.lower()
    assert "r…@home" in shown.lower()
    assert shown.endswith(", pay")


def test_letters_that_grow_when_they_are_made_small_uncover_nothing() -> None:
    made = plain(to="İİİİx@İİ.example")
    assert mask_of(made)("pay İİİİx@İİ.example now") == "pay İ…@i̇i̇.example now"


@pytest.mark.parametrize(
    ("cut", "shown"),
    [
        ("pay, reporter7@home…", "pay, r…@home…"),
        ("pay, reporter7@…", "pay, r…@…"),
        ("…porter7@home.example pay", "…p…@home.example pay"),
        ("…mailer7@home.example pay", "…mailer7@home.example pay"),
        ("pay, other@home…", "pay, other@home…"),
        (f"pay {MARK_START}reporter7{MARK_END}@home…", f"pay {MARK_START}r…@home{MARK_END}…"),
    ],
)
def test_an_address_that_a_snippet_cuts_off_is_hidden(cut: str, shown: str) -> None:
    assert mask_of(plain())(cut).replace(MARK_END, "").replace(MARK_START, "") == shown.replace(
        MARK_END, ""
    ).replace(MARK_START, "")


def test_a_mail_to_thousands_is_masked_in_time_that_grows_with_it() -> None:
    """Counted in looks at a letter: what each address costs must not grow with their number."""
    many = ", ".join(f"v{number}@a{number}.example" for number in range(4_000))
    made = plain(to=many)
    shown = mask_of(made)("word " * 20_000 + "v77@a77.example v78@a77.example")
    assert shown.endswith("word v…@a77.example v78@a77.example")


def test_web_addresses_are_unlinked_in_every_field() -> None:
    made = plain(subject="see http://bad.example", text="https://bad.example")
    shown = fit_to_show(replace(made, text="http://bad.example"))
    assert "http" not in repr(shown)


def test_a_finding_without_addresses_is_shown_as_it_is() -> None:
    made = plain(to="undisclosed", sender="")
    bare = replace(
        made,
        text="pay",
        report=replace(made.report, reporter=replace(made.report.reporter, address="", note="")),
    )
    assert fit_to_show(bare) == bare


@pytest.mark.parametrize("odd", ["e", "@", "a@", "@b", "<>", "not an address"])
def test_an_odd_reporter_does_not_blank_the_text(odd: str) -> None:
    made = plain(to=odd)
    reporter = replace(made.report.reporter, address=odd)
    shown = fit_to_show(
        replace(made, text="see me", report=replace(made.report, reporter=reporter))
    )
    assert shown.text == "see me"
    assert odd == "@" or shown.report.reporter.address != odd
