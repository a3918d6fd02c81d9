"""Measures a folder of written cases: `python tests/redteam/measure.py [FOLDER] [--each]`."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from redteam.cases import OWN, Outcome, cases, outcome


def table(outcomes: Sequence[Outcome]) -> str:
    """Give by truth and language: cases, kinds and answers, flags missed, calmed in danger."""
    rows = defaultdict(list)
    for it in outcomes:
        rows[it.case.truth, it.case.language].append(it)
    lines = ["truth         lang  cases  kind bluff  reply bluff  flags missed  danger calmed"]
    for (truth, language), its in sorted(rows.items()):
        bluff = sum(it.kind == "webcam-bluff" for it in its)
        calmed = sum(it.answer.main == "bluff" for it in its)
        missed = sum(bool(it.missed) for it in its)
        wrong = sum(in_danger_and_calmed(it) for it in its)
        lines.append(
            f"{truth:13} {language:5} {len(its):5} {bluff:11} {calmed:12} {missed:13} {wrong:14}"
        )
    bluffs = [it for it in outcomes if it.case.truth == "bluff"]
    seen = sum(it.kind == "webcam-bluff" for it in bluffs)
    told = sum(it.answer.main == "bluff" for it in bluffs)
    wrong = sum(map(in_danger_and_calmed, outcomes))
    missed = sum(bool(it.missed) for it in outcomes)
    lines.append(
        f"all {len(outcomes)}: bluffs recognised {seen}/{len(bluffs)}, answered as such {told}; "
        f"flags missed in {missed}; in danger and calmed: {wrong}"
    )
    return "\n".join(lines)


def in_danger_and_calmed(it: Outcome) -> bool:
    """Tell whether somebody in danger would get the text that calms."""
    return it.case.danger and it.answer.main in {"bluff", "thanks"}


def each(outcomes: Sequence[Outcome]) -> str:
    """Give a line for every case that went wrong."""
    lines = []
    for it in outcomes:
        verdict = it.finding.verdict
        unseen = it.case.truth == "bluff" and it.answer.main != "bluff"
        mistaken = it.case.truth != "bluff" and it.answer.main == "bluff"
        if it.missed or unseen or mistaken or in_danger_and_calmed(it):
            lines.append(
                f"{it.case.id:14} {verdict.kind} {verdict.confidence} {list(verdict.flags)} "
                f"-> {it.answer.main}; missed {sorted(it.missed)}: {it.case.note[:90]!r} "
                f"{[reason.rule for reason in verdict.reasons]}"
            )
    return "\n".join(lines)


def main(arguments: Sequence[str]) -> None:
    """Print the table, and with `--each` the cases that went wrong."""
    places = [Path(argument) for argument in arguments if not argument.startswith("--")]
    outcomes = [outcome(case) for case in cases(places[0] if places else OWN)]
    if "--each" in arguments:
        print(each(outcomes))  # noqa: T201
    print(table(outcomes))  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1:])
