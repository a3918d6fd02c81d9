"""Real mails: all are read, forwards opened, machines marked. Needs $DESK_CORPUS."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from submissions import PASSED, mail, reports_of, submission

import forwards
from casefile.report import Message
from ingest.cover import cover_of
from ingest.read import read
from ingest.unwrap.inline import covers, open_forwards
from ingest.unwrap.labels import FORWARD_SUBJECT
from ingest.unwrap.markup import Page

pytestmark = pytest.mark.corpus
NOTE = "Please help. Is this real?"
ADDRESS = re.compile(r"[^\s<>\[\]:;,\"]+@[^\s<>\[\]:;,\"]+")


def rows(corpus: Path, measure: str) -> Iterator[tuple[Path, dict[str, str]]]:
    """Give the files of a measure with their labels."""
    for line in (corpus / "index.tsv").read_text("utf-8").splitlines():
        name, measures, _repo, _commit, _path, label = line.split("\t")
        if measures.startswith(measure):
            pairs = (pair.split("=", 1) for pair in label.split(";") if "=" in pair)
            yield corpus / name, {pair[0]: pair[1] for pair in pairs}


def words(text: str) -> str:
    return "".join(re.findall(r"\w+", text))


def shown(message: Message) -> tuple[str, str]:
    """Give the words of both views of a message."""
    bodies = [p for p in message.parts if p.text is not None and not p.filename]
    plain = "".join(p.text or "" for p in bodies if p.content_type == "text/plain")
    html = "".join(p.text or "" for p in bodies if p.content_type == "text/html")
    return words(plain), words("\n".join(Page(html).texts)) if html else ""


def test_no_real_mail_stops_the_reader(corpus: Path) -> None:
    read_ones = [read(path.read_bytes()) for path, _ in rows(corpus, "parser_robustness")]
    assert len(read_ones) > 200
    assert all(message.parts for message in read_ones)


@pytest.mark.parametrize("which", ["return path", "author"])
def test_no_bounce_or_automatic_answer_is_without_a_mark(corpus: Path, which: str) -> None:
    unmarked = []
    for path, _ in rows(corpus, "autoreply_loop"):
        raw = path.read_bytes()
        message = read(raw)
        author = message.authors[0].address if message.authors else ""
        returned = message.header("Return-Path").strip("<> ")
        sender = returned if which == "return path" else author
        if not cover_of(submission(raw, sender=sender), message, PASSED).marks:
            unmarked.append(path.name)
    assert unmarked == []


def test_real_forwards_carry_no_mark(corpus: Path) -> None:
    marked = []
    for path, _ in rows(corpus, "unwrap_mime"):
        raw = path.read_bytes()
        message = read(raw)
        author = message.authors[0].address if message.authors else "a@b.example"
        if cover_of(submission(raw, sender=author), message, PASSED).marks:
            marked.append(path.name)
    assert marked == []


def test_forwards_of_many_clients_are_opened_whole(corpus: Path) -> None:
    wrong = []
    for path, label in rows(corpus, "unwrap_text"):
        if label.get("kind") == "subject" or label["forwarded"] != "1":
            continue
        body = path.read_text("utf-8")
        (report,) = reports_of(mail(body, subject=f"Fwd: {label['orig_subject']}"))
        whole = "Praesent ac ligula orci" in report.reported.text
        clean = report.reported.text.strip().startswith("Aenean")
        named = "John Doe" in report.reported.sender
        right = report.reported.subject == label["orig_subject"]
        if not (whole and clean and named and right):
            wrong.append(path.name)
    assert wrong == []


def test_note_block_and_body_are_the_whole_of_every_text(corpus: Path) -> None:
    for path, label in rows(corpus, "unwrap_text"):
        lines = path.read_text("utf-8").split("\n")
        forwards = open_forwards(lines, ())
        if label.get("kind") == "subject":
            continue
        assert forwards or label["forwarded"] != "1", path.name
        for opened in forwards[:1]:
            assert covers(forwards, len(lines)), path.name
            assert len(forwards) == 1, path.name
            assert opened.sure, path.name
            kept = words("\n".join((*opened.note, *opened.body)))
            spans = (span for span in opened.spans if span.what != "block")
            assert kept == words("\n".join(it for s in spans for it in lines[s.start : s.end]))


def test_subject_lines_are_taken_for_what_they_are(corpus: Path) -> None:
    lines = [it for it in rows(corpus, "unwrap_text") if it[1].get("kind") == "subject"]
    wrong = [
        path.name
        for path, label in lines
        if bool(FORWARD_SUBJECT.match(path.read_text("utf-8"))) != (label["forwarded"] == "1")
    ]
    assert len(lines) == 26
    assert wrong == []


def test_real_forwards_give_the_subject(corpus: Path) -> None:
    """One label has its accents broken; the mail itself says them rightly."""
    wrong = []
    for path, label in rows(corpus, "unwrap_mime"):
        if "orig_subject" not in label:
            continue
        raw = path.read_bytes()
        report = reports_of(raw, sender=read(raw).authors[0].address)[0]
        if words(report.reported.subject) != words(label["orig_subject"]):
            wrong.append(path.name[:4])
    assert wrong == ["0999"]


def test_real_forwards_give_the_sender(corpus: Path) -> None:
    right = total = 0
    for path, label in rows(corpus, "unwrap_mime"):
        if "orig_from" not in label:
            continue
        total += 1
        raw = path.read_bytes()
        author = read(raw).authors[0].address
        report = reports_of(raw, sender=author)[0]
        wanted = ADDRESS.findall(label["orig_from"])
        right += all(address in report.reported.sender for address in wanted[-1:])
    assert total == 56
    assert right == total


@pytest.mark.parametrize(
    "compose", [forwards.attached, forwards.gmail, forwards.outlook, forwards.apple_mail]
)
def test_real_blackmail_comes_whole_out_of_every_forward(corpus: Path, compose: object) -> None:
    wrong = []
    for path, _ in rows(corpus, "wallet_extraction"):
        raw = path.read_bytes()
        original = read(raw)
        wrapped = compose(raw, reporter="sam@reporter.example", to="r@force.example", note=NOTE)  # type: ignore[operator]
        (report,) = reports_of(wrapped)
        plain, html = shown(original)
        text_whole = not plain or plain in words(report.reported.text)
        html_whole = not html or html == words("\n".join(Page(report.reported.html).texts))
        apart = NOTE not in report.reported.text + report.reported.html
        noted = report.reporter.note == NOTE and report.reported.subject == original.subject
        if not (text_whole and html_whole and apart and noted):
            wrong.append(path.name)
    assert wrong == []


def test_real_blackmail_as_a_file_is_one_direct_report(corpus: Path) -> None:
    for path, _ in rows(corpus, "wallet_extraction"):
        raw = path.read_bytes()
        (report,) = reports_of(raw, door="collect")
        assert (report.unwrapping.how, report.unwrapping.depth) == ("direct", 0), path.name
        plain, html = shown(read(raw))
        assert words(report.reported.text) == plain
        assert words("\n".join(Page(report.reported.html).texts)) == html
