"""A mailbox on a real Dovecot: what comes is safe before it is marked, none is passed over."""

from __future__ import annotations

import os
import resource
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest import mailbox_session as said
from ingest.collect import Item, source_envelope
from ingest.mailbox import Collected
from ingest.spool import DirectorySpool
from makers import NOON
from services.dovecot import NOBODY, Dovecot, needs_dovecot, running_dovecot
from services.visitor import MAILS, Visitor

pytestmark = needs_dovecot

MARKED = {"\\Seen", said.KEYWORD}


@pytest.fixture
def case(dovecot: Dovecot, tmp_path: Path) -> Visitor:
    return Visitor(dovecot, f"{uuid.uuid4().hex}@force.example", tmp_path)


@pytest.mark.parametrize("scheme", ["imaps", "imap+starttls", "imap"])
def test_new_mail_is_kept_to_the_byte_and_then_marked(case: Visitor, scheme: str) -> None:
    case.deliver(*MAILS)
    mailbox = case.mailbox(case.url(scheme=scheme))

    assert case.collect(mailbox) == Collected(found=3, new=3)
    assert case.kept == MAILS
    assert case.flags() == {1: MARKED, 2: MARKED, 3: MARKED}
    assert case.collect(mailbox) == Collected()
    assert case.sources[1].startswith("imap://localhost/INBOX;UIDVALIDITY=")
    assert case.sources[1].endswith("/;UID=2")
    assert "@" not in case.sources[1]


def test_nothing_is_marked_before_it_is_kept(case: Visitor) -> None:
    """While a mail is being kept another client sees neither a read mail nor a keyword."""
    case.deliver(*MAILS)
    seen: list[set[str]] = []

    def keep(raw: bytes, _: str) -> bool:
        seen.append(case.flags()[MAILS.index(raw) + 1])
        return True

    case.mailbox().collect(keep, lambda *_: None)
    assert seen == [set(), set(), set()]


def test_a_spool_that_cannot_take_it_leaves_the_mailbox_as_it_was(
    case: Visitor, tmp_path: Path
) -> None:
    """The visit says why it ended; the next one, with room, brings everything."""
    case.deliver(*MAILS)
    mailbox = case.mailbox()
    full = DirectorySpool(tmp_path / "spool", min_free=2**60)
    roomy = DirectorySpool(tmp_path / "spool", min_free=0)

    def put_into(spool: DirectorySpool) -> Collected:
        def keep(raw: bytes, source: str) -> bool:
            spool.put(raw, source_envelope(Item(source, raw, ""), NOON))
            return True

        return mailbox.collect(keep, lambda *_: None)

    done = put_into(full)
    assert (done.new, done.known) == (0, 0)
    assert "disk" in done.trouble
    assert case.flags() == {1: set(), 2: set(), 3: set()}

    assert put_into(roomy) == Collected(found=3, new=3)
    kept = [roomy.get(key) for key in roomy.keys()]  # noqa: SIM118 - a spool is no dictionary
    assert sorted(it.raw for it in kept) == sorted(MAILS)
    assert {it.envelope.door for it in kept} == {"collect"}
    assert case.flags() == {1: MARKED, 2: MARKED, 3: MARKED}


def test_what_a_person_reads_is_collected_and_what_they_delete_is_not(case: Visitor) -> None:
    """A mail that somebody opened is still new to us; one marked as deleted is theirs."""
    case.deliver(*MAILS)
    with case.dovecot.client(case.user) as client:
        client.select("INBOX")
        client.uid("STORE", "1", "+FLAGS", r"(\Seen \Answered)")
        client.uid("STORE", "2", "+FLAGS", r"(\Deleted)")

    assert case.collect(case.mailbox()) == Collected(found=2, new=2)
    assert case.kept == [MAILS[0], MAILS[2]]
    assert case.flags()[2] == {"\\Deleted"}


def test_looking_touches_nothing(case: Visitor) -> None:
    """It says how many, how large, and what would be left."""
    case.deliver(*MAILS, b"Subject: large\r\n\r\n" + b"x" * 500)
    done, volume = case.mailbox(max_size=400, done="Nowhere").look()

    assert done.found == 4
    assert volume == sum(map(len, MAILS)) + 518
    assert [it.partition(": ")[0][-6:] for it in done.left] == [";UID=4"]
    assert all(flags == set() for flags in case.flags().values())
    with case.dovecot.client(case.user) as client:
        assert client.status("Nowhere", "(MESSAGES)")[0] == "NO"


