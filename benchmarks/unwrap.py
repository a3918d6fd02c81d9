"""What comes out of forwards: ours beside the libraries for it, right ones counted, with the cost.

The real forwards are those of $DESK_CORPUS. The libraries are asked through the Python that
$DESK_PEERS names; what is missing is named.
"""

from __future__ import annotations

import os
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from forwarder.clients import BY_KEY
from forwarder.compose import forward
from forwarder.mails import WORDS, words_of
from forwarder.peers import PEERS, Answer, asked
from forwarder.shapes import FORCE, REPORTER, SCAM, combinations
from forwarder.verify import differences
from submissions import PASSED, reports_of, submission

from ingest.cover import cover_of
from ingest.read import read
from ingest.unwrap import unwrap
from ingest.unwrap.inline import covers, open_forwards
from ingest.unwrap.labels import FORWARD_SUBJECT, REPLY_SUBJECT

ADDRESS = re.compile(r"[^\s<>\[\]:;,\"]+@[^\s<>\[\]:;,\"]+")
FIRST, LAST = "Aenean", "Praesent ac ligula orci"
AUTHOR = "John Doe"
Row = tuple[Path, dict[str, str]]


def main() -> None:
    """Measure everything that is at hand, and say what is not."""
    place = os.environ.get("DESK_CORPUS")
    if place:
        of_texts(Path(place))
        of_mails(Path(place))
    else:
        print("DESK_CORPUS is not set: no real forwards here")
    of_forwarder()
    cost()


def rows(corpus: Path, measure: str) -> Iterator[Row]:
    """Give the files of a measure with their labels."""
    for line in (corpus / "index.tsv").read_text("utf-8").splitlines():
        name, measures, _repo, _commit, _path, label = line.split("\t")
        if measures.startswith(measure):
            pairs = (pair.split("=", 1) for pair in label.split(";") if "=" in pair)
            yield corpus / name, {pair[0]: pair[1] for pair in pairs}


def of_texts(corpus: Path) -> None:
    """Print what is right of forwarded texts, ours and the peers', then of the other texts."""
    texts = list(rows(corpus, "unwrap_text"))
    bodies = [it for it in texts if it[1].get("kind") == "body"]
    forwarded = [it for it in bodies if it[1]["forwarded"] == "1"]
    print(f"{len(forwarded)} forwarded texts")
    print(f"{'':24}{'found':>8}{'sender':>8}{'subject':>8}{'body':>8}{'kept':>8}{'ms':>8}")
    wrong = table("ours", forwarded, [ours(path) for path, _ in forwarded])
    for peer in PEERS:
        table(peer, forwarded, asked(peer, [path.read_text("utf-8") for path, _ in forwarded]))
    listed("not right", wrong)
    others = [path for path, label in bodies if label["forwarded"] != "1"]
    counted(f"{len(others)} that are no forwards keep their words", lost(others), len(others))
    lines = [it for it in texts if it[1].get("kind") == "subject"]
    missed = [path.name for path, label in lines if not recognised(path, label)]
    counted(f"{len(lines)} subject lines are recognised", missed, len(lines))


def ours(path: Path) -> Answer:
    """Give what ours makes of a text, in the peers' form."""
    lines = path.read_text("utf-8").split("\n")
    start = time.perf_counter()
    forwards = open_forwards(lines, ())
    spent = 1000 * (time.perf_counter() - start)
    if len(forwards) != 1 or not covers(forwards, len(lines)):
        return {"found": False, "sender": "", "subject": "", "body": "", "note": "", "ms": spent}
    (opened,) = forwards
    blocks = [line for span in opened.spans for line in lines[span.start : span.end]]
    return {
        "found": True,
        "sender": opened.inner.fields.get("from", ""),
        "subject": opened.inner.fields.get("subject", ""),
        "body": "\n".join(opened.body),
        "note": "\n".join(opened.note),
        "whole": "\n".join(blocks),
        "ms": spent,
    }


def table(name: str, forwarded: list[Row], answers: list[Answer] | None) -> list[str]:
    """Print a row of the table. Gives the names of what is not right in every column."""
    if answers is None:
        print(f"{name:24}not installed")
        return []
    right: Counter[str] = Counter()
    wrong = []
    for (path, label), answer in zip(forwarded, answers, strict=True):
        said = {
            "found": answer["found"],
            "sender": AUTHOR in answer["sender"],
            "subject": not answer["subject"] or label["orig_subject"] in answer["subject"],
            "body": answer["body"].strip().startswith(FIRST) and LAST in answer["body"],
            "kept": kept(path.read_text("utf-8"), answer),
        }
        right.update(column for column, good in said.items() if good)
        if not all(said.values()):
            wrong.append(f"{path.name}: {', '.join(it for it, good in said.items() if not good)}")
    spent = sum(answer["ms"] for answer in answers) / len(answers)
    cells = (right[it] for it in ("found", "sender", "subject", "body", "kept"))
    print(f"{name:24}", *(f"{cell:>7}" for cell in cells), f"{spent:7.2f}")
    return wrong


def kept(text: str, answer: Answer) -> bool:
    """Tell whether note, header block and body are the whole input.

    Peers give no header block: of theirs, the body's last words and the note are looked for.
    """
    if "whole" in answer:
        return words_of(text) == words_of(answer["whole"])
    return LAST in answer["body"] and bool(answer["found"])


