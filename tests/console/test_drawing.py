"""Charts: nothing but numbers and words of ours reaches them, and a page stands without them."""

from __future__ import annotations

import logging
import re
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pypdfium2
import pytest
from playwright.sync_api import Browser
from reading_room import texts
from reading_room.browsing import opened
from reading_room.hostile import PAYLOADS
from reading_room.sample import Stores, finding, keep, open_stores, wallet
from reading_room.served import PENCIL, asked, built, served

from casefile.errors import NotFound, TryLater
from casefile.finding import Amount, Demand
from console.charts import Chart, ranked, read
from console.drawing import Easel, Pencil, harmless
from console.drawing_child import _steps

DAYS = ("1 Mar", "2 Mar", "3 Mar")
_CHART = Chart(
    kind="bars",
    counted="Findings",
    places=DAYS,
    series=("Findings", "Reporters"),
    points=((0, 0, 4), (0, 1, 3), (2, 0, 1), (2, 1, 1)),
)
SHORT = [it for it in PAYLOADS if len(it) <= 40 and it.isprintable()]
_SHOWN = re.compile(r"/pictures/([0-9a-f]{32}-(?:wide|narrow)-(?:light|dark)\.svg)")


@pytest.fixture
def pencil() -> Pencil:
    """Give the child that draws for all tests."""
    return PENCIL


def test_a_chart_is_drawn_in_its_own_words(pencil: Pencil) -> None:
    svg = pencil.svg(_CHART, "wide")
    assert svg.startswith("<svg ")
    assert 'width="560"' in svg
    for label in ("1 Mar", "3 Mar", "Findings", "Reporters"):
        assert f">{label}</text>" in svg
    assert 'width="280"' in pencil.svg(_CHART, "narrow")
    assert pencil.svg(_CHART, "wide") == svg


