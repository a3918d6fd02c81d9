"""Measures the written cases by models that know nothing of their author: neither mails nor notes.

`PYTHONPATH=tests:. python tests/redteam/held_out.py [--each] [AUTHOR …]`, by default each in turn.
The rules are those that ship, and were written after the cases were read, as was what
`learning.VOICES` names: so this says how well the model holds, not how well the rules do.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from unittest.mock import patch

import numpy as np
from redteam.cases import cases, outcome
from redteam.learning import AUTHORS, Example, notes, texts
from redteam.measure import each, table
from redteam.train import COSTS, Floats, products_of, seen_of, solve

from triage import model

Heads = dict[str, model.Head]


def without(examples: list[Example], names: Sequence[str], authors: Sequence[str]) -> list[Heads]:
    """Learn heads without each of some authors; the calibration is that of what ships."""
    seen = seen_of(examples)
    products = products_of(seen)
    (cost,) = COSTS
    learned = []
    for author in authors:
        kept = np.array([it.author != author for it in examples])
        within = products[np.ix_(kept, kept)]
        heads = {}
        for name in names:
            truth = np.array([name in it.heads for it in examples])[kept]
            pulls: Floats = solve(within, truth, cost)
            shipped = model.loaded(model.WEIGHTS)[0][name]
            heads[name] = model.Head(
                weights=(seen[kept].T @ pulls).astype(np.float32),
                bias=float(pulls.sum()),
                slope=shipped.slope,
                offset=shipped.offset,
            )
        learned.append(heads)
    return learned


def main(arguments: Sequence[str]) -> None:
    """Print a table for each author, and with `--each` the cases that went wrong."""
    named = [argument for argument in arguments if not argument.startswith("--")]
    authors = named or list(AUTHORS)
    read = without(list(texts()), model.TEXT_HEADS, authors)
    heard = without(list(notes()), model.NOTE_HEADS, authors)
    for author, of_texts, of_notes in zip(authors, read, heard, strict=True):
        with patch.object(model, "_MODEL", of_texts | of_notes):
            outcomes = [outcome(case) for case in cases(AUTHORS[author])]
        if "--each" in arguments:
            print(each(outcomes))  # noqa: T201
        print(f"{author}, by models that know none of it\n{table(outcomes)}")  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1:])
