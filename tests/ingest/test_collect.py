from __future__ import annotations

import inspect
import io
import os
import socket
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingest import collect
from ingest.collect import Item, count, gather, source_envelope

LINE = b"From reporter@post.example Tue Nov 24 16:30:00 2026\n"
MAIL = b"Subject: one\r\n\r\nwords\r\n"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and more"


def write(path: Path, content: bytes = MAIL) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_a_file_is_one_item_with_its_bytes_as_they_are(tmp_path: Path) -> None:
    path = write(tmp_path / "a.eml", bytes(range(256)))
    assert list(gather([path])) == [Item(str(path), bytes(range(256)), "")]
    assert list(gather([str(path)])) == [Item(str(path), bytes(range(256)), "")]


def test_an_empty_file_is_an_empty_mail(tmp_path: Path) -> None:
    path = write(tmp_path / "empty", b"")
    assert list(gather([path, tmp_path])) == [Item(str(path), b"", "")] * 2


def test_an_mbox_is_numbered_from_one(tmp_path: Path) -> None:
    path = write(tmp_path / "inbox", (LINE + MAIL + b"\r\n") * 12)
    items = list(gather([path]))
    assert [item.source for item in items] == [f"{path}#{number}" for number in range(1, 13)]
    assert {item.raw for item in items} == {MAIL}


def test_an_mbox_of_one_mail_is_an_mbox_but_an_eml_file_is_a_mail(tmp_path: Path) -> None:
    inbox = write(tmp_path / "inbox", LINE + MAIL)
    mail = write(tmp_path / "mail.EML", LINE + MAIL)
    assert list(gather([inbox])) == [Item(f"{inbox}#1", MAIL, "")]
    assert list(gather([mail])) == [Item(str(mail), LINE + MAIL, "")]


def test_a_large_mbox_is_not_held_in_memory(tmp_path: Path) -> None:
    """200 MiB of mails under a limit of 150 MiB to the whole process, program and all."""
    inbox = tmp_path / "inbox"
    with inbox.open("wb") as stream:
        for _ in range(100):
            stream.write(LINE + b"Subject: x\n\n" + (b"y" * 1023 + b"\n") * 2048 + b"\n")
    program = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (150 << 20,) * 2)\n"
        "from ingest.collect import gather\n"
        "print(sum(len(item.raw) > 2 << 20 for item in gather(sys.argv[1:])))"
    )
    run = subprocess.run(
        [sys.executable, "-c", program, str(inbox)], capture_output=True, text=True, check=True
    )
    assert run.stdout == "100\n"


def test_a_folder_is_walked_to_its_end_sorted_by_name(tmp_path: Path) -> None:
    for name in ("b.eml", "a/z.eml", "a/deep/er/c.eml", "c.msg", "no-suffix"):
        write(tmp_path / name, OLE if name.endswith("msg") else MAIL)
    write(tmp_path / "inbox", (LINE + MAIL) * 1)
    sources = [os.path.relpath(item.source, tmp_path) for item in gather([tmp_path])]
    assert sources == ["a/deep/er/c.eml", "a/z.eml", "b.eml", "c.msg", "inbox#1", "no-suffix"]


def test_paths_come_in_the_order_given(tmp_path: Path) -> None:
    second, first = write(tmp_path / "a.eml"), write(tmp_path / "b.eml")
    assert [item.source for item in gather([first, second])] == [str(first), str(second)]


def test_a_maildir_gives_what_was_delivered_and_its_subfolders(tmp_path: Path) -> None:
    for name in ("cur/1:2,S", "new/2", "tmp/3", ".Sent/cur/4:2,", ".Sent/new/.k", ".Sent/tmp/5"):
        write(tmp_path / name, b"no header, but delivered")
    write(tmp_path / "cur" / "0", LINE + MAIL)
    items = list(gather([tmp_path]))
    sources = [os.path.relpath(item.source, tmp_path) for item in items]
    assert sources == [".Sent/cur/4:2,", ".Sent/new/.k", "cur/0", "cur/1:2,S", "new/2"]
    assert all(not item.error for item in items)
    assert items[2].raw == LINE + MAIL


def test_what_is_no_mail_is_named_in_a_folder_and_read_when_named(tmp_path: Path) -> None:
    table = write(tmp_path / "index.tsv", b"file\tlabel\n")
    [item] = gather([tmp_path])
    assert (item.source, item.raw) == (str(table), None)
    assert "name the file by itself" in item.error
    assert list(gather([table])) == [Item(str(table), b"file\tlabel\n", "")]


@pytest.mark.parametrize("begin", [b"X-Odd : y\n", b"\r\n\nReceived:from x", b">From x\n", OLE])
def test_a_mail_in_a_folder_is_known_by_its_beginning(tmp_path: Path, begin: bytes) -> None:
    path = write(tmp_path / "42", begin)
    assert list(gather([tmp_path])) == [Item(str(path), begin, "")]


