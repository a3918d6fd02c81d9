"""Opens pages in a real browser, and notes what no page may do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from playwright.sync_api import Browser, Page

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LOOKS = {
    "light": (1280, "light"),
    "dark": (1280, "dark"),
    "telephone": (320, "light"),
    "between": (700, "light"),
}


@contextmanager
def opened(
    chromium: Browser, look: str = "light", language: str = "en-GB"
) -> Iterator[tuple[Page, list[str]]]:
    """Give a page in this look, and a list that gathers what no page may do."""
    width, scheme = LOOKS[look]
    context = chromium.new_context(
        viewport={"width": width, "height": 800},
        color_scheme="dark" if scheme == "dark" else "light",
        locale=language,
    )
    page = context.new_page()
    bad: list[str] = []
    # Noted and stopped: not even a test that fails speaks to anybody else.
    context.route(
        lambda url: httpx.URL(url).host != "127.0.0.1",
        lambda route: (bad.append(route.request.url), route.abort()),
    )
    page.on("dialog", lambda dialog: (bad.append(f"dialog {dialog.message}"), dialog.dismiss()))
    page.on("pageerror", lambda error: bad.append(f"script {error}"))
    page.on("popup", lambda _: bad.append("popup"))
    page.on("download", lambda _: bad.append("download"))
    page.on(
        "console",
        lambda it: bad.append(it.text) if "Content Security Policy" in it.text else None,
    )
    yield page, bad
    context.close()
