"""HTML is read as a person sees it, whatever styles do, and nothing of it is lost."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wallets import P2PKH

from triage.visible import MAX_HTML, read_html

HALVES = (P2PKH[:15], P2PKH[15:])


def split_by(noise: str) -> str:
    """Put noise into a wallet, between its halves."""
    return f"<p>{HALVES[0]}{noise}{HALVES[1]}</p>"


@pytest.mark.parametrize(
    "noise",
    [
        '<span style="display:none">decoy</span>',
        '<span style="DISPLAY : NONE !important">decoy</span>',
        r'<span style="d\69splay:none">decoy</span>',
        '<span style="visibility:hidden">decoy</span>',
        '<span style="font-size:0">decoy</span>',
        '<span style="font-size:0.5px">decoy</span>',
        '<span style="font:0/0 serif">decoy</span>',
        '<span style="color:#ffffff">decoy</span>',
        '<span style="color:#fefefe">decoy</span>',
        '<span style="color:transparent">decoy</span>',
        '<span style="color:rgba(0,0,0,0)">decoy</span>',
        '<font color="white">decoy</font>',
        '<span style="color:red;background:red">decoy</span>',
        '<span style="opacity:0">decoy</span>',
        '<span style="height:0;overflow:hidden;display:inline-block">decoy</span>',
        '<span style="max-width:0;overflow:hidden">decoy</span>',
        '<span style="position:absolute;left:-9999px">decoy</span>',
        '<span style="text-indent:-9999px">decoy</span>',
        '<span style="position:absolute;clip:rect(0,0,0,0)">decoy</span>',
        '<span style="transform:scale(0)">decoy</span>',
        '<span style="mso-hide:all">decoy</span>',
        "<span hidden>decoy</span>",
        "<template>decoy</template>",
        "<script>decoy</script>",
        "<!-- decoy -->",
        '<style>.q7 {display:none}</style><i class="q7">decoy</i>',
        '<style>p .q7, .zz {font-size:0px}</style><i class="q7">decoy</i>',
        '<style>@media screen {.q7 {display:none}}</style><i class="q7">decoy</i>',
        "<wbr>",
        "<span></span>",
        "<b></b><i></i>",
        '<img alt="decoy" src="x">',
    ],
)
def test_noise_within_a_word_is_not_read(noise: str) -> None:
    assert read_html(split_by(noise)).text == P2PKH


def test_what_was_hidden_is_kept_as_evidence_and_in_the_whole_text() -> None:
    reading = read_html("<p>Pay<span style='font-size:0'>decoy</span>me<!-- note --></p>")
    assert reading.text == "Payme"
    assert reading.whole == "Paydecoyme"
    assert reading.hidden == "decoy note"


@pytest.mark.parametrize(
    "html",
    [
        '<div style="font-size:0"><span style="font-size:14px">Pay me</span></div>',
        '<div style="visibility:hidden"><b style="visibility:visible">Pay me</b></div>',
        '<div style="color:#fff"><p style="color:#000">Pay me</p></div>',
        '<table bgcolor="#333333"><tr><td><font color="#ffffff">Pay me</font></td></tr></table>',
        '<div style="background:navy"><p style="color:white">Pay me</p></div>',
        '<td background="dark.png"><font color="white">Pay me</font></td>',
        '<div style="background-image:url(dark.png)"><p style="color:white">Pay me</p></div>',
        "<style>.x{display:none}@media (min-width:9px){.x{display:flex}}</style><i class=x>Pay me",
        '<style>@media (max-width:480px) {.x {display:none}}</style><p class="x">Pay me</p>',
        '<style>.x {display:none}</style><p class="x" style="display:block">Pay me</p>',
        '<div style="height:0">Pay me</div>',
        "<noscript>Pay me</noscript>",
        "<center><h1>Pay me",
    ],
)
def test_what_a_child_sets_anew_and_what_stands_on_dark_ground_is_read(html: str) -> None:
    assert read_html(html).text == "Pay me"


def test_an_important_rule_beats_a_style_attribute() -> None:
    html = '<style>.x {display:none !important}</style><p class="x" style="display:block">No</p>Yes'
    assert read_html(html).text == "Yes"


def test_blocks_that_are_set_side_by_side_are_read_as_one_word() -> None:
    floating = "<div style='float:left'>Pay</div><div style='float:left'>ment</div>"
    assert read_html(floating).text == "Payment"
    assert read_html("<p style='display:inline'>Pay</p><i>ment</i>").text == "Payment"


def test_blocks_break_lines_and_cells_stand_apart() -> None:
    html = "<div>One<br>two</div><p>Three</p><table><tr><td>a</td><td>b</td></tr></table>"
    assert read_html(html).text == "One\ntwo\n\nThree\n\na\tb"


def test_text_shown_backwards_is_read_as_it_is_seen() -> None:
    assert read_html("<p>my <bdo dir=rtl>t<b>ellaw</b></bdo></p>").text == "my wallet"
    style = "direction:rtl;unicode-bidi:bidi-override"
    assert read_html(f'<p>my <span style="{style}">tellaw</span></p>').text == "my wallet"


def test_entities_are_read_and_targets_of_links_collected_once() -> None:
    reading = read_html('<a href="https://a.example/?x=1&amp;y">a&#98;c</a><a href="t.me/x1234">d')
    assert reading.text == "abcd"
    assert reading.links == ("https://a.example/?x=1&y", "t.me/x1234")


def test_html_that_hides_all_its_text_and_has_no_picture_is_shown_as_a_whole() -> None:
    reading = read_html("<p style='display:none'>I will find you</p>")
    assert reading.text == "I will find you"
    assert reading.defects == ("html hides all of its text: shown here as a whole",)
    assert read_html("<img src=x><p style='display:none'>filler</p>").text == ""


def test_inlined_pictures_do_not_use_up_the_room_for_text() -> None:
    html = f'<img src="data:image/png;base64,{"A" * MAX_HTML}"><p>Pay me</p>'
    assert read_html(html).text == "Pay me"


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 200_000,
        "<b>" * 300_000 + "<p>" * 10_000,
        "<p " + " ".join(f"a{number}" for number in range(150_000)) + ">Pay",
        f'<p style="color:{"(" * 20_000}">Pay</p>',
        "<style>" + "a{" * 30_000 + "</style>Pay",
        "<style>" + "* {color:red} " * 4_000 + "</style>" + "<p>x" * 50_000,
        "".join(f'<i style="left:{number}px">x</i>' for number in range(30_000)),
        "<!--" * 250_000,
        "<" * 1_000_000,
        "&" * 1_000_000,
        "<table>" * 100_000,
        '<p x="<" ' + " ".join(f"a{number}" for number in range(120_000)) + ">Pay",
        "<style><p x='</style><p y='>' " + " ".join(f"a{number}" for number in range(120_000)),
        "<svg><style><p x='</style>' " + " ".join(f"a{number}" for number in range(120_000)),
        "<!-- <p x='--><p y='>' " + " ".join(f"a{number}" for number in range(120_000)),
    ],
    ids=range(15),
)
def test_markup_built_to_exhaust_is_read_within_seconds(html: str) -> None:
    start = time.process_time()
    read_html(html)
    assert time.process_time() - start < 5


def test_a_document_too_deep_still_gives_its_text() -> None:
    reading = read_html("<div>" * 5_000 + "Pay me" + "</div>" * 5_000)
    assert reading.text == "Pay me"
    assert reading.defects == ("html built to exhaust its reader: tags taken out only",)


PIECES = (
    *("<p>", "</p>", "<b style='", "font-size:0", "display:none", "'>", "text", "<!--", "-->"),
    *("<style>", "</style>", "{", "}", "(", "&#x;", "<td>", "<bdo dir=rtl>", "\0", "'", ";"),
)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.sampled_from(PIECES),
        max_size=40,
    ).map("".join)
)
def test_broken_markup_never_raises(html: str) -> None:
    read_html(html)
