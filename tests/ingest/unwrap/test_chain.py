"""The way from the reporter to the offender's mail is kept, each mail with its place and grade."""

from __future__ import annotations

import re

from submissions import mail, reports_of

import forwards
from casefile.report import Layer

PROVEN = (
    b"Received: from a.example by mx.example; Tue, 4 Nov 2025 08:15:02 +0100\r\n"
    b"DKIM-Signature: v=1; d=offender.example\r\n"
)
BAD = (
    b"From: Nobody <nobody@offender.example>\r\nTo: ann@reporter.example\r\nSubject: Hi\r\n"
    b"Message-ID: <a1@offender.example>\r\nDate: Tue, 04 Nov 2025 08:15:00 +0100\r\n\r\n"
    b"I switched your camera on.\r\nSend 650 dollars to my wallet.\r\n"
)


def chain(raw: bytes) -> tuple[Layer, ...]:
    return reports_of(raw)[0].unwrapping.chain


def at(raw: bytes, place: str) -> bytes:
    """Give the bytes that a place names."""
    found = re.search(r"bytes (\d+)-(\d+)", place)
    assert found is not None, place
    return raw[int(found[1]) : int(found[2])]


def test_an_attached_original_is_graded_by_what_can_be_checked() -> None:
    for head, grade in ((PROVEN, "original"), (b"", "attached")):
        raw = forwards.attached(head + BAD, reporter="sam@reporter.example", to="r@f.example")
        (layer,) = chain(raw)
        assert layer.grade == grade
        assert layer.message_id == "<a1@offender.example>"
        assert at(raw, layer.place).strip() == (head + BAD).strip()


def test_an_inline_forward_is_a_clients_word_and_its_lines_are_named() -> None:
    raw = forwards.gmail(BAD, reporter="sam@reporter.example", to="r@f.example", note="Look")
    (layer,) = chain(raw)
    assert (layer.grade, layer.client) == ("inline", "gmail")
    first, end = (int(it) for it in re.findall(r"lines (\d+)-(\d+)", layer.place)[0])
    text = at(raw, layer.place).decode().replace("\r\n", "\n").split("\n")
    assert text[first - 1] == "---------- Forwarded message ---------"
    assert text[end].startswith("I switched")


def test_a_forward_of_a_forward_keeps_everybody_on_the_way() -> None:
    middle = forwards.gmail(BAD, reporter="ann@reporter.example", to="sam@reporter.example")
    raw = forwards.attached(PROVEN + middle, reporter="sam@reporter.example", to="r@f.example")
    layers = chain(raw)
    assert [layer.grade for layer in layers] == ["original", "inline"]
    assert [layer.sender for layer in layers] == [
        "ann@reporter.example",
        "Nobody <nobody@offender.example>",
    ]
    assert layers[1].place.startswith(f"{layers[0].place} > part 1")


def test_blocks_within_blocks_are_all_kept() -> None:
    inner = (
        "From: nobody@offender.example\nTo: ann@reporter.example\nSubject: Hi\n\nPay 650 dollars"
    )
    body = (
        f"From: ann@reporter.example\nTo: sam@reporter.example\nSubject: FW: Hi\n\nSam?\n\n{inner}"
    )
    layers = chain(mail(body))
    assert [layer.sender for layer in layers] == ["ann@reporter.example", "nobody@offender.example"]


def test_a_copied_text_is_nobodys_word() -> None:
    body = "I received this today.\n\nI recorded you. Send 650 dollars in bitcoin to my wallet."
    (layer,) = chain(mail(body, subject="help"))
    assert (layer.grade, layer.sender) == ("pasted", "")
