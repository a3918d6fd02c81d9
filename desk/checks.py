"""`desk check`: each thing that can be wrong before anybody writes in, and how to mend it."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from casefile.errors import DeskError, TryLater
from desk.benign import benign_accounts
from desk.checks_sending import check_sending
from desk.checks_watching import check_watching
from desk.copies import counted
from desk.forms import open_desk
from desk.mailbox import mailbox_of
from desk.oncall import is_paged
from desk.rooms import Desk
from desk.settings import SETTINGS, Settings, authentication, is_loopback
from desk.verdict import Verdict
from ingest.authentic.resolver import Resolver

#: `force.toml: section.name is ...`, or `cy/foot.txt: draft ...`.
_ONE_OF_MANY = re.compile(r"(?:\S+\.toml: )?([\w./-]+):? (.+)", re.DOTALL)


def run_checks(settings: Settings) -> Iterator[Verdict]:
    """Give a verdict for each thing, in the order in which one would mend them."""
    yield from _environment()
    try:
        desk = open_desk(settings)
        yield from _servers(desk)
        yield from _data(desk)
        yield from _door(settings)
        yield from _mailbox(settings)
        yield from _profile(desk)
        yield from check_sending(desk)
        yield from check_watching(desk)
        yield from _benign(desk)
    except DeskError as error:
        yield Verdict(level="bad", what="settings", text=str(error))
    yield _paging(settings)


def _environment() -> Iterator[Verdict]:
    known = {setting.variable for setting in SETTINGS} | {"DESK_CORPUS"}
    for name in sorted(set(os.environ) - known):
        if name.startswith("DESK_"):
            text = f"{name} is set, but there is no such setting; `desk settings` lists them"
            yield Verdict(level="bad", what="settings", text=text)
    yield Verdict(level="ok", what="settings", text="they fit together")


def _servers(desk: Desk) -> Iterator[Verdict]:
    for what, trouble in desk.servers():
        yield Verdict(level="bad" if trouble else "ok", what=what, text=trouble or "it answers")


def _data(desk: Desk) -> Iterator[Verdict]:
    stages = ", ".join(f"{count} {stage}" for stage, count in sorted(desk.record.counts().items()))
    yield Verdict(level="ok", what="record", text=stages or "empty")
    indexed, kept = desk.index.count(), sum(1 for _ in counted(desk.record.findings()))
    text = f"{indexed} of {kept} findings"
    if indexed == kept:
        yield Verdict(level="ok", what="index", text=text)
    else:
        yield Verdict(level="bad", what="index", text=f"{text}; run `desk replay`")
    damaged = sum(1 for _ in desk.spool.quarantined())
    if damaged:
        text = f"{damaged} submissions are damaged; compare the disk with a backup"
        yield Verdict(level="bad", what="spool", text=text)
    wrong = desk.journal.verify()
    if wrong is not None:
        yield Verdict(level="bad", what="journal", text=f"entry {wrong} is the first wrong one")
    free = shutil.disk_usage(desk.settings.data).free
    if free < desk.settings.min_free:
        text = f"{free >> 20} MiB free, {desk.settings.min_free >> 20} MiB wanted: mail is put off"
        yield Verdict(level="bad", what="disk", text=text)
    else:
        yield Verdict(level="ok", what="disk", text=f"{free >> 20} MiB free")


def _door(settings: Settings) -> Iterator[Verdict]:
    if settings.recipients:
        text = f"takes mail for {len(settings.recipients)} addresses"
        yield Verdict(level="ok", what="door", text=text)
    else:
        text = "takes mail for any address, as it listens on this machine only"
        yield Verdict(level="note", what="door", text=text)
    if not is_loopback(settings.host):
        text = "nobody from outside has attacked this door yet: have your mail server in front"
        yield Verdict(level="bad", what="door", text=text)
    if not is_loopback(settings.console_host):
        text = "it has no accounts, and whoever reaches it reads all: publish it on loopback only"
        yield Verdict(level="bad", what="console", text=text)
    if authentication(settings) == "loopback":
        text = "loopback: senders on this machine are trusted; for trying the desk out only"
        yield Verdict(level="note", what="authentication", text=text)
    else:
        yield from _senders(settings)
    if settings.domain.endswith(".invalid"):
        text = "DESK_DOMAIN is not set: replies name a domain that does not exist"
        yield Verdict(level="note", what="domain", text=text)


def _senders(settings: Settings) -> Iterator[Verdict]:
    resolver = Resolver(settings.nameservers)
    try:
        resolver.open()
        resolver.begin().ask(settings.domain, "MX")
    except TryLater:
        text = "DNS has no answer: nobody can be proven, so nobody is answered; check the resolver"
        yield Verdict(level="bad", what="authentication", text=text)
    else:
        text = "required: a sender is proven by SPF or DKIM with DMARC before anything is answered"
        yield Verdict(level="ok", what="authentication", text=text)
    if settings.authserv_id:
        text = f"mail over LMTP is judged by what {settings.authserv_id} says of it alone"
        yield Verdict(level="note", what="authentication", text=text)


def _mailbox(settings: Settings) -> Iterator[Verdict]:
    if not settings.mailbox_url:
        return
    for name in ("mailbox_password_file", "mailbox_token_file"):
        path = Path(getattr(settings, name) or os.devnull)
        if path.is_file() and path.stat().st_mode & 0o007:
            text = f"anybody on this machine may read the file of DESK_{name.upper()}: chmod 600"
            yield Verdict(level="note", what="mailbox", text=text)
    try:
        done, _ = mailbox_of(settings).look()
        yield Verdict(level="ok", what="mailbox", text=f"{done.found} mails to collect")
    except TryLater as error:
        yield Verdict(level="bad", what="mailbox", text=str(error))


def _profile(desk: Desk) -> Iterator[Verdict]:
    yield Verdict(level="ok", what="profile", text=str(desk.settings.profile))
    alike: dict[tuple[bool, str], list[str]] = {}
    for level, text in desk.composer.problems():
        # While replies are files, an unproven fact is left out and harms nobody.
        bad = level == "error" and bool(desk.settings.smarthost)
        which, what = _which(text)
        alike.setdefault((bad, what), []).append(which)
    for (bad, what), names in alike.items():
        text = f"{what}: {', '.join(names)}"
        yield Verdict(level="bad" if bad else "note", what="profile", text=text)


def _which(text: str) -> tuple[str, str]:
    """Tell which fact or text a problem is about, and what is wrong: many have the same."""
    found = _ONE_OF_MANY.match(text)
    return (found[1], found[2]) if found else (text, "see")


def _benign(desk: Desk) -> Iterator[Verdict]:
    if desk.settings.benign:
        count = len(benign_accounts(desk.settings.benign))
        yield Verdict(level="ok", what="benign accounts", text=f"{count} that link no campaigns")


def _paging(settings: Settings) -> Verdict:
    if is_paged(settings):
        ways = ("mail" if settings.oncall and settings.smarthost else "", "webhook")
        said = " and ".join(filter(None, ways if settings.alert_webhook else ways[:1]))
        return Verdict(level="ok", what="paging", text=f"somebody on call is told by {said}")
    text = "nobody is on call: danger is written to DATA/alerts only; have that folder watched"
    if settings.oncall:
        text = "DESK_ONCALL is mailed through DESK_SMARTHOST, which is not set: so " + text
    return Verdict(level="bad", what="paging", text=text)
