"""The header block has one reading, or none."""

from __future__ import annotations

import time

import pytest

from ingest.authentic.block import (
    MAX_BYTES,
    MAX_LINES,
    Misshapen,
    author,
    is_address,
    split,
    without_comments,
)

HEAD = b"From: sam@victim.org\r\nTo: report@force.example\r\n"


def test_fields_and_body_are_parted_at_the_first_empty_line() -> None:
    fields, body = split(HEAD + b"Subject: one\r\n two\r\n\r\nText\r\n\r\nmore")

    assert [it.name for it in fields] == ["from", "to", "subject"]
    assert fields[2].raw == b"Subject: one\r\n two"
    assert fields[2].text == " one two"
    assert body == b"Text\r\n\r\nmore"


@pytest.mark.parametrize("raw", [HEAD, HEAD.removesuffix(b"\r\n"), HEAD + b"\r\n"])
def test_a_mail_may_have_no_body(raw: bytes) -> None:
    fields, body = split(raw)

    assert (len(fields), body) == (2, b"")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\r\n" + HEAD,
        b" leading\r\n" + HEAD,
        b"From sam@victim.org Tue Nov 24\r\n" + HEAD,
        b"From : sam@victim.org\r\n\r\n",
        b"X: a\rFrom: sam@victim.org\r\n\r\n",
        b"X: a\nFrom: sam@victim.org\r\n\r\n",
        b"X: a\0\r\n" + HEAD,
        b"no colon here\r\n" + HEAD,
        b"\xc3\xa9: x\r\n" + HEAD,
        b": x\r\n" + HEAD,
    ],
    ids=lambda raw: repr(raw[:20]),
)
def test_what_two_parsers_could_read_in_two_ways_is_not_read(raw: bytes) -> None:
    with pytest.raises(Misshapen):
        split(raw)


@pytest.mark.parametrize(
    "raw",
    [
        HEAD + b"X: y\r\n" * MAX_LINES + b"\r\n",
        HEAD + b"X: y\r\n" * 200_000 + b"\r\n",
        HEAD + b"X: " + b"y" * MAX_BYTES + b"\r\n\r\nbody",
        HEAD + b"X: y\r\n " * 100_000 + b"\r\n\r\nbody",
        b"x" * 25_000_000,
        b"\r\n" * 12_500_000,
        b"From:" * 5_000_000,
    ],
    ids=lambda raw: f"{len(raw)} bytes",
)
def test_a_bomb_of_headers_is_refused_at_once(raw: bytes) -> None:
    begun = time.monotonic()
    with pytest.raises(Misshapen):
        author(split(raw)[0])
    assert time.monotonic() - begun < 1


@pytest.mark.parametrize(
    "value",
    [
        "sam@victim.org",
        " <sam@victim.org> ",
        "sam@victim.org <sam@victim.org>",
        "eve@evil.com < sam@victim.org >",
        "Sam Jones <sam@victim.org>",
        '"Jones, Sam" <sam@victim.org>',
        '"sam@evil.com" <sam@victim.org>',
        '"a \\" <x@evil.com> b" <sam@victim.org>',
        "sam@victim.org (Sam (the first) Jones)",
        "=?utf-8?q?Si=C3=A2n?= <sam@victim.org>",
        "Siân <sam@victim.org>",
        "Sam\r\n <sam@victim.org>",
    ],
)
def test_one_mailbox_is_found_however_it_is_dressed(value: str) -> None:
    fields, _ = split(f"From: {value}\r\n\r\n".encode())

    assert author(fields) == "sam@victim.org"


@pytest.mark.parametrize(
    "value",
    [
        "",
        "Sam",
        "sam@victim.org, eve@evil.com",
        "eve@evil.com, Sam <sam@victim.org>",
        "Jones, Sam <sam@victim.org>",
        "<sam@victim.org> <eve@evil.com>",
        "friends: sam@victim.org;",
        "sam@victim.org;",
        '"a b"@victim.org',
        "sam@[203.0.113.1]",
        "sam@localhost",
        "<@evil.com:sam@victim.org>",
        "sam@victim.org (",
        "sam@victim.org )",
        'sam@victim.org "',
        "sam@víctim.org",
        "<sam@victim.org>x",
        "x" * 5000 + " <sam@victim.org>",
    ],
)
def test_anything_else_names_nobody(value: str) -> None:
    fields, _ = split(f"From: {value}\r\n\r\n".encode())
    with pytest.raises(Misshapen):
        author(fields)


@pytest.mark.parametrize("head", [b"To: x\r\n\r\n", HEAD + b"FROM: sam@victim.org\r\n\r\n"])
def test_none_and_two_from_name_nobody(head: bytes) -> None:
    with pytest.raises(Misshapen, match="exactly one From"):
        author(split(head)[0])


def test_quotes_cannot_be_taken_for_structure() -> None:
    """What stands in quotes is masked, what stands in comments is gone."""
    plain = without_comments('mx; x="a; dmarc=pass (" (b; dkim=pass ") z')

    assert plain.count(";") == 1
    assert "dmarc=pass" not in plain
    assert "dkim" not in plain
    assert plain.endswith("z")


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("sam+tag@victim.co.uk", True),
        ("sam@" + "a" * 60 + ".org", True),
        ("sam@" + ".".join(["a" * 60] * 5), False),
        ("a" * 65 + "@victim.org", False),
        ("sam@victim", False),
        ("sam@-victim.org", False),
        ("sam@victim..org", False),
        ("", False),
    ],
)
def test_what_is_an_address(text: str, *, holds: bool) -> None:
    assert is_address(text) == holds
