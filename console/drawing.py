"""Has charts drawn by a child that ends when it has nothing to do, and keeps what it drew.

The library takes a second to load and 130 MB: neither the console's start nor its event loop should
pay for it, and where it falls, the console stands.
"""

from __future__ import annotations

import json
import logging
import os
import re
import select
import subprocess
import sys
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Protocol

from casefile.errors import NotFound, TryLater
from console.charts import Chart, Look, Width
from console.colours import darkened

log = logging.getLogger(__name__)

#: The first picture waits for the library, on a machine that may be busy; later ones do not.
SECONDS = 20.0
#: The child ends when nobody asked for so long.
IDLE_SECONDS = 300.0
#: After the library failed it is left alone for so long: a page asks for many pictures.
REST_SECONDS = 30.0
#: A picture has some 20,000 characters.
MOST_BYTES = 400_000
#: So many charts are known by name, and so many pictures kept: 10 MB.
MOST_CHARTS, MOST_PICTURES = 1_000, 500
#: What it gets to know of its surroundings: where programs are, and nothing of the desk's settings.
_HANDED = ("PATH", "PYTHONPATH", "LANG", "HOME")
_TAG = re.compile(r"<(/?)([A-Za-z]+)((?:\s+[A-Za-z0-9:-]+=\"[^\"<>]*\")*)\s*/?>")
_TAGS = frozenset(["svg", "g", "line", "path", "rect", "text", "tspan", "defs", "clipPath"])
_ATTRIBUTE = re.compile(r"([A-Za-z0-9:-]+)=\"([^\"]*)\"")
_SHAPE = "d x x1 x2 y y1 y2 width height transform viewBox display clip-path id class version xmlns"
_PAINT = "fill fill-opacity stroke stroke-miterlimit stroke-opacity stroke-width opacity"
_TEXT = "font-family font-size font-weight text-anchor role xmlns:xlink pointer-events"
_ARIA = "aria-hidden aria-roledescription"
_ATTRIBUTES = frozenset(f"{_SHAPE} {_PAINT} {_TEXT} {_ARIA}".split())
#: A place of the picture itself is all that an attribute may point at.
_OUTSIDE = re.compile(r"url\((?!#[A-Za-z0-9]+\))|script|[\\]", re.IGNORECASE)
_ODD = re.compile(r"[<>]|&(?!(?:amp|lt|gt|quot);)")


class Drawn(Protocol):
    """What draws."""

    @property
    def resting(self) -> bool:
        """Tell whether it failed a moment ago."""

    def svg(self, chart: Chart, width: Width) -> str:
        """Give a picture. Raises TryLater."""


