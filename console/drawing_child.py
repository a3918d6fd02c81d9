"""Draws charts in a process of its own: Altair describes them, vl-convert makes them SVG.

It is told one chart a line on standard input (`{"chart": …, "width": "wide"}`) and answers one line
of JSON, the picture in its light colours or null. It asks nobody anything: the library may open no
address. It ends when its standard input ends.
"""

from __future__ import annotations

import json
import resource
import sys
from typing import Any

import altair as alt
import vl_convert

from console.charts import WIDTHS, Chart, Width, read
from console.colours import ACCENT, INK, QUIET, RULE, SOFT

#: Letters of one width by any of these names: the library measures them before a browser does.
FONT = "Arial, 'Liberation Sans', Helvetica, sans-serif"
#: Seconds of the processor for one picture, and bytes that the process may hold as data.
SECONDS, BYTES = 20, 2 << 30
Drawing = alt.LayerChart | alt.FacetChart | alt.Chart
ROW = 24
HEIGHT = 190
#: How wide a label may be, in pixels, where it stands beside its bar.
LABEL: dict[Width, int] = {"wide": 190, "narrow": 120}
#: So many places of an axis are named.
NAMED: dict[Width, int] = {"wide": 8, "narrow": 4}
CONFIG: dict[str, Any] = {
    "aria": False,  # the page says it all in words, and in a table
    "background": "transparent",
    "font": FONT,
    "view": {"stroke": None},
    "axis": {
        "labelColor": QUIET,
        "titleColor": QUIET,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "gridColor": RULE,
        "domainColor": RULE,
        "tickColor": RULE,
    },
    "legend": {"labelColor": QUIET, "labelFontSize": 12, "symbolType": "square"},
}


def main() -> None:
    """Draw until standard input ends."""
    resource.setrlimit(resource.RLIMIT_DATA, (BYTES, BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for asked in sys.stdin:
        used = int(sum(resource.getrusage(resource.RUSAGE_SELF)[:2]))
        resource.setrlimit(resource.RLIMIT_CPU, (used + SECONDS, resource.RLIM_INFINITY))
        sys.stdout.write(json.dumps(_answer(asked)) + "\n")
        sys.stdout.flush()


def _answer(asked: str) -> str | None:
    try:
        said = json.loads(asked)
        return draw(read(said["chart"]), said["width"])
    except Exception as error:  # noqa: BLE001 - the page goes without it, and the console says so
        sys.stderr.write(f"no picture: {type(error).__name__}\n")
        return None


def draw(chart: Chart, width: Width) -> str:
    """Give a chart as SVG, so many pixels wide."""
    make = {"bars": _bars, "ranked": _ranked, "strips": _strips}[chart.kind]
    whole = make(chart, width).properties(
        width=WIDTHS[width], autosize=alt.AutoSizeParams(type="fit", contains="padding"), padding=6
    )
    spec = whole.configure(**CONFIG).to_dict()
    svg: str = vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])
    return svg


def _rows(chart: Chart, *series: int) -> alt.Data:
    """Give the points of these series, all where none is named."""
    rows = [
        {"at": chart.places[at], "of": chart.series[of], "count": count}
        for at, of, count in chart.points
        if not series or of in series
    ]
    return alt.Data(values=rows)  # type: ignore[no-untyped-call]


def _along(chart: Chart, width: Width) -> alt.X:
    """Give the axis of time: every place stands on it, also one with nothing; some are named."""
    step = -(-len(chart.places) // NAMED[width])
    axis = alt.Axis(
        title=None,
        values=list(chart.places[::step]),
        labelAngle=0,
        labelOverlap="greedy",
        labelSeparation=8,
        ticks=False,
    )
    return alt.X("at", type="ordinal", scale=alt.Scale(domain=list(chart.places)), axis=axis)


def _bars(chart: Chart, width: Width) -> Drawing:
    """Draw the first series as bars, and the second within them."""
    colours = alt.Scale(domain=list(chart.series), range=[SOFT, ACCENT][: len(chart.series)])
    legend = alt.Legend(title=None, orient="top") if len(chart.series) > 1 else None
    high = alt.Axis(
        title=None, values=_steps(chart), labelPadding=6, format=",d", domain=False, ticks=False
    )
    layers = [
        alt.Chart(_rows(chart, number))
        .mark_bar(width=alt.RelativeBandSize(share))
        .encode(
            x=_along(chart, width),
            y=alt.Y("count", type="quantitative", axis=high),
            color=alt.Color("of", type="nominal", scale=colours, legend=legend),
        )
        for number, share in zip(range(len(chart.series)), (0.84, 0.4), strict=False)
    ]
    return alt.layer(*layers).properties(height=HEIGHT)


def _steps(chart: Chart) -> list[int]:
    """Give five whole numbers at most, from nought to the greatest count or beyond it."""
    most = max((count for *_, count in chart.points), default=1)
    grain = 10 ** max(0, len(str(most)) - 1)
    steps = (it * grain // 20 for it in (1, 2, 5, 10, 20, 50))
    step = next(it for it in (*steps, 3 * grain) if it and it * 4 >= most)
    return list(range(0, most + step, step))


def _ranked(chart: Chart, width: Width) -> Drawing:
    """Draw one bar a place, with its number at its end."""
    names = alt.Axis(title=None, ticks=False, domain=False, labelLimit=LABEL[width], labelColor=INK)
    base = alt.Chart(_rows(chart)).encode(
        y=alt.Y("at", type="ordinal", scale=alt.Scale(domain=list(chart.places)), axis=names),
        x=alt.X("count", type="quantitative", axis=None),
    )
    bars = base.mark_bar(color=ACCENT, height=alt.RelativeBandSize(0.6), cornerRadiusEnd=2)
    numbers = base.mark_text(align="left", dx=5, fontSize=12, color=QUIET).encode(
        text=alt.Text("count", type="quantitative", format=",d")
    )
    return alt.layer(bars, numbers).properties(height=ROW * len(chart.places))


def _strips(chart: Chart, width: Width) -> Drawing:
    """Draw a row a series: the more stands at a time, the greater its dot."""
    names = alt.Axis(
        title=None, ticks=False, domain=False, grid=True, labelLimit=LABEL[width], labelColor=INK
    )
    rows = alt.Y("of", type="ordinal", scale=alt.Scale(domain=list(chart.series)), axis=names)
    size = alt.Scale(type="sqrt", domainMin=0, range=[0, 340])
    dots = alt.Chart(_rows(chart)).mark_circle(color=ACCENT, opacity=0.85)
    drawn: Drawing = dots.encode(
        x=_along(chart, width),
        y=rows,
        size=alt.Size("count", type="quantitative", scale=size, legend=None),
    ).properties(height=max(ROW * 3, (ROW + 4) * len(chart.series)))
    return drawn


if __name__ == "__main__":
    main()
