"""A caller quotes the reference of their reply: the box finds the report by it."""

from __future__ import annotations

import re

import httpx


def test_a_reference_leads_to_its_report(browser: httpx.Client) -> None:
    """However it is written; one that was never given is a search like any other."""
    row = re.search(
        r"([A-Z]{1,6}-\w{4}-\w{4}-\w)<.*?/submissions/([0-9a-f-]{36})",
        browser.get("/replies").text,
        re.DOTALL,
    )
    assert row is not None

    for written in (row[1], row[1].lower(), f" {row[1]} "):
        answer = browser.get("/", params={"q": written}, follow_redirects=False)
        assert answer.status_code == 303
        assert answer.headers["location"] == f"/submissions/{row[2]}"
    never = browser.get("/", params={"q": f"{row[1][:-1]}*"}, follow_redirects=False)
    assert never.status_code == 200
