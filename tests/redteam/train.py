"""Learns the weights of `triage/model.npz` and says how good they are on wordings held out.

`PYTHONPATH=tests:. .venv/bin/python tests/redteam/train.py [--write]`: needs numpy only. The
logistic regression is solved by Newton's method over the products of the texts; with 5,250 notes
that takes some five minutes and 2 GB.
"""

from __future__ import annotations

import hashlib
import itertools
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from redteam.learning import Example, notes, texts

from triage import model

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

TARGET = Path(model.__file__).with_suffix(".npz")
FOLDS = 5
#: Rounds of Newton's method, which is near its end after eight, and near enough to calibrate by
#: after five.
ROUNDS, ROUNDS_HELD_OUT = 8, 5
#: How much large weights cost, from which the evaluation chooses.
COSTS = (0.03,)
EDGES = (0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Learned:
    """What was learned for one head, and its chances for texts that it was not learned from."""

    name: str
    weights: Floats
    bias: float
    slope: float
    offset: float
    cost: float
    truth: Bools
    chances: Floats


@dataclass(frozen=True, kw_only=True, slots=True)
class Sources:
    """What is learned from: what the model sees of each text, and what is made of that."""

    seen: Floats
    products: Floats
    folds: NDArray[np.int64]


def learn(name: str, sources: Sources, truth: Bools) -> Learned:
    """Learn one head, at the cost that holds best for the folds that were held out."""
    products = sources.products
    trials = {cost: _held_out(products, truth, sources.folds, cost) for cost in COSTS}
    losses = {
        cost: _loss(*_calibrated(scores, truth)[:2], scores, truth)
        for cost, scores in trials.items()
    }
    cost = min(losses, key=lambda it: losses[it])
    slope, offset, chances = _calibrated(trials[cost], truth)
    pulls = solve(products, truth, cost)
    return Learned(
        name=name,
        weights=sources.seen.T @ pulls,
        bias=float(pulls.sum()),
        slope=slope,
        offset=offset,
        cost=cost,
        truth=truth,
        chances=chances,
    )


def _held_out(products: Floats, truth: Bools, folds: NDArray[np.int64], cost: float) -> Floats:
    scores = np.zeros(len(truth))
    for fold in range(FOLDS):
        out, kept = folds == fold, folds != fold
        pulls = solve(products[np.ix_(kept, kept)], truth[kept], cost, ROUNDS_HELD_OUT)
        scores[out] = products[np.ix_(out, kept)] @ pulls
    return scores


def solve(products: Floats, truth: Bools, cost: float, rounds: int = ROUNDS) -> Floats:
    """Give the pull of each text: Newton's method, both classes weighing the same."""
    share = np.where(truth, 0.5 / truth.sum(), 0.5 / (~truth).sum()) * len(truth)
    scores = np.zeros(len(truth))
    pulls = scores
    half = products.astype(np.float32)
    for _ in range(rounds):
        chance = 1 / (1 + np.exp(-np.clip(scores, -30, 30)))
        spread = np.maximum(chance * (1 - chance), 1e-6)
        aim = scores + (truth - chance) / spread
        bent = half + np.diag((cost / (share * spread)).astype(np.float32))
        pulls = np.linalg.solve(bent, aim.astype(np.float32)).astype(float)
        scores = products @ pulls
    return pulls


def _calibrated(scores: Floats, truth: Bools) -> tuple[float, float, Floats]:
    """Give slope and offset that make chances of scores (Platt), and the chances."""
    hits, misses = truth.sum(), (~truth).sum()
    # Never quite certain, so that the few texts do not make it so.
    aim = np.where(truth, (hits + 1) / (hits + 2), 1 / (misses + 2))
    found = np.array([1.0, 0.0])
    inputs = np.stack([scores, np.ones_like(scores)], axis=1)
    for _ in range(50):
        chance = 1 / (1 + np.exp(-np.clip(inputs @ found, -30, 30)))
        slope = inputs.T @ (chance - aim)
        bend = (inputs * (chance * (1 - chance))[:, None]).T @ inputs + 1e-6 * np.eye(2)
        found = found - np.linalg.solve(bend, slope)
    return float(found[0]), float(found[1]), 1 / (1 + np.exp(-np.clip(inputs @ found, -30, 30)))


def _loss(slope: float, offset: float, scores: Floats, truth: Bools) -> float:
    chance = np.clip(1 / (1 + np.exp(-np.clip(slope * scores + offset, -30, 30))), 1e-9, 1 - 1e-9)
    return float(-np.where(truth, np.log(chance), np.log(1 - chance)).mean())


def fold_of(group: str) -> int:
    """Give the fold of a wording."""
    return hashlib.sha256(group.encode()).digest()[0] % FOLDS


def folds_of(examples: Sequence[Example]) -> NDArray[np.int64]:
    """Put each wording into one fold."""
    return np.array([fold_of(example.group or example.text) for example in examples])


def seen_of(examples: Sequence[Example]) -> Floats:
    """Give what the model sees of each example, one a row."""
    rows = [model.vector(model.words_of(it.text), it.signs) for it in examples]
    return np.stack(rows).astype(float)


def products_of(seen: Floats) -> Floats:
    """Give how alike each two examples are; the one that is added stands for the bias."""
    half = seen.astype(np.float32)  # half as exact is exact enough
    return (half @ half.T).astype(float) + 1.0


def learned() -> list[Learned]:
    """Learn every head."""
    read, heard = list(texts()), list(notes())
    return [
        *learned_heads(read, model.TEXT_HEADS, seen_of(read)),
        *learned_heads(heard, model.NOTE_HEADS, seen_of(heard)),
    ]


def learned_heads(examples: Sequence[Example], names: Sequence[str], seen: Floats) -> list[Learned]:
    """Learn the heads of one set of examples, of which this is what the model sees."""
    products = products_of(seen)
    sources = Sources(
        seen=seen,
        products=products,
        folds=folds_of(examples),
    )
    return [learn(name, sources, np.array([name in it.heads for it in examples])) for name in names]


def write(heads: Sequence[Learned], place: Path = TARGET) -> None:
    """Write the weights in whole bytes."""
    scales = [float(np.abs(head.weights).max()) / 127 for head in heads]
    weights = [np.round(head.weights / scale) for head, scale in zip(heads, scales, strict=True)]
    numbers = [
        (scale, head.bias, head.slope, head.offset)
        for head, scale in zip(heads, scales, strict=True)
    ]
    said = (it.text for it in (*texts(), *notes()) if it.heads)
    known = {model.mark_of(word) for text in said for word in model.words_of(text)}
    np.savez_compressed(
        place,
        names=np.array([head.name for head in heads]),
        weights=np.stack(weights).astype(np.int8),
        numbers=np.array(numbers),
        known=np.array(sorted(known), dtype=np.uint32),
    )


def report(head: Learned) -> str:
    """Say how good a head is on wordings that it was not learned from."""
    lines = [f"{head.name}: {head.truth.sum()} of {len(head.truth)} texts, cost {head.cost}"]
    for least in (0.3, 0.5, 0.8, 0.9):
        said = head.chances >= least
        right = (said & head.truth).sum()
        lines.append(
            f"  at {least}: precision {right / max(said.sum(), 1):.3f}, "
            f"recall {right / head.truth.sum():.3f}"
        )
    for low, high in itertools.pairwise(EDGES):
        here = (head.chances >= low) & (head.chances < high + (high == 1.0))
        if here.any():
            lines.append(
                f"  said {low:.1f} to {high:.1f}: {here.sum():4} texts, mean "
                f"{head.chances[here].mean():.3f}, true {head.truth[here].mean():.3f}"
            )
    return "\n".join(lines)


def main(arguments: Sequence[str]) -> None:
    """Learn, say how good it is, and write where that is asked for."""
    heads = learned()
    for head in heads:
        print(report(head))  # noqa: T201
    if "--write" in arguments:
        write(heads)
        print(f"{TARGET}: {TARGET.stat().st_size} bytes")  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1:])
