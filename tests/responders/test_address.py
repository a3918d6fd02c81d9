"""Which addresses the desk may write to."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from responders.address import addresses_in, alias_root, domain_of, is_strict, same_mailbox


@pytest.mark.parametrize(
    "address",
    [
        "sam@reporter.example",
        "s.a-m+tag@a.b.example",
        "o'neil@reporter.example",
        "x@xn--bcher.example",
    ],
)
def test_a_plain_address_may_be_written_to(address: str) -> None:
    assert is_strict(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "sam",
        "sam@",
        "@reporter.example",
        "sam@localhost",
        "sam@[127.0.0.1]",
        '"sam b"@reporter.example',
        "sam@reporter.example\n",
        "sam@reporter.example\r\nBcc: x@evil.example",
        "sam@reporter.example ",
        "sám@reporter.example",
        "sam@réporter.example",
        ".sam@reporter.example",
        "sam.@reporter.example",
        "s..am@reporter.example",
        "sam@-reporter.example",
        "sam@reporter-.example",
        "sam@reporter..example",
        "sam@reporter.example.",
        "sam@evil@reporter.example",
        "<sam@reporter.example>",
        "sam@reporter.example,x@evil.example",
        "=?utf-8?q?sam=0D=0A?=@reporter.example\x00",
        "s" * 65 + "@reporter.example",
        "sam@" + "a." * 130 + "example",
    ],
)
def test_anything_but_a_plain_address_is_never_written_to(address: str) -> None:
    assert not is_strict(address)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40), st.text(max_size=40))
def test_what_is_strict_needs_no_escaping_in_a_header(local: str, domain: str) -> None:
    address = f"{local}@{domain}.example"
    if is_strict(address):
        assert address.isascii()
        assert address.isprintable()
        assert not set(' "(),:;<>[\\]') & set(address)


def test_one_mailbox_whatever_the_case_of_its_letters() -> None:
    assert same_mailbox("Sam@Reporter.Example", "sam@reporter.example")
    assert not same_mailbox("sam@reporter.example", "sam+x@reporter.example")


def test_an_alias_leads_to_its_mailbox() -> None:
    assert alias_root("Sam+shop@reporter.example") == "sam@reporter.example"
    assert alias_root("s.a.m@googlemail.com") == alias_root("sam+x@gmail.com")
    assert alias_root("s.am@reporter.example") != alias_root("sam@reporter.example")


def test_addresses_are_found_in_a_header_of_any_shape() -> None:
    text = 'Sam <SAM@reporter.example>, "x" <a@b.example>; mailto:c@d.example.'

    assert addresses_in(text) == {"sam@reporter.example", "a@b.example", "c@d.example"}


def test_a_domain_is_given_in_lower_case() -> None:
    assert domain_of("sam@Reporter.EXAMPLE") == "reporter.example"
    assert domain_of("sam") == ""
