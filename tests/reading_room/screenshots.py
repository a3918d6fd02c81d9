"""Takes the pictures of the console that stand in docs/, over the invented week.

PYTHONPATH=tests:. .venv/bin/python tests/reading_room/screenshots.py
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, sync_playwright
from reading_room.sample import key, open_stores
from reading_room.served import TEMPLATES, built, served
from reading_room.week import fill, work

DOCS = TEMPLATES.parents[1] / "docs"
CHROMIUM = Path("/usr/bin/chromium")


@dataclass(frozen=True)
class Picture:
    """A picture of the top of a page."""

    name: str
    path: str
    width: int = 1200
    height: int = 900
    scheme: Literal["light", "dark"] = "light"
    language: str = "en-GB"


PICTURES = (
    Picture("console", "/campaigns/C-1", height=1150),
    Picture("console-links", "/campaigns/C-1#graph", height=720, scheme="dark"),
    Picture("console-finding", f"/findings/{key(51)}-1", height=1100),
    Picture("console-search", "/?q=camera&case=being-worked", height=1240),
    Picture("console-waiting-dark", "/waiting", height=800, scheme="dark"),
    Picture("console-welsh", f"/findings/{key(31)}-1", language="cy"),
    Picture("console-cases", "/cases", height=700),
    Picture("console-watches-dark", "/watches", height=620, scheme="dark"),
    Picture("console-hunts", "/hunts", height=800),
    Picture("console-telephone", "/waiting", width=320, height=760),
)


def main() -> None:
    """Take every picture."""
    stores = open_stores()
    fill(stores, datetime.now(UTC))
    work(stores, datetime.now(UTC))
    with served(built(stores)) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for picture in PICTURES:
            _take(browser, address, picture)
        browser.close()


def _take(browser: Browser, address: str, picture: Picture) -> None:
    context = browser.new_context(
        viewport={"width": picture.width, "height": picture.height},
        color_scheme=picture.scheme,
        locale=picture.language,
    )
    page = context.new_page()
    page.goto(address + picture.path)
    page.screenshot(path=DOCS / f"{picture.name}.png")
    context.close()


if __name__ == "__main__":
    main()
