"""Markup that would exhaust a parser is known before; ordinary mail markup is not taken for it."""

from __future__ import annotations

import pytest

from triage.markup_bombs import domestic, exhausts


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 1_001,
        "<font>" * 201 + "<p>" * 10,
        "<p " + "a " * 40_000 + ">",
        "<!-- <p x='--><p y='>' " + "a " * 40_000,
        "<title><p x='</title><p y='>' " + "a " * 40_000,
    ],
)
def test_depth_open_formatting_and_crowds_of_attributes_exhaust(html: str) -> None:
    assert exhausts(domestic(html))


@pytest.mark.parametrize(
    "html",
    [
        "<p>" * 5_000,
        "<li><td><br>" * 5_000,
        "<b>a</b>" * 50_000,
        "<span/>" * 5_000,
        f'<p style="{"color:red;" * 2_000}">',
        "<table><tr><td>" * 300,
        "plain < text > with ' quotes",
    ],
)
def test_what_mails_are_made_of_does_not(html: str) -> None:
    assert not exhausts(domestic(html))


def test_drawings_and_formulas_become_ordinary_elements() -> None:
    assert domestic("<svg a><MATH></svg><svgx>") == "<x-svg a><x-MATH></x-svg><svgx>"
