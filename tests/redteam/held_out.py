"""Measures the written cases by models that have seen neither their mail nor their note.

`PYTHONPATH=tests:. python tests/redteam/held_out.py [--each] [FOLDER …]`, by default both halves.
The rules are those that ship, so this says how well the model holds, not how well the rules do.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import numpy as np
from redteam.cases import OWN, Case, Outcome, cases, outcome
from redteam.learning import MEASURING, Example, as_seen, notes, texts
from redteam.measure import each, table
from redteam.train import FOLDS, Floats, fold_of, folds_of, learned_heads, seen_of, solve

from triage import model


@dataclass(frozen=True, kw_only=True, slots=True)
class Models:
    """What was learned without each of the folds."""

    texts: tuple[dict[str, model.Head], ...]
    notes: tuple[dict[str, model.Head], ...]

    def outcome(self, case: Case) -> Outcome:
        """Give what becomes of a case that the model has not seen."""
        mail = case.mail[1:] if case.mail.startswith("@") else case.id
        heads = self.texts[fold_of(mail)] | self.notes[fold_of(as_seen(case.note))]
        with patch.object(model, "_MODEL", heads):
            return outcome(case)


def models() -> Models:
    """Learn all heads without each fold in turn; the calibration is that of all folds."""
    return Models(
        texts=_without(list(texts()), model.TEXT_HEADS),
        notes=_without(list(notes()), model.NOTE_HEADS),
    )


def _without(examples: list[Example], names: Sequence[str]) -> tuple[dict[str, model.Head], ...]:
    seen, folds = seen_of(examples), folds_of(examples)
    products = seen @ seen.T + 1.0
    calibrated = {head.name: head for head in learned_heads(examples, names, seen)}
    heads = []
    for fold in range(FOLDS):
        kept = folds != fold
        within = products[np.ix_(kept, kept)]
        heads.append({})
        for name in names:
            truth = np.array([name in it.heads for it in examples])[kept]
            learned = calibrated[name]
            pulls: Floats = solve(within, truth, learned.cost)
            heads[-1][name] = model.Head(
                weights=(seen[kept].T @ pulls).astype(np.float32),
                bias=float(pulls.sum()),
                slope=learned.slope,
                offset=learned.offset,
            )
    return tuple(heads)


def main(arguments: Sequence[str]) -> None:
    """Print a table for each folder, and with `--each` the cases that went wrong."""
    folders = [Path(argument) for argument in arguments if not argument.startswith("--")]
    held = models()
    for folder in folders or (OWN, MEASURING):
        outcomes = [held.outcome(case) for case in cases(folder)]
        if "--each" in arguments:
            print(each(outcomes))  # noqa: T201
        print(f"{folder.name}, by models that have not seen the case\n{table(outcomes)}")  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1:])
