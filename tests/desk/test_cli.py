"""The commands as a user types them: shapes, exit codes, errors that say how to mend."""

from __future__ import annotations

import json
import mailbox
import sqlite3
import subprocess
from pathlib import Path

import pytest
from commands import command
from composing import composer

import forwards
from casefile.reply import Answer, Limits
from desk.forms import open_desk
from desk.settings import load
from makers import NOON, key, triaged
from samples.forwards_sent import FORCE
from samples.originals import BLUFF_EN, WALLET_EN, mail

SHAPE = {
    "source",
    "unwrap",
    "reporter",
    "reported",
    "accounts",
    "contacts",
    "demand",
    "secrets",
    "language",
    "verdict",
    "wording",
    "version",
    "reply",
    "defects",
}


def run(*words: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run a command to its end."""
    done = command(*words, given=given)
    out, errors = done.stdout.encode(), done.stderr.encode()
    return subprocess.CompletedProcess(done.args, done.returncode, out, errors)


def rows(done: subprocess.CompletedProcess[bytes]) -> list[dict[str, object]]:
    """Give what a command printed as JSON."""
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def bluff() -> bytes:
    """Give a blackmail mail as it came."""
    text = BLUFF_EN.format(name="Sam", password="tulip77", amount="1,400", wallet=WALLET_EN)
    return mail(text, subject="hello")


@pytest.fixture
def folder(tmp_path: Path, bluff: bytes) -> Path:
    """Give a folder of mails in several forms."""
    place = tmp_path / "mails"
    place.mkdir()
    (place / "a.eml").write_bytes(bluff)
    other = bluff.replace(b"tulip77", b"rose-88").replace(b"Sam", b"Alex")
    (place / "b.eml").write_bytes(
        forwards.gmail(other, reporter="alex@reporter.example", to=FORCE, note="Is it real?")
    )
    box = mailbox.mbox(place / "old.mbox")
    for subject in ("one", "two"):
        letter = f"Hello there, this is letter {subject}, an ordinary one.\n"
        box.add(mail(letter, subject=subject))
    box.close()
    return place


def test_inspect_gives_one_shape_a_mail_and_keeps_nothing(folder: Path, tmp_path: Path) -> None:
    """Two wordings alike share their id; each mail of an mbox is named; no data folder is made."""
    done = run("inspect", str(folder), "--json", f"--data={tmp_path / 'none'}")
    shapes = rows(done)

    assert done.returncode == 0
    assert [Path(str(it["source"])).name for it in shapes] == [
        "a.eml",
        "b.eml",
        "old.mbox#1",
        "old.mbox#2",
    ]
    assert all(set(it) >= SHAPE for it in shapes)
    first, second, third, _ = shapes
    assert first["wording"] == second["wording"] is not None
    assert third["wording"] != first["wording"]
    assert first["accounts"][0]["value"] == WALLET_EN  # type: ignore[index]
    assert second["reporter"] == {
        "address": "alex@reporter.example",
        "note": "Is it real?",
        "subject": "",
        "below": "",
    }
    assert "tulip77" not in done.stdout.decode()
    assert not (tmp_path / "none").exists()


def test_inspect_does_not_count_our_own_words() -> None:
    """They speak of children, of harm and of money; who quotes them has said none of that."""
    below = "\n".join(f"> {line}" for line in composer().preview("young", "both").split("\n"))
    mail = f"From: sam@reporter.example\nSubject: Re: your mail\n\nThank you.\n\n{below}\n"
    (shape,) = rows(run("inspect", "-", "--json", given=mail.encode()))

    assert shape["verdict"]["flags"] == []  # type: ignore[index]


def test_inspect_reads_standard_input(bluff: bytes) -> None:
    """`-` is the mail that is piped in."""
    (shape,) = rows(run("inspect", "-", "--json", given=bluff))

    assert shape["source"] == "-"
    assert shape["verdict"]["kind"] == "webcam-bluff"  # type: ignore[index]


def test_inspect_leaves_an_older_record_alone_and_says_how_to_mend(
    bluff: bytes, tmp_path: Path
) -> None:
    """Beside the first desk's record it says what to run; after that it reads what is there."""
    place = tmp_path / "record.sqlite"
    first = sqlite3.connect(place)
    first.execute("PRAGMA journal_mode=WAL")  # as every desk does
    first.executescript((Path(__file__).parent / "first_record.sql").read_text())
    first.close()
    before, data = place.read_bytes(), f"--data={tmp_path}"
    refused = run("inspect", "-", data, given=bluff)

    assert refused.returncode == 2
    assert b"older desk" in refused.stderr
    assert b"`desk migrate`" in refused.stderr
    assert place.read_bytes() == before
    assert run("migrate", data).returncode == 0
    (shape,) = rows(run("inspect", "-", "--json", data, given=bluff))
    assert shape["verdict"]["kind"] == "webcam-bluff"  # type: ignore[index]


def test_what_cannot_be_read_is_named_and_the_rest_done(folder: Path) -> None:
    """A missing file ends with 1, is named on standard error, and has its own object."""
    done = run("inspect", "/nowhere/x.eml", str(folder / "a.eml"), "--json")

    assert done.returncode == 1
    assert b"/nowhere/x.eml" in done.stderr
    assert len(rows(done)) == 2


def test_collect_counts_new_known_and_unreadable(folder: Path, tmp_path: Path) -> None:
    """A second run finds everything known; nobody is answered; the lists show the findings."""
    data = f"--data={tmp_path / 'data'}"
    first = run("collect", str(folder), data)
    second = run("collect", str(folder), "/nowhere/x.eml", data)
    findings, replies = rows(run("findings", "--json", data)), rows(run("replies", "--json", data))

    assert b"4 new, 0 known, 0 unreadable" in first.stdout, first.stderr
    assert b"0 new, 4 known, 1 unreadable" in second.stdout
    assert (first.returncode, second.returncode) == (0, 1)
    assert len(findings) == 4
    assert {row["state"] for row in replies} == {"imported"}
    assert list((tmp_path / "data" / "outbox").glob("*.eml")) == []
    assert run("replay", data).stdout == b"4 submissions, 4 findings in the index\n"
    assert b"the chain holds" in run("journal", "verify", data).stdout


@pytest.mark.parametrize("kind", ["bluff", "general", "young", "distress"])
def test_a_reply_can_be_seen_before_anybody_gets_it(kind: str) -> None:
    """Every kind has a preview in both languages."""
    done = run("reply-preview", "--kind", kind, "--language", "both")

    assert done.returncode == 0, done.stderr
    assert len(done.stdout.decode()) > 200


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("findings", "--port", "1"), 2, b"No such option"),
        (("campaign", "C-999"), 1, b"C-999"),
        (("reply-preview", "--kind", "nonsense"), 2, b"nonsense"),
        (("reply-preview", "--kind", "general", "--language", "xx"), 2, b"xx"),
        (("serve", "--port", "eighty"), 2, b"--port"),
        (("serve", "--host", "0.0.0.0"), 2, b"DESK_RECIPIENTS"),
        (("serve", "--profile", "/nowhere.toml"), 2, b"/nowhere.toml"),
        (("findings", "--data", "/proc/nowhere"), 2, b"DESK_DATA"),
    ],
)
def test_errors_end_with_their_code_and_say_what_is_wrong(
    words: tuple[str, ...], code: int, said: bytes, tmp_path: Path
) -> None:
    """No traceback reaches the user, and the message names what to mend."""
    data = [] if "--data" in words or "reply-preview" in words else [f"--data={tmp_path}"]
    done = run(*words, *data)

    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert b"Traceback" not in done.stderr


