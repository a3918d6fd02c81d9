"""What the pages name exists: files, links, commands, targets of make."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from desk.cli import desk
from desk.settings import ROOT

PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
TEXT = {page: page.read_text(encoding="utf-8") for page in PAGES}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    """Every relative link of a page is a file here."""
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", TEXT[page])
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_named_files_exist(page: Path) -> None:
    """Every path of the code that a page names is there."""
    rooms = "casefile|ingest|triage|responders|console|desk|templates|profiles|tests|docs"
    named = re.findall(rf"`((?:{rooms})/[\w./-]*)`", TEXT[page])
    assert [path for path in named if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_exist(page: Path) -> None:
    """Every `desk COMMAND` of a page is a command, and every `make TARGET` a target."""
    commands = set(re.findall(r"(?:`|bin/)desk ([a-z][a-z-]+)", TEXT[page]))
    targets = set(re.findall(r"`make ([a-z]+)", TEXT[page]))
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")

    assert commands - set(desk.commands) == set()
    assert {it for it in targets if not re.search(rf"^{it}:", makefile, re.MULTILINE)} == set()


def test_every_command_is_explained() -> None:
    """Each command and option has a help text."""
    for name, command in desk.commands.items():
        assert command.help, name
        for option in command.params:
            if option.param_type_name == "option":
                assert getattr(option, "help", None), f"{name} {option.name}"


def test_every_page_of_decisions_is_listed() -> None:
    """The list of decisions names each page beside it."""
    folder = ROOT / "docs" / "decisions"
    listed = (folder / "README.md").read_text(encoding="utf-8")
    assert [it.name for it in folder.glob("*.md") if f"({it.name})" not in listed] == ["README.md"]
