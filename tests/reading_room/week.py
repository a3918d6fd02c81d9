"""An invented week at the desk: campaigns in three languages, and people in danger."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from reading_room import texts
from reading_room.sample import Stores, answer, finding, keep, key, refuse, wallet

from casefile.casework import Case
from casefile.finding import Finding, Flag
from casefile.indicator import Indicator
from casefile.reply import Answer
from casefile.report import Attachment, Layer, Report, Unwrapping
from desk.casework import SqlCasework
from desk.hunting import Hunter
from desk.watching_book import SqlWatches
from triage.sending import sending_of

#: A submission that could not be read.
SET_ASIDE = 99
GENERAL = Answer(main="general", parts=(), alert=False, languages=("cy", "en"))
YOUNG = Answer(main="young", parts=("distress", "young"), alert=True, languages=("en", "cy"))
RECORDED = Answer(main="recorded", parts=("paid",), alert=False, languages=("en", "cy"))


def fill(stores: Stores, now: datetime) -> None:
    """Live through the week that ends now."""
    _campaigns(stores, now)
    _people(stores, now)
    _oddities(stores, now)
    _lookouts(stores, now)


def _campaigns(stores: Stores, now: datetime) -> None:
    one, two, german = (wallet(value) for value in (texts.WALLET, texts.SECOND, texts.THIRD))
    for number in range(1, 10):
        at = now - timedelta(days=7, hours=-13 * number)
        account = one if number % 3 else two
        text = texts.ENGLISH if number < 7 else texts.ENGLISH_SECOND_VERSION
        shown = text.format(wallet=account.value, password="•" * 8)
        reasons = (("claims-camera", "turned your camera on"), ("asks-coin", "in Bitcoin"))
        flags: tuple[Flag, ...] = ("personal-data",) if number % 2 else ("paid",)
        made = finding(number, shown, at, flags=flags, accounts=(account,), reasons=reasons)
        keep(stores, at, _attached(replace(made, secrets=number % 2), number))
        answer(stores, number, at + timedelta(minutes=1), GENERAL)
    for number in range(11, 15):
        at = now - timedelta(days=3, hours=-9 * (number - 10))
        shown = texts.WELSH.format(wallet=texts.WALLET)
        made = finding(
            number, shown, at, language="cy", subject="Mae gen i dy recordiad", accounts=(one,)
        )
        keep(stores, at, made)
        answer(stores, number, at + timedelta(minutes=1), GENERAL)
    for number in range(21, 26):
        at = now - timedelta(days=5, hours=-20 * (number - 20))
        shown = texts.GERMAN.format(wallet=texts.THIRD)
        made = finding(
            number,
            shown,
            at,
            language="de",
            subject="Ihr Gerät wurde übernommen",
            accounts=(german, two),
        )
        keep(stores, at, made)
        answer(stores, number, at + timedelta(minutes=1), GENERAL)


def _attached(made: Finding, number: int) -> Finding:
    """Give some findings the header of the offender's own mail, as an attachment keeps it."""
    if number not in {1, 2, 4, 5}:
        return made
    host = f"host{number % 2}.cheap-servers.example"
    address = f"203.0.113.{20 + number % 2}"
    headers = (
        ("Received", "by 2001:db8:aa::1 with SMTP id k7; Mon, 23 Nov 2026 05:12:11 +0000"),
        ("Authentication-Results", "mx.mailbox.example; spf=fail; dkim=none; dmarc=fail"),
        ("Return-Path", "<bounce@bulk-sender.example>"),
        ("Received", f"from mail.bank.example ({host} [{address}]) by mx.mailbox.example; 23 Nov"),
        ("Received", "from localhost (unknown [198.51.100.77]) by mail.bank.example; 23 Nov 2026"),
        ("X-Mailer", "PHPMailer 6.9 (https://mailer.example)"),
    )
    reported = replace(
        made.report.reported, headers=headers, date_as_written="Mon, 23 Nov 2026 08:12:10 +0300"
    )
    way = Unwrapping(how="attached", client="apple-mail", depth=1)
    report = replace(made.report, reported=reported, unwrapping=way)
    contact = Indicator(
        kind="telegram",
        value="@north_quay",
        as_written="@north_quay",
        found_in="text",
        check="unchecked",
    )
    return replace(made, report=report, sending=sending_of(report), contacts=(contact,))


def _people(stores: Stores, now: datetime) -> None:
    """Somebody of 15, somebody recorded who paid, somebody who is threatened."""
    at = now - timedelta(hours=2, minutes=20)
    young = finding(
        31,
        texts.YOUNG,
        at,
        kind="recorded-chat",
        flags=("under-18", "distress"),
        subject="You know what I have",
        note=texts.YOUNG_NOTE,
        reasons=(("age-in-note", "i am 15"), ("distress-in-note", "can not do this any more")),
    )
    keep(stores, at, young)
    answer(stores, 31, at + timedelta(minutes=1), YOUNG)
    at = now - timedelta(hours=5)
    recorded = finding(
        32,
        texts.RECORDED,
        at,
        kind="recorded-chat",
        flags=("paid", "contact-continues", "images-shared"),
        subject="Fwd: last chance",
        note="I sent the first 200 on Monday and now he wants more.",
        accounts=(wallet("0x91A4A60bAa7d61aaD5a889ee2A8823F999E8dcA4", "ethereum"),),
        reasons=(("paid-in-note", "I sent the first 200"),),
    )
    contact = Indicator(
        kind="telegram",
        value="@late_harbour",
        as_written="@late_harbour",
        found_in="text",
        check="unchecked",
    )
    files = (
        Attachment(filename="clip.mp4", content_type="video/mp4", size=4_183_220, sha256="c" * 64),
    )
    reported = replace(
        recorded.report.reported,
        attachments=files,
        message_id="<47.harbour@mailer.example>",
        headers=(
            ("Received", "from mailer.example ([192.0.2.44]) by mx.home.example; 24 Nov 2026"),
            ("From", "Late Harbour <watcher@mailer.example>"),
            ("To", recorded.report.reporter.address),
            ("X-Mailer", "harbour 3"),
        ),
    )
    report = replace(
        recorded.report, reported=reported, unwrapping=Unwrapping(how="attached", depth=1)
    )
    keep(stores, at, replace(recorded, contacts=(contact,), report=report))
    answer(stores, 32, at + timedelta(minutes=2), RECORDED, state="uncertain")
    at = now - timedelta(hours=27)
    threat = finding(
        33,
        texts.THREAT,
        at,
        kind="physical-threat",
        subject="I was paid for your street",
        reasons=(("threat-of-violence", "what I was hired to do"),),
    )
    keep(stores, at, threat, passed=False)
    refuse(
        stores, 33, at + timedelta(minutes=1), "not authenticated: the sender could not be proved"
    )


