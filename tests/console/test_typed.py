"""An account that somebody types from paper is found however it is written there."""

from __future__ import annotations

import httpx
import pytest
from reading_room import texts

from console.typed import accounts_meant, differing

GROUPS = " ".join(texts.WALLET[it : it + 4] for it in range(0, len(texts.WALLET), 4))


@pytest.mark.parametrize(
    "typed",
    [
        texts.WALLET,
        f" {texts.WALLET}. ",
        f"bitcoin:{texts.WALLET}",
        f"bitcoin:{texts.WALLET}?amount=0.1",
        GROUPS,
        GROUPS.upper(),
        f"{texts.WALLET[:20]}\n{texts.WALLET[20:]}",
    ],
)
def test_a_wallet_on_paper_is_found(browser: httpx.Client, typed: str) -> None:
    page = browser.get("/", params={"q": typed}).text
    assert f'href="/accounts/{texts.WALLET}"' in page.partition('class="panel found"')[2][:400]


@pytest.mark.parametrize(
    "typed", ["", "camera", "pay me 5 pounds!", "“all your contacts”", '"bc1q xyz"', "x" * 200, "£"]
)
def test_other_text_names_no_account_in_groups(typed: str) -> None:
    assert all(" " not in it and len(it) < 201 for it in accounts_meant(typed))
    assert len(accounts_meant(typed)) <= 1


@pytest.mark.parametrize(
    "typed",
    [
        texts.WALLET[:20] + "9" + texts.WALLET[21:],
        texts.WALLET[:20] + texts.WALLET[21:],
        (texts.WALLET[:20] + "9" + texts.WALLET[20:]).upper(),
    ],
)
def test_one_slip_leads_to_the_account_and_its_campaign(browser: httpx.Client, typed: str) -> None:
    """What differs is marked, the campaign is one click away, and no list says that it is not."""
    page = browser.get("/", params={"q": typed}).text
    found = page.partition('class="panel found"')[2].partition("</div>")[0]
    assert f'href="/accounts/{texts.WALLET}"' in found
    assert "<mark>" in found
    assert 'href="/campaigns/C-1"' in found
    assert "Nothing matches" not in page


def test_what_no_wallet_holds_is_read_as_what_it_looks_like(browser: httpx.Client) -> None:
    """Segregated witness has no o, i or 1: who writes them by hand means 0 and l."""
    typed = texts.WALLET[:4] + texts.WALLET[4:].replace("0", "O").replace("l", "1")
    assert typed != texts.WALLET
    page = browser.get("/", params={"q": typed}).text
    found = page.partition('class="panel found"')[2].partition("</div>")[0]
    assert f'href="/accounts/{texts.WALLET}"' in found


@pytest.mark.parametrize(
    ("typed", "parted"),
    [
        ("pqXs", ("pq", "r", "s")),
        ("pqs", ("pq", "r", "s")),
        ("pqXrs", ("p", "qr", "s")),
        ("pqrsX", ("pqr", "s", "")),
        ("Xpqrs", ("", "p", "qrs")),
        ("PQXS", ("pq", "r", "s")),
        ("pqrs", ("pqr", "s", "")),
        ("", ("", "pqrs", "")),
    ],
)
def test_where_an_account_differs(typed: str, parted: tuple[str, str, str]) -> None:
    assert differing(typed, "pqrs") == parted
