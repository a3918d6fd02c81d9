"""The wordings of the labelled real mails, where they are at hand, are told apart and together."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine

from casefile.finding import Finding, Fingerprint
from contracts.sample_findings import finding
from desk.engine import open_engine
from triage.register import SqlRegister, metadata
from wordings.real_mails import labelled
from wordings.scores import score

pytestmark = pytest.mark.corpus


def placed(wordings: dict[str, Fingerprint], order: list[str], engine: Engine) -> dict[str, str]:
    """Give by file the wording it is placed in, and its own where its text tells nothing."""
    metadata.create_all(engine)
    findings: list[Finding] = [
        replace(finding(number), fingerprint=wordings[name]) for number, name in enumerate(order)
    ]
    placements = SqlRegister(engine).place(findings)
    engine.dispose()
    return {name: it.wording or name for name, it in zip(order, placements, strict=True)}


def test_wordings_are_found_in_whatever_order_the_mails_come(corpus: Path) -> None:
    """None is put where it is not, and of those that are alike none is missed.

    Labelled as one, with the language: translations, and pictures without a text, are none's.
    """
    labels, wordings = labelled(corpus)
    assert len(labels) >= 20
    names = sorted(labels)
    for seed in range(20):
        order = names.copy()
        random.Random(seed).shuffle(order)  # noqa: S311 - repeatable, not secret
        found = placed(wordings, order, open_engine("sqlite://"))
        it = score([found[name] for name in names], [labels[name] for name in names])
        assert it.precision == 1.0
        assert it.recall >= 0.95