class Pencil:
    """The child that draws, started when it is needed."""

    def __init__(self, command: tuple[str, ...] = ()) -> None:
        self._command = command or (sys.executable, "-m", "console.drawing_child")
        self._turn = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._ending: threading.Timer | None = None
        self._rests_until = 0.0

    @property
    def resting(self) -> bool:
        """Tell whether it failed a moment ago, so that a page can say so."""
        return time.monotonic() < self._rests_until

    def svg(self, chart: Chart, width: Width) -> str:
        """Give a picture in its light colours. Raises TryLater where none can be drawn."""
        with self._turn:
            if self.resting:
                raise TryLater("Pictures cannot be drawn now.")
            drawn = self._asked(chart, width)
            if drawn is None:
                self._end()
                self._rests_until = time.monotonic() + REST_SECONDS
                log.error("a chart could not be drawn: %s of %d", chart.kind, len(chart.points))
                raise TryLater("Pictures cannot be drawn now.")
            self._end_later()
            return drawn

    def close(self) -> None:
        """End the child."""
        with self._turn:
            self._end()

    def _asked(self, chart: Chart, width: Width) -> str | None:
        asked = json.dumps({"chart": chart.told, "width": width}) + "\n"
        try:
            child = self._running()
            if child.stdin is None or child.stdout is None:
                return None
            child.stdin.write(asked.encode())
            child.stdin.flush()
            said = json.loads(_line(child.stdout.fileno(), time.monotonic() + SECONDS))
        except (OSError, ValueError):  # it fell, was too slow, or answered nonsense
            return None
        return said if isinstance(said, str) and harmless(said) else None

    def _running(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            self._end()
            self._child = subprocess.Popen(  # noqa: S603 - ourselves, with words of our own
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={it: os.environ[it] for it in _HANDED if it in os.environ},
            )
        return self._child

    def _end_later(self) -> None:
        if self._ending is not None:
            self._ending.cancel()
        self._ending = threading.Timer(IDLE_SECONDS, self.close)
        self._ending.daemon = True
        self._ending.start()

    def _end(self) -> None:
        if self._ending is not None:
            self._ending.cancel()
        child, self._child, self._ending = self._child, None, None
        if child is not None:
            for pipe in (child.stdin, child.stdout):
                if pipe is not None:
                    pipe.close()
            child.kill()
            child.wait()


def _line(descriptor: int, until: float) -> bytes:
    """Read a line. Raises TimeoutError, and ValueError where it has no end."""
    said = b""
    while not said.endswith(b"\n"):
        left = until - time.monotonic()
        if left <= 0 or not select.select([descriptor], [], [], left)[0]:
            raise TimeoutError
        piece = os.read(descriptor, 65_536)
        if not piece or len(said) > MOST_BYTES:
            raise ValueError("no whole answer")
        said += piece
    return said


def harmless(svg: str) -> bool:
    """Tell whether a picture has nothing but lines, shapes and words."""
    for _, tag, attributes in _TAG.findall(svg):
        given = _ATTRIBUTE.findall(attributes)
        if tag not in _TAGS or not {name for name, _ in given} <= _ATTRIBUTES:
            return False
        if any(_OUTSIDE.search(value) for _, value in given):
            return False
    return svg.startswith("<svg ") and _ODD.search(_TAG.sub("", svg)) is None


@dataclass(kw_only=True)
class Easel:
    """Charts that pages show, by name, and their pictures. A name that no page gave has none."""

    pencil: Drawn
    _charts: OrderedDict[str, Chart] = field(default_factory=OrderedDict, init=False)
    _pictures: OrderedDict[tuple[str, Width], str] = field(default_factory=OrderedDict, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)
    _drawing: threading.Lock = field(default_factory=threading.Lock, init=False)

    @property
    def failing(self) -> bool:
        """Tell whether pictures cannot be drawn now."""
        return self.pencil.resting

    def put(self, chart: Chart) -> str:
        """Take a chart that a page is about to show, and give the name of its picture."""
        name = chart.digest
        with self._lock:
            self._charts[name] = chart
            self._charts.move_to_end(name)
            while len(self._charts) > MOST_CHARTS:
                self._charts.popitem(last=False)
        return name

    def picture(self, name: str, width: Width, look: Look) -> str:
        """Give a picture. Raises NotFound, TryLater."""
        with self._lock:
            chart = self._charts.get(name)
        if chart is None:
            raise NotFound("No page has shown this picture lately.")
        drawn = self._kept(name, width)
        if drawn is None:
            with self._drawing:  # a page asks for both looks at once: one drawing is enough
                drawn = self._kept(name, width) or self._drawn(name, chart, width)
        return darkened(drawn) if look == "dark" else drawn

    def _kept(self, name: str, width: Width) -> str | None:
        with self._lock:
            return self._pictures.get((name, width))

    def _drawn(self, name: str, chart: Chart, width: Width) -> str:
        drawn = self.pencil.svg(chart, width)
        with self._lock:
            self._pictures[name, width] = drawn
            while len(self._pictures) > MOST_PICTURES:
                self._pictures.popitem(last=False)
        return drawn