def test_a_chart_is_the_same_after_it_was_told() -> None:
    assert read(_CHART.told) == _CHART
    assert replace(_CHART, counted="Reporters").digest != _CHART.digest


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "map"},
        {"places": ("x" * 41,), "points": ()},
        {"places": tuple(map(str, range(65))), "points": ()},
        {"series": ("a", "a"), "points": ()},
        {"points": ((3, 0, 1),)},
        {"points": ((0, 0, 0),)},
        {"counted": "a\0b"},
    ],
)
def test_what_is_no_chart_is_not_drawn(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        replace(_CHART, **change)  # type: ignore[arg-type]


def test_the_longest_chart_is_drawn(pencil: Pencil) -> None:
    places = tuple(f"{day} Gorffennaf {day}" for day in range(64))
    many = replace(
        _CHART,
        kind="strips",
        places=places,
        series=tuple(map(str, range(12))),
        points=tuple((at, of, 10**9) for at in range(64) for of in range(12)),
    )
    assert harmless(pencil.svg(many, "narrow"))


@pytest.mark.parametrize("most", [1, 2, 3, 5, 9, 10, 11, 39, 99, 100, 1_000, 87_654])
def test_an_axis_has_a_few_whole_numbers(most: int) -> None:
    steps = _steps(replace(_CHART, points=((0, 0, most),)))
    assert 2 <= len(steps) <= 6
    assert steps[0] == 0
    assert steps[-1] >= most
    assert len(set(steps)) == len(steps)


@pytest.mark.parametrize(
    "payload", [it for it in PAYLOADS if len(it) <= 40 and it.isprintable()][::4]
)
def test_no_label_makes_a_picture_that_acts(pencil: Pencil, payload: str) -> None:
    """No label comes from a mail; if one did, it would still be a word in a picture."""
    chart = ranked(payload, ((payload, 3), ("other", 1)))
    assert chart is not None
    assert harmless(pencil.svg(chart, "wide"))


@pytest.mark.parametrize(
    "svg",
    [
        "<svg ><script>1</script></svg>",
        '<svg ><g onload="x"></g></svg>',
        "<svg ><style>x</style></svg>",
        '<svg ><path style="x"/></svg>',
        '<svg ><image href="x"/></svg>',
        '<svg ><a xlink:href="x"></a></svg>',
        '<svg ><path fill="url(//x.example)"/></svg>',
        "<svg ><!DOCTYPE x></svg>",
        "<svg >&x;</svg>",
        "<html></html>",
    ],
)
def test_what_could_act_is_not_believed(svg: str) -> None:
    assert not harmless(svg)


@pytest.mark.parametrize(
    "fault",
    [
        "raise SystemExit",
        "print('nonsense')",
        "print('null')",
        "print('\"<svg ><script/></svg>\"')",
        "print('\"' + 'x' * 500_000)",
    ],
)
def test_a_library_that_fails_is_left_alone_for_a_while(
    fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    pencil = Pencil((sys.executable, "-c", f"import sys; sys.stdin.readline(); {fault}"))
    with caplog.at_level(logging.ERROR), pytest.raises(TryLater):
        pencil.svg(_CHART, "wide")
    assert "a chart could not be drawn: bars of 4" in caplog.text
    assert pencil.resting
    with pytest.raises(TryLater):
        pencil.svg(_CHART, "wide")
    pencil.close()


def test_a_child_that_was_ended_is_started_again(pencil: Pencil) -> None:
    pencil.svg(_CHART, "wide")
    pencil.close()
    assert pencil.svg(_CHART, "wide").startswith("<svg ")


class _Counting:
    """Counts how often it is asked to draw."""

    resting = False

    def __init__(self) -> None:
        self.drawn = 0

    def svg(self, chart: Chart, width: str) -> str:
        self.drawn += 1
        return f'<svg fill="#16222b">{chart.kind} {width}</svg>'


def test_a_picture_is_drawn_once_for_both_looks() -> None:
    counting = _Counting()
    easel = Easel(pencil=counting)
    name = easel.put(_CHART)
    assert easel.picture(name, "wide", "light") == '<svg fill="#16222b">bars wide</svg>'
    assert easel.picture(name, "wide", "dark") == '<svg fill="#e6ecef">bars wide</svg>'
    assert easel.put(replace(_CHART)) == name
    assert counting.drawn == 1
    with pytest.raises(NotFound):
        easel.picture("0" * 32, "wide", "light")


def pictures(client: httpx.Client, page: str) -> list[str]:
    """Give the pictures of a page."""
    return [
        client.get(f"/pictures/{name}").text
        for name in dict.fromkeys(_SHOWN.findall(client.get(page).text))
    ]


def hostile_stores() -> Stores:
    """Give a campaign whose fields are all attacks."""
    stores, now = open_stores(), datetime.now(UTC)
    for number, payload in enumerate(PAYLOADS[:12], start=1):
        at = now - timedelta(days=number)
        account = wallet(payload if number % 3 else texts.WALLET, "other")
        made = finding(number, texts.ENGLISH.format(wallet="x", password="y"), at)
        sums = (Amount(value=number * 100, currency=payload),)
        made = replace(
            made, accounts=(account,), language=payload, demand=Demand(amounts=sums, claims=())
        )
        keep(stores, at, made)
    return stores


def test_no_field_of_a_mail_reaches_a_picture() -> None:
    """Not as a word either: accounts are letters, and what has no word of ours is one of others."""
    with asked(built(hostile_stores())) as client:
        drawn = pictures(client, "/campaigns/C-1")
    assert len(drawn) >= 8
    for svg in drawn:
        assert harmless(svg)
        assert "alert" not in svg
        assert not any(it in svg for it in PAYLOADS[:12])


def test_hostile_fields_do_nothing_in_a_real_browser(chromium: Browser) -> None:
    with (
        served(built(hostile_stores())) as address,
        opened(chromium) as (page, bad),
    ):
        page.goto(f"{address}/campaigns/C-1", wait_until="load")
        widths = page.eval_on_selector_all("img", "all => all.map(it => it.naturalWidth)")
        shown = [page.evaluate("it => it.src", it) for it in page.query_selector_all("img")]
        for one in shown:
            page.goto(one)
        assert bad == []
    assert set(widths) == {560}
    assert len(shown) >= 4


def test_a_page_without_a_library_shows_its_tables(week: Stores) -> None:
    broken = Pencil((sys.executable, "-c", "raise SystemExit"))
    with asked(built(week, pencil=broken)) as client:
        first = client.get("/campaigns/C-1").text
        (name, *_) = _SHOWN.findall(first)
        assert client.get(f"/pictures/{name}").status_code == 503
        again = client.get("/campaigns/C-1").text
    assert "Pictures cannot be drawn now" not in first
    assert "Pictures cannot be drawn now" in again
    assert "<details open>" in again


_VISIBLE = """() => [...document.querySelectorAll(".drawn img")]
    .filter(it => it.offsetParent).map(it => it.currentSrc.split("-").slice(-2).join("-"))"""


@pytest.mark.parametrize(
    ("look", "shown"),
    [("light", "wide-light.svg"), ("dark", "wide-dark.svg"), ("telephone", "narrow-light.svg")],
)
def test_each_look_has_its_pictures_and_paper_the_light_ones(
    chromium: Browser, week: Stores, look: str, shown: str
) -> None:
    with served(built(week)) as address, opened(chromium, look) as (page, bad):
        page.goto(f"{address}/campaigns/C-1", wait_until="load")
        assert set(page.evaluate(_VISIBLE)) == {shown}
        page.emulate_media(media="print")
        assert {it.partition("-")[2] for it in page.evaluate(_VISIBLE)} == {"light.svg"}
        assert len(pypdfium2.PdfDocument(page.pdf(format="A4"))) <= 2
        assert bad == []


def test_what_is_beyond_the_list_is_counted_together() -> None:
    stores, now = open_stores(), datetime.now(UTC)
    for number in range(1, 16):
        made = finding(number, texts.ENGLISH, now)
        sums = (Amount(value=number * 100, currency="USD"),)
        keep(stores, now, replace(made, demand=Demand(amounts=sums)))
    with asked(built(stores)) as client:
        page = client.get("/campaigns/C-1").text
    rows = re.findall(r'data-name="What they ask for">([^<]+)</th><td[^>]*>(\d+)</td>', page)
    assert len(rows) == 13
    assert rows[-1] == ("others", "3")


@pytest.mark.parametrize("name", ["x", "0" * 32 + "-wide-light.svg", "..%2fconsole.css", "a.svg"])
def test_a_picture_that_no_page_showed_is_not_there(browser: httpx.Client, name: str) -> None:
    assert browser.get(f"/pictures/{name}").status_code == 404
