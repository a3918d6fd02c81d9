"""The page of settings is the table of settings; rewrite it with `python tests/docs/…`."""

from __future__ import annotations

from pathlib import Path

from desk.settings import ROOT, SETTINGS

PAGE = ROOT / "docs" / "operating.md"
START = "<!-- settings: made by tests/docs/test_settings_page.py -->\n"
END = "<!-- end of settings -->"


def table() -> str:
    """Give the table as it must stand in the page."""
    rows = ["| name | default | what it is for |", "|---|---|---|"]
    for setting in SETTINGS:
        default = setting.default.replace(f"{ROOT}/", "") or "(empty)"
        rows.append(f"| `{setting.variable}` | `{default}` | {setting.help} |")
    return "\n".join(rows) + "\n"


def parts(page: Path) -> tuple[str, str, str]:
    """Give what stands before, in and after the table."""
    before, _, rest = page.read_text(encoding="utf-8").partition(START)
    inside, _, after = rest.partition(END)
    return before, inside, after


def test_the_page_holds_every_setting() -> None:
    """Each setting is documented with its default, and nothing else is."""
    assert parts(PAGE)[1] == table()


if __name__ == "__main__":
    first, _, last = parts(PAGE)
    PAGE.write_text(first + START + table() + END + last, encoding="utf-8")
