"""Its sole purpose is to be a text that is searched for values, with the way back from it."""

from __future__ import annotations

from dataclasses import dataclass

from casefile.indicator import Place, Spot
from triage.characters import sweep
from triage.way_back import ENTITIES, Nodes, in_markup, in_source, through

MARKUP, QUOTED_PRINTABLE = "markup read as it is shown", "quoted-printable read"
HIDDEN = "hidden text shown"
#: Steps that make the text that `sweep` then cleans.
_MAKING = frozenset({MARKUP, QUOTED_PRINTABLE, ENTITIES, HIDDEN})


@dataclass(frozen=True, kw_only=True, slots=True)
class View:
    """One text that is searched for values."""

    text: str
    found_in: Place
    #: True for what a person reads; hidden text and targets of links are searched without guessing.
    read: bool = True
    #: The steps that made it, in order, each with the text before it: the way back.
    layers: tuple[tuple[str, str], ...] = ()
    #: The text, the markup or the header as it was written.
    source: str = ""
    #: The texts of markup, in order.
    nodes: Nodes = ()
    #: Where it stands, in words, where that is no body: `header Subject`.
    place: str = ""
    #: Only accounts are looked for: addresses in it are those of the mail's way, or of nobody.
    accounts_only: bool = False

    def spot(self, start: int, end: int) -> Spot:
        """Say where a stretch of this text stood; in the source only where that is proven."""
        at = self._written(start, end) or (-1, -1)
        return Spot(start=start, end=end, written_start=at[0], written_end=at[1], place=self.place)

    def _written(self, start: int, end: int) -> tuple[int, int] | None:
        marked = bool(self.layers) and self.layers[0][0] in {MARKUP, HIDDEN}
        found = through(self.layers[marked:], self.text, (start, end))
        if found is None or not self.source:
            return None
        text, at = found
        if not marked:
            return in_source(self.source, text, at)
        return in_markup(self.source, self.nodes, text, at, hidden=self.layers[0][0] == HIDDEN)

    def steps(self, value: str) -> tuple[str, ...]:
        """Name the steps without which a value of this text would not stand in it."""
        texts = [*(before for _, before in self.layers), self.text]
        return tuple(
            name
            for (name, before), now in zip(self.layers, texts[1:], strict=True)
            if value not in before
            and (value not in sweep(before).text if name in _MAKING else value in now)
        )