def test_check_is_red_while_nobody_is_on_call(tmp_path: Path) -> None:
    """Each line has a verdict, and an unknown variable is found out."""
    done = run("check", f"--data={tmp_path}")

    assert done.returncode == 2
    assert b"BAD   paging" in done.stdout
    assert b"OK    record" in done.stdout
    # What must be mended stands first; what many facts have in common is said once.
    assert done.stdout.startswith(b"BAD   paging")
    assert done.stdout.count(b"profile:") <= 8
    assert b"draft, for the force's translation unit: cy/crisis-distress.txt, " in done.stdout


def test_a_reference_finds_the_report_and_what_followed_it(tmp_path: Path) -> None:
    """However it is written; of a text that is both main and part, one is shown."""
    desk = open_desk(load({"data": tmp_path}, {"DESK_MIN_FREE": "0"}, tmp_path))
    desk.record.receive([key(1), key(2), key(3)], NOON)
    desk.record.triaged([triaged(key(it)) for it in (1, 2, 3)], NOON)
    desk.record.follow(key(3), key(1))
    young = Answer(main="young", parts=("young",), alert=True)
    claim = desk.ledger.claim(key(1), "sam@reporter.example", young, Limits(), NOON)
    desk.close()

    found = rows(run("search", claim.decision.reference.lower(), "--json", f"--data={tmp_path}"))
    assert [it["key"] for it in found] == [f"{key(1)}-1", f"{key(3)}-1"]
    assert b"  young  " in run("replies", f"--data={tmp_path}").stdout


def test_migrate_says_what_it_would_do_and_does_it(tmp_path: Path) -> None:
    """A dry run changes nothing; afterwards nothing is pending."""
    would = run("migrate", "--dry-run", f"--data={tmp_path}").stdout
    did = run("migrate", f"--data={tmp_path}").stdout
    again = run("migrate", f"--data={tmp_path}").stdout

    assert b"would take step 0001" in would
    assert b"taking step 0001" in did
    assert again == b"0 steps taken, the record is as it was\n"