def test_each_thing_that_cannot_be_read_is_named_with_cause_and_cure(tmp_path: Path) -> None:
    write(tmp_path / "good.eml")
    (tmp_path / "nowhere.eml").symlink_to(tmp_path / "missing")
    (tmp_path / "circle.eml").symlink_to(tmp_path / "circle.eml")
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as unix:
        unix.bind(str(tmp_path / "socket"))
        errors = {Path(item.source).name: item.error for item in gather([tmp_path])}
    assert errors.pop("good.eml") == ""
    assert errors.keys() == {"nowhere.eml", "circle.eml", "loop", "pipe", "socket"}
    assert all("; " in error for error in errors.values())
    assert "look at the path" in errors["nowhere.eml"]
    assert "circle" in errors["circle.eml"]
    assert "not followed" in errors["loop"]


def test_a_missing_path_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    path = write(tmp_path / "a.eml")
    missing, item = gather([tmp_path / "missing", path])
    assert (missing.raw, item.raw) == (None, MAIL)
    assert "no such file" in missing.error
    [odd] = gather(["a\0b"])
    assert odd.error


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to become somebody else")
def test_what_may_not_be_read_is_named_with_the_right_it_lacks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "open.eml")
    write(tmp_path / "closed.eml").chmod(0o600)
    write(tmp_path / "shut" / "a.eml").parent.chmod(0o700)
    tmp_path.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    os.seteuid(65534)
    try:
        closed, read, shut = gather(["./"])
    finally:
        os.seteuid(0)
    assert (closed.source, read.source, shut.source) == ("./closed.eml", "./open.eml", "./shut")
    assert (closed.raw, read.raw, shut.raw) == (None, MAIL, None)
    assert "give this user the right" in closed.error
    assert shut.error == closed.error


def test_a_file_beyond_the_limit_is_named_and_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collect, "LARGEST", 9000)
    path = write(tmp_path / "large.eml", MAIL + b"x" * 9000)
    inbox = write(tmp_path / "inbox", LINE + MAIL + b"x" * 9000 + b"\r\n\r\n" + LINE + MAIL)
    [large] = gather([path])
    assert (large.raw, "larger than" in large.error) == (None, True)
    first, second = gather([inbox])
    assert (first.raw, second.raw, second.source) == (None, MAIL, f"{inbox}#2")


def test_a_folder_deeper_than_a_low_stack_is_walked(tmp_path: Path) -> None:
    """The interpreter's limit is lowered: a folder deeper than the usual one cannot be removed."""
    deep = write(tmp_path.joinpath(*"d" * 150, "a.eml"))
    usual = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack()) + 100)
    try:
        items = list(gather([tmp_path]))
    finally:
        sys.setrecursionlimit(usual)
    assert items == [Item(str(deep), MAIL, "")]


def test_a_name_that_is_not_utf_8_is_spelt_out(tmp_path: Path) -> None:
    Path(os.fsdecode(bytes(tmp_path) + b"/\xff.eml")).write_bytes(MAIL)
    [item] = gather([tmp_path])
    assert item.source.endswith("/\\xff.eml")
    assert item.raw == MAIL


@pytest.mark.parametrize(("content", "sources"), [(MAIL, ["-"]), (LINE + MAIL, ["-#1"])])
def test_standard_input_is_read(
    monkeypatch: pytest.MonkeyPatch, content: bytes, sources: list[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    assert count(["-"]) == 1
    assert [item.source for item in gather(["-"])] == sources


def test_a_pipe_that_is_named_is_read_and_not_used_up_by_counting(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert count([pipe]) == 1
    writer = threading.Thread(target=pipe.write_bytes, args=(MAIL,))
    writer.start()
    assert list(gather([pipe])) == [Item(str(pipe), MAIL, "")]
    writer.join()


def test_the_count_is_that_of_the_items(tmp_path: Path) -> None:
    for name in ("a.eml", "b/c.eml", "cur/1", "new/2", "tmp/3", "notes.txt"):
        write(tmp_path / name)
    write(tmp_path / "inbox", (LINE + MAIL + b"\r\n") * 30)
    (tmp_path / "nowhere").symlink_to(tmp_path / "missing")
    paths = [tmp_path, tmp_path / "missing", tmp_path / "a.eml"]
    assert count(paths) == len(list(gather(paths))) == 38


@pytest.mark.corpus
def test_the_real_mails_are_all_read(corpus: Path) -> None:
    """One Item a file at least, and bytes for each .eml."""
    items = list(gather([corpus]))
    assert {item.source.partition("#")[0] for item in items} == set(map(str, corpus.iterdir()))
    assert all(item.raw for item in items if item.source.endswith(".eml"))


def test_an_envelope_says_that_no_dialogue_was_held() -> None:
    now = datetime(2026, 11, 24, tzinfo=UTC)
    envelope = source_envelope(Item("inbox#12", b"", ""), now)
    assert (envelope.door, envelope.source, envelope.received_at) == ("collect", "inbox#12", now)
    assert (envelope.sender, envelope.recipients, envelope.client) == ("", (), "")