def lost(paths: Iterable[Path]) -> list[str]:
    """Name the texts whose words are not all in what is reported."""
    names = []
    for path in paths:
        text = path.read_text("utf-8")
        head = b"From: sam@reporter.example\r\nSubject: Re: hello\r\n"
        head += b"Content-Type: text/plain; charset=utf-8\r\n\r\n"
        (report,) = reports_of(head + text.encode())
        reported = report.reported
        said = (report.reporter.note, str(reported))
        lines = text.split("\n")
        blocks = [span for opened in open_forwards(lines, ()) for span in opened.spans]
        head_lines = [
            it for span in blocks if span.what == "block" for it in lines[slice(*span[1:])]
        ]
        found = set(re.findall(r"\w{4,}", " ".join((*said, *head_lines))))
        if set(re.findall(r"\w{4,}", text)) - found:
            names.append(path.name)
    return names


def recognised(path: Path, label: dict[str, str]) -> bool:
    """Tell whether a subject line is taken for what its label says."""
    line = path.read_text("utf-8").strip()
    forwarded = bool(FORWARD_SUBJECT.match(line))
    if label["forwarded"] == "1":
        return forwarded
    return not forwarded and bool(REPLY_SUBJECT.match(line) or True)


def of_mails(corpus: Path) -> None:
    """Print what is right of whole forwards, and which odd mails stop the reader."""
    mails = list(rows(corpus, "unwrap_mime"))
    labelled = [it for it in mails if "orig_from" in it[1]]
    wrong: dict[str, list[str]] = {"sender": [], "subject": []}
    for path, label in labelled:
        raw = path.read_bytes()
        report = reports_of(raw, sender=read(raw).authors[0].address)[0]
        addresses = ADDRESS.findall(label["orig_from"]) or [label["orig_from"]]
        if not all(it in report.reported.sender for it in addresses[-1:]):
            wrong["sender"].append(path.name)
        if words_of(report.reported.subject) != words_of(label["orig_subject"]):
            wrong["subject"].append(path.name)
    for what, names in wrong.items():
        counted(f"{len(labelled)} labelled mails give the {what}", names, len(labelled))
    for path, label in mails:
        if "orig_from" not in label:
            raw = path.read_bytes()
            report = reports_of(raw, sender=read(raw).authors[0].address)[0]
            print(f"  without a label: {path.name}: {report.unwrapping.how}")
    odd = [path for path, _ in rows(corpus, "parser_robustness")]
    start = time.perf_counter()
    silent = [path.name for path in odd if not reports_of(path.read_bytes())]
    counted(f"{len(odd)} odd mails give a report", silent, len(odd))
    print(f"  in {time.perf_counter() - start:.1f} s")


def of_forwarder() -> None:
    """Print how many of our own combinations come out as they went in."""
    wrong = []
    total = 0
    for shape in combinations():
        total += 1
        report = reports_of(shape.raw())[0]
        if differences(report, shape.original, shape.client, shape.note):
            wrong.append(shape.name)
    counted(f"{total} forwards of our own come out whole", wrong, total)


def cost() -> None:
    """Print what a forward of 4 kB costs: the least of many runs, in milliseconds."""
    print(f"\n{'ms for a forward of 4 kB':24}{'bytes':>8}{'read':>8}{'unwrap':>8}{'text':>8}")
    for key in ("gmail", "outlook-web", "apple-mail", "thunderbird"):
        for views in ("plain", "both"):
            raw = sized(key, views)
            message = read(raw)
            came = submission(raw)
            cover = cover_of(came, message, PASSED)
            lines = "".join(part.text or "" for part in message.parts[:1]).split("\n")
            spent = (
                least(lambda raw=raw: read(raw)),
                least(lambda it=(came, message, cover): unwrap(*it)),
                least(lambda lines=lines: open_forwards(lines, ())),
            )
            print(f"{key + ' ' + views:24}{len(raw):>8}", *(f"{ms:7.2f}" for ms in spent))


#: What makes a mail longer, as such mails are: the text of `SCAM` has lines like header lines.
PROSE = (
    "\n\nMy program has copied everything that is on your telephone, your letters and the names\n"
    "of all to whom you write. It was quiet all the time and nobody noticed. You may change what\n"
    "you like now, it is too late for that. I do not want to be paid more than once."
)


def sized(key: str, views: str) -> bytes:
    """Give a forward of about 4 kB in all."""
    text = SCAM.text
    while True:
        original = replace(SCAM, text=text)
        raw = forward(
            original,
            BY_KEY[key],
            WORDS["en"],
            reporter=REPORTER,
            to=FORCE,
            views=views,  # type: ignore[arg-type]
            note="Is it real?",
            encoding="8bit",
        )
        if len(raw) >= 4096:
            return raw
        text += PROSE


def least(act: Callable[[], object], runs: int = 60) -> float:
    """Give the least of several runs in milliseconds of this process's time."""
    best = float("inf")
    for _ in range(runs):
        start = time.process_time()
        act()
        best = min(best, time.process_time() - start)
    return 1000 * best


def counted(what: str, wrong: list[str], total: int) -> None:
    """Print how many are right, and the names of those that are not."""
    print(f"{what}: {total - len(wrong)} of {total}")
    listed("  not", wrong)


def listed(what: str, names: list[str]) -> None:
    """Print names, one a line."""
    for name in names:
        print(f"{what}: {name}")


if __name__ == "__main__":
    main()