def _oddities(stores: Stores, now: datetime) -> None:
    """Bring in what a machine is unsure of, and what it could not read."""
    at = now - timedelta(hours=8)
    near = wallet(texts.NEAR_MISS, check="near-miss", as_written=f"{texts.NEAR_MISS[:20]} …")
    first = finding(41, texts.UNCLEAR, at, kind="unclear", subject="", accounts=(near,))
    second = finding(41, "See attached.", at, ordinal=2, kind="unclear", subject="Fwd: Fwd:")
    hidden = replace(first, hidden="garden weather recipe invoice garden", defects=("no-end",))
    keep(stores, at, hidden, second)
    refuse(stores, 41, at + timedelta(minutes=1), "older than 48 hours")
    at = now - timedelta(minutes=12)
    disguised = wallet(
        texts.WALLET,
        as_written=f"{texts.WALLET[:9]} {texts.WALLET[9:]}",
        steps=("joined blanks",),
        found_in="html",
    )
    text = texts.ENGLISH.format(wallet=texts.WALLET, password="•" * 8)
    reasons = (("claims-films", "two films side by side"), ("asks-coin", "in Bitcoin"))
    made = finding(51, text, at, flags=("self-spoofed",), accounts=(disguised,), reasons=reasons)
    written = text.replace(texts.WALLET, disguised.as_written).replace("camera", "c\u0430mera")
    spoofed = replace(made.report.reported, sender=made.report.reporter.address, text=written)
    keep(stores, at, replace(made, report=_forwarded_twice(replace(made.report, reported=spoofed))))
    stores.record.set_aside(
        key(SET_ASIDE), "reading it ended the worker 3 times", now - timedelta(hours=30)
    )


def _forwarded_twice(report: Report) -> Report:
    """Give the report with the mails that were passed on the way."""
    outer = Layer(
        grade="original",
        sender=report.reporter.address,
        to="reports@force.example",
        subject="Fwd: Fwd: Your account was opened",
        date="Sun, 29 Nov 2026 07:40:12 +0000",
        place="the whole mail",
        message_id="<a1@home.example>",
        client="apple-mail",
    )
    inner = Layer(
        grade="inline",
        sender=report.reported.sender,
        to=report.reported.to,
        subject=report.reported.subject,
        date=report.reported.date_as_written,
        place="part 1, lines 4-31",
        client="gmail",
        language="en",
    )
    way = Unwrapping(how="inline", client="gmail", language="en", depth=2, chain=(outer, inner))
    return replace(report, unwrapping=way)


def _lookouts(stores: Stores, now: datetime) -> None:
    """Keep a search, watch for an account and for what it finds, and hunt: one is on its way."""
    lookout = stores.errands.lookout
    lookout.kept.save("Paid in English", "flag=paid&language=en", "sgt-example", now)
    for kind, subject, target in (
        ("account", texts.WALLET, "siem"),
        ("search", "1", "team@force.example"),
    ):
        lookout.lasting.add(kind, subject, target, minutes=15, actor="sgt-example", now=now)
    lookout.lasting.saw({}, [(1, f"{key(1)}-1", "C-1"), (1, f"{key(2)}-1", "C-1")])
    lookout.lasting.form("01a2b3c4-0000-4000-8000-000000000001", now)
    for _, message in lookout.lasting.due(now):
        lookout.lasting.failed(message, "webhook siem does not take it (503)", now)
    wish = {"reason": "a tip from another force", "actor": "sgt-example", "since": None, "now": now}
    lookout.hunting.begin("your camera", "words", **wish)
    hunter = Hunter(hunts=lookout.hunting, record=stores.record, name="week", now=lambda: now)
    while hunter.step() is not None:
        pass
    lookout.hunting.begin(r"bc1q\w+", "expression", **wish)


def work(stores: Stores, now: datetime) -> None:
    """Have people take up a campaign and what stands in it, and close one; a watch lost one."""
    casework = SqlCasework(stores.engine)
    for subject, state, assigned, reason, hours in (
        ("C-1", "being-worked", "Sgt Ann Example", "asked the exchange about its wallet", 30),
        (f"{key(3)}-1", "closed", "PC Bob Example", "he has paid nothing, and changed it", 20),
        (f"{key(32)}-1", "being-worked", "PC Bob Example", "", 5),
        ("C-3", "new", "Sgt Ann Example", "looks like that of last spring", 2),
    ):
        at = now - timedelta(hours=hours)
        case = Case(
            subject=subject,
            state=state,  # type: ignore[arg-type]
            assigned=assigned,
            reason=reason,
            actor="console",
            at=at,
        )
        casework.change(case, None)
    SqlWatches(stores.engine).saw({}, [], [key(12)], now - timedelta(hours=1))
