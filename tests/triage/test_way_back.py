"""What was read is found again where it was written, or nothing is said of it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reported_messages import reported
from wallets import P2PKH

from triage.clean import clean
from triage.extract.accounts import find_accounts

HEAD, TAIL = P2PKH[:15], P2PKH[15:]
DECOY = '<i style="font-size:0">zzz</i>'


def written(**fields: str) -> tuple[str, str]:
    """Give the one account of a message as it was read, and what was written at its place."""
    message = reported(**fields)
    (account,) = find_accounts(clean(message).views)
    assert account.at is not None
    source = fields[next(name for name in ("html", "text", "subject") if name in fields)]
    return account.as_written, source[account.at.written_start : account.at.written_end]


@pytest.mark.parametrize(
    "before",
    [
        "",
        "\n\n",
        "caf\u00e9 \ufb01ne ",
        "a\u200bb\u200bc ",
        "x &amp; y &#8364; ",
        "\u202etac\u202c ",
    ],
    ids=ascii,
)
@pytest.mark.parametrize(
    "value",
    [
        P2PKH,
        f"{HEAD}\u200b{TAIL}",
        f"{HEAD}\u00ad\u2060{TAIL}",
        f"{HEAD[:-1]}&#{ord(HEAD[-1])};{TAIL}",
        "".join(chr(ord(sign) + 0xFEE0) for sign in P2PKH),
    ],
    ids=ascii,
)
def test_a_value_in_plain_text_is_found_where_it_was_written(before: str, value: str) -> None:
    read, stood = written(text=f"{before}Pay to my bitcoin wallet: {value} now\n")
    assert (read, stood) == (P2PKH, value)


@pytest.mark.parametrize(
    "before", ["", "<p>A &amp; b</p>\n", f"{HEAD}{DECOY}", "<!-- x --><title>t</title>"]
)
@pytest.mark.parametrize(
    "value",
    [
        P2PKH,
        f"{HEAD}<b>{TAIL[:3]}</b>{TAIL[3:]}",
        f"{HEAD}{DECOY}{TAIL}",
        f"{HEAD}<!-- no -->{TAIL}",
        f"{HEAD}&#x200b;{TAIL}",
        f"{HEAD[:-1]}&#{ord(HEAD[-1])};{TAIL}",
        "<i></i>".join(P2PKH),
    ],
    ids=range(7),
)
def test_a_value_in_markup_is_found_with_all_that_was_put_into_it(before: str, value: str) -> None:
    read, stood = written(html=f"<body>{before}<p>My wallet is {value} now</p>")
    assert (read, stood) == (P2PKH, value)


def test_a_value_that_was_spread_is_found_from_its_first_part_to_its_last() -> None:
    _, stood = written(text=f"Bitcoin wallet, part 1: {HEAD} and part 2: {TAIL}. Hurry.")
    assert stood == f"{HEAD} and part 2: {TAIL}"


def test_a_value_in_a_header_names_it() -> None:
    message = reported(subject=f"Pay {P2PKH}", text="Now.")
    (account,) = find_accounts(clean(message).views)
    assert account.at is not None
    assert account.at.place == "header Subject"
    assert account.at.written_start == len("Pay ")


PIECES = (
    "<p>",
    "</p>",
    "<b>",
    "</i>",
    "<td>",
    "<table>",
    DECOY,
    "&amp;",
    "\u200b",
    "<!-- -->",
    "x ",
)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.sampled_from(PIECES), max_size=12), st.lists(st.sampled_from(PIECES), max_size=5)
)
def test_in_broken_markup_a_place_is_right_or_not_said(before: list[str], after: list[str]) -> None:
    html = f"{''.join(before)} wallet {HEAD}<b></b>{TAIL} {''.join(after)}"
    accounts = find_accounts(clean(reported(html=html)).views)
    for account in accounts:
        assert account.at is not None
        stood = html[account.at.written_start : account.at.written_end]
        assert account.at.written_start == -1 or (stood[0], stood[-1]) == (P2PKH[0], P2PKH[-1])
