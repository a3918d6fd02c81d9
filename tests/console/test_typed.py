"""An account that somebody types from paper is found however it is written there."""

from __future__ import annotations

import httpx
import pytest
from reading_room import texts

from console.typed import accounts_meant

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
