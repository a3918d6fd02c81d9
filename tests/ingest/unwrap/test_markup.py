"""HTML to lines, and the fragment that is cut out of it."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from submissions import mail, reports_of

from ingest.unwrap.markup import MAX_NESTING, Page, nesting

HEADERS = (
    "<b>From:</b> Nobody &lt;nobody@offender.example&gt;<br><b>Sent:</b> 4 November 2025 08:15<br>"
    "<b>To:</b> sam@reporter.example<br><b>Subject:</b> Hi"
)


def test_lines_are_what_a_person_sees() -> None:
    page = Page(
        "<head><title>t</title><style>p{}</style></head><body>a <b>b</b>c<br>d<!-- no --><p>e</p>"
        "<ul><li>f</li><li>g</li></ul><table><tr><td>h</td><td>i</td></tr></table>"
        "<pre>j\n k</pre><script>no</script>&nbsp;l"
    )
    assert [line for line in page.texts if line] == [
        "a bc",
        "d",
        "e",
        "f",
        "g",
        "h\ti",
        "j",
        "k",
        "l",
    ]


@pytest.mark.parametrize(
    "page",
    [
        '<div>NOTE</div><div id="divRplyFwdMsg"><font>{}</font><br></div><div>BODY</div>',
        (
            '<div class="WordSection1"><p class="MsoNormal">NOTE</p><div><div style="border:0">'
            '<p class="MsoNormal">{}</p></div></div><p class="MsoNormal">BODY</p></div>'
        ),
        '<div>NOTE<div class="gmail_quote"><div class="gmail_attr">{}</div><br>BODY</div></div>',
        (
            'NOTE<blockquote type="cite"><div>Begin forwarded message:</div><div>{}</div><div>BODY'
            "</div></blockquote>"
        ),
        "<table><tr><td>NOTE</td></tr></table><div>{}</div><table><tr><td>BODY</td></tr></table>",
    ],
)
def test_the_fragment_has_the_body_and_nothing_of_note_or_headers(page: str) -> None:
    html = f"<html><head><style>.x{{color:red}}</style></head><body>{page.format(HEADERS)}</body>"
    (report,) = reports_of(mail(html, content_type="text/html; charset=utf-8"))
    assert "BODY" in report.reported.html
    assert "NOTE" not in report.reported.html
    assert "nobody@offender.example" not in report.reported.html
    assert ".x{color:red}" in report.reported.html
    assert report.reporter.note == "NOTE"
    assert report.reported.sender == "Nobody <nobody@offender.example>"


def test_what_follows_the_quotation_is_left_out() -> None:
    html = (
        f'<div class="gmail_quote"><div class="gmail_attr">{HEADERS}</div><p>BODY</p></div>'
        "<p>my own words below</p>"
    )
    (report,) = reports_of(mail(html, content_type="text/html; charset=utf-8"))
    assert "BODY" in report.reported.html
    assert "own words" not in report.reported.html


def test_styles_that_the_body_inherits_stay_around_it() -> None:
    html = f'<div style="font-size:0">NOTE<div>{HEADERS}</div><div><span>BODY</span></div></div>'
    (report,) = reports_of(mail(html, content_type="text/html; charset=utf-8"))
    assert '<div style="font-size:0">' in report.reported.html


def test_text_that_cannot_be_parted_is_given_as_text() -> None:
    html = (
        "<pre>NOTE\n\nFrom: nobody@offender.example\nSent: 4 November 2025\n"
        "To: sam@reporter.example\nSubject: Hi\n\nBODY</pre>"
    )
    (report,) = reports_of(mail(html, content_type="text/html; charset=utf-8"))
    assert (report.reported.text, report.reported.html) == ("BODY", "")
    assert "html-not-cut" in report.defects


def test_deep_nesting_costs_nothing_and_its_words_are_kept() -> None:
    started = time.perf_counter()
    page = Page("<div>" * 100_000 + "Pay <b>me</b>")
    assert time.perf_counter() - started < 5
    assert not page.readable
    assert " ".join(page.texts[0].split()) == "Pay me"


@pytest.mark.parametrize(
    ("html", "depth"),
    [("<p>" * 5_000, 0), ("<br>" * 5_000, 0), ("<b></b>" * 5_000, 1), ("<b>" * 5_000, 5_000)],
)
def test_nesting_is_counted_by_open_elements(html: str, depth: int) -> None:
    assert nesting(html) == depth
    assert (nesting(html) > MAX_NESTING) is (depth == 5_000)


@given(
    st.lists(
        st.sampled_from(
            [
                "<div>",
                "</div>",
                "<p>",
                "<br>",
                "<td>",
                "<pre>",
                "<style>",
                "</",
                "<!--",
                "&lt;",
                "words ",
                "\n",
                '<div class="gmail_quote">',
                "<blockquote>",
                HEADERS,
                "NOTE",
            ]
        ),
        max_size=25,
    ),
    st.integers(0, 12),
)
@settings(max_examples=150, deadline=None)
def test_any_html_gives_lines_and_can_be_cut(pieces: list[str], first: int) -> None:
    page = Page("".join(pieces))
    lines = page.texts
    assert all("\n" not in line for line in lines)
    assert isinstance(page.cut(first, len(lines)), str)