@pytest.fixture(scope="module")
def simpler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dovecot]:
    """Give a server that does not say that it can move."""
    setting = "protocol imap {\n imap_capability = IMAP4rev1 UIDPLUS\n}\n"
    with running_dovecot(tmp_path_factory.mktemp("dc"), setting) as dovecot:
        yield dovecot


@pytest.fixture(scope="module")
def simplest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dovecot]:
    """Give a server that can expunge everything or nothing."""
    setting = "protocol imap {\n imap_capability = IMAP4rev1\n}\n"
    with running_dovecot(tmp_path_factory.mktemp("dc"), setting) as dovecot:
        yield dovecot


@pytest.mark.parametrize(
    ("server", "left"),
    [
        ("dovecot", {1: {"\\Deleted"}}),
        ("simpler", {1: {"\\Deleted"}}),
        ("simplest", {1: {"\\Deleted"}, 2: {"\\Deleted"}, 3: {"\\Deleted"}}),
    ],
)
def test_mail_is_moved_and_nobody_elses_is_expunged(
    server: str, left: dict[int, set[str]], request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """By MOVE; by COPY and an EXPUNGE of that mail; or by COPY and a mark, where no more goes."""
    case = Visitor(request.getfixturevalue(server), "mover@force.example", tmp_path)
    case.deliver(*MAILS)
    with case.dovecot.client(case.user) as client:
        client.select("INBOX")
        client.uid("STORE", "1", "+FLAGS", r"(\Deleted)")
    mailbox = case.mailbox(done="Collected")

    assert case.collect(mailbox) == Collected(found=2, new=2)
    assert case.flags() == left
    assert case.flags("Collected") == {1: set(), 2: set()}
    assert case.collect(mailbox) == Collected()


def test_what_is_too_large_is_named_and_left_and_holds_nobody_up(case: Visitor) -> None:
    large = b"Subject: large\r\n\r\n" + b"x" * 5000 + b"\r\n"
    case.deliver(MAILS[0], large, MAILS[1])

    done = case.collect(case.mailbox(max_size=5000))
    assert (done.found, done.new, done.trouble) == (3, 2, "")
    assert [it for it in done.left if ";UID=2: 5020 bytes" in it] == done.left
    assert case.flags() == {1: MARKED, 2: set(), 3: MARKED}
    assert case.collect(case.mailbox(max_size=5020)) == Collected(found=1, new=1)
    assert case.kept == [MAILS[0], MAILS[1], large]


def test_a_mail_that_goes_meanwhile_is_no_trouble(case: Visitor) -> None:
    """Somebody expunges the second while the first is kept, and the third after it was kept."""
    case.deliver(*MAILS)

    def keep(raw: bytes, source: str) -> bool:
        if len(case.kept) < 2:
            with case.dovecot.client(case.user) as client:
                client.select("INBOX")
                client.uid("STORE", "3" if case.kept else "2", "+FLAGS", r"(\Deleted)")
                client.expunge()
        return case.keep(raw, source)

    done = case.mailbox().collect(keep, lambda *_: None)
    assert (done.new, done.gone, done.trouble) == (2, 1, "")
    assert case.flags() == {1: MARKED}


def test_a_folder_that_was_made_anew_is_collected_anew(case: Visitor) -> None:
    """With a new UIDVALIDITY the same UIDs are other mails."""
    path = "Forwards"
    mailbox = case.mailbox(case.url(path=path))
    for mails in (MAILS[:2], MAILS[1:]):
        with case.dovecot.client(case.user) as client:
            client.delete(path)
            client.create(path)
        case.deliver(*mails, folder=path)
        assert case.collect(mailbox) == Collected(found=2, new=2)
    assert case.kept == [*MAILS[:2], *MAILS[1:]]
    assert len(set(case.sources)) == 4


def test_a_thousand_mails_come_in_bounded_memory(case: Visitor) -> None:
    """Each once, in order; the memory in use grows by a few mails, not by a thousand."""
    case.deliver()  # the folder is made by the first login
    _ = case.flags()
    home = case.dovecot.home / "mail" / case.user / "new"
    for number in range(1000):
        file = home / f"{1_700_000_000 + number}.M{number}.host"
        file.write_bytes(b"Subject: %d\n\n" % number + b"x" * 60_000)
        os.chown(file, NOBODY, NOBODY)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    subjects: list[bytes] = []

    def keep(raw: bytes, _: str) -> bool:
        subjects.append(raw.partition(b"\r\n")[0])
        return True

    assert case.mailbox().collect(keep, lambda *_: None) == Collected(found=1000, new=1000)
    assert sorted(subjects) == sorted(b"Subject: %d" % it for it in range(1000))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000  # KiB; 60 MB came
    assert all(flags == MARKED for flags in case.flags().values())
