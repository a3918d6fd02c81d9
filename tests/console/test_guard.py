"""Before every page: which names may ask, that only reading is possible, and what headers say."""

from __future__ import annotations

import httpx
import pytest
from reading_room import texts
from reading_room.sample import key
from reading_room.week import SET_ASIDE

from console.app import PAGES

PATHS = [
    "/",
    f"/findings/{key(31)}-1",
    f"/submissions/{key(SET_ASIDE)}",
    f"/accounts/{texts.WALLET}",
    "/campaigns",
    "/campaigns/C-1",
    "/waiting",
    "/replies",
    "/corrections",
    "/cases",
    "/seen",
    "/searches",
    "/watches",
    "/hunts",
    "/hunts/1",
    "/pictures/nothing.svg",
    "/about",
    "/health",
    "/console.css",
    "/console.js",
    "/icon.svg",
    "/nothing",
    "/?page=x",
]


def test_the_paths_tried_here_are_all_there_are() -> None:
    tried = {path.partition("?")[0].split("/")[1] for path in PATHS}
    # The page that remembers a language sets a cookie: test_languages.py asks it.
    assert {path.split("/")[1] for path in PAGES} - {"language"} <= tried


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_bears_the_headers(browser: httpx.Client, path: str) -> None:
    headers = browser.get(path).headers
    policy = {
        part.split()[0]: " ".join(part.split()[1:])
        for part in headers["content-security-policy"].split(";")
    }
    assert policy == {
        "default-src": "'none'",
        "style-src": "'self'",
        "script-src": "'self'",
        "img-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "'none'",
    }
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "server" not in headers
    assert "set-cookie" not in headers
    assert headers["content-type"].partition(";")[0] in {
        "text/html",
        "text/plain",
        "text/css",
        "text/javascript",
        "image/svg+xml",
    }


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.0.0.1:8080", "localhost", "LOCALHOST:1", "[::1]", "[::1]:65535"]
)
def test_names_of_this_machine_may_ask(browser: httpx.Client, host: str) -> None:
    assert browser.get("/health", headers={"host": host}).text == "ok\n"


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8080",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "127.0.0.1@evil.example",
        "localhost:80:90",
        "127.1",
        "0.0.0.0",
        "",
    ],
)
def test_any_other_name_is_refused(browser: httpx.Client, host: str) -> None:
    answer = browser.get("/", headers={"host": host})
    assert answer.status_code == 400
    assert "Findings" not in answer.text
    assert "content-security-policy" in answer.headers


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"])
@pytest.mark.parametrize("path", ["/", "/waiting", "/nothing"])
def test_nothing_but_reading_is_possible(browser: httpx.Client, method: str, path: str) -> None:
    answer = browser.request(method, path)
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD"


def test_head_gives_the_headers_of_get_without_a_body(browser: httpx.Client) -> None:
    got, head = browser.get("/waiting"), browser.head("/waiting")
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["content-length"] == got.headers["content-length"]
