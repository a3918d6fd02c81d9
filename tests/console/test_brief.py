"""What is told of very many findings is the same whether they are whole or in brief."""

from __future__ import annotations

from dataclasses import replace

import pytest
from reading_room.served import TEMPLATES

from casefile.brief import brief
from casefile.finding import Finding
from casefile.sending import Passage, Sending
from console.clock import Clock, zone_named
from console.graph import edges_of
from console.infrastructure import infrastructure_of
from console.masked import fit_to_list, mask_of
from console.story import timeline
from console.words import load_words
from contracts.index_findings import many_findings
from contracts.sample_findings import full_finding
from triage.index.rows import encode

HEADERS = (
    ("Delivered-To", "ann@home.example"),
    ("X-Original-To", "alias@home.example"),
    ("Subject", "for alias@home.example"),
    ("Received", "from somewhere for <other@home.example>"),
)


def addressed() -> Finding:
    """Give a finding whose headers alone say to whom it went."""
    whole = full_finding()
    reported = replace(whole.report.reported, to="", headers=HEADERS)
    giver = Passage(
        helo="ann@home.example", name="alias@home.example", address="198.51.100.7", by="home"
    )
    return replace(
        whole,
        report=replace(whole.report, reported=reported),
        sending=Sending(passages=(giver,), handed_over=0, mailer="alias@home.example"),
    )


FINDINGS = (*many_findings(), full_finding(), addressed())


@pytest.mark.parametrize("told", [edges_of, infrastructure_of])
def test_graph_and_infrastructure_are_told_alike(told: object) -> None:
    assert callable(told)
    assert told([brief(it) for it in FINDINGS]) == told(FINDINGS)


def test_the_time_line_is_told_alike() -> None:
    clock = Clock(zone=zone_named("Europe/London"), words=load_words(TEMPLATES, "en"))
    assert timeline([brief(it) for it in FINDINGS], clock) == timeline(FINDINGS, clock)


def test_a_finding_in_brief_hides_the_same_addresses() -> None:
    hidden = 0
    for it in FINDINGS:
        said = f"{encode(it)} alias@home.example ann@home.example other@home.example"
        assert mask_of(brief(it))(said) == mask_of(it)(said)
        assert fit_to_list(brief(it)) == fit_to_list(it)
        hidden += mask_of(it)(said) != said
    assert hidden > len(FINDINGS) // 2
    assert "alias@" not in mask_of(brief(addressed()))("alias@home.example")


def test_no_text_stays_in_brief() -> None:
    whole = replace(addressed(), text="offender's words", hidden="hidden words")
    whole = replace(whole, report=replace(whole.report, defects=("a defect",)))
    reported = replace(whole.report.reported, text="plain words", html="<p>marked words</p>")
    whole = replace(whole, report=replace(whole.report, reported=reported))
    said = encode(brief(whole))
    for gone in ("offender's words", "hidden words", "plain words", "marked words", "a defect"):
        assert gone not in said
    assert whole.report.reporter.note not in said or not whole.report.reporter.note
    assert brief(brief(whole)) == brief(whole)
    assert brief(whole).key == whole.key
    assert brief(whole).accounts == whole.accounts
