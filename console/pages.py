"""Turns values into pages: the templates, and the filters that keep strangers' text harmless."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket
from markupsafe import Markup
from starlette.responses import HTMLResponse

from casefile.finding import DANGER_FLAGS, DANGER_KINDS
from console.clock import Clock
from console.masked import masked_address
from console.visible import block, line, marked, squeezed, unlinked
from console.words import Words


class _Compiled(BytecodeCache):
    """Keeps what templates are compiled to, which is the same for each language."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill a bucket where its template was compiled before, as it is now."""
        if (code := self._kept.get((bucket.key, bucket.checksum))) is not None:
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what a template was compiled to."""
        self._kept[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


#: No filter that differs by language is used on what stands in a template itself: the compiler
#: would work it out for all of them.
_COMPILED = _Compiled()


class Pages:
    """The pages in one language for one force."""

    def __init__(self, templates: Path, words: Words, clock: Clock, force_name: str) -> None:
        self.words, self.clock = words, clock
        # `finalize` takes every value that a template prints: what is not HTML of our own is
        # escaped and made visible, whether or not somebody thought of a filter.
        self._environment = Environment(
            loader=FileSystemLoader(templates),
            bytecode_cache=_COMPILED,
            autoescape=True,
            auto_reload=False,
            undefined=StrictUndefined,
            finalize=lambda value: value if isinstance(value, Markup) else line(value),
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters.update(
            block=block,
            calendar=clock.calendar,
            day=clock.day,
            figure=lambda number: f"{number:,}",
            marked=marked,
            masked=masked_address,
            moment=clock.moment,
            segment=lambda text: quote(text, safe=""),
            span=clock.span,
            squeezed=squeezed,
            unlinked=unlinked,
        )
        self._environment.globals.update(
            t=words.text,
            n=words.number,
            label=words.label,
            lang=words.language,
            force=force_name,
            kind_label=lambda kind: words.label("indicator", kind),
            danger_kinds=DANGER_KINDS,
            danger_flags=DANGER_FLAGS,
        )
        # Read now, so that a template that cannot be read stops the start and not a page.
        for name in self._environment.list_templates(extensions=["html"]):
            self._environment.get_template(name)

    def page(self, template: str, values: Mapping[str, object], status: int = 200) -> HTMLResponse:
        """Fill a template."""
        return HTMLResponse(self._environment.get_template(template).render(values), status)
