"""What a sure bluff is answered with, as the force has verified it or not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from answerable import FORGED, ROOT, answer, fill, opened_desk

import forwards
from bench import SAM
from casefile.correction import Wish
from desk.answering import Request, have_answered, offer
from desk.correcting import correct
from desk.inspection import inspect
from desk.settings import load
from samples.forwards_sent import FORCE
from samples.originals import BLUFF_EN, WALLET_EN, mail

VERIFIED = """
[force.bluff_text]
value = "bluff"
source = "the force"
checked_on = 2026-11-29
status = "verified"
mark = "own"
"""


def profile_in(folder: Path, more: str) -> Path:
    """Write the profile of a force that says more. Gives its file."""
    profile = folder / "force.toml"
    text = (ROOT / "profiles" / "mercia-vale.toml").read_text(encoding="utf-8")
    profile.write_text(text + more, encoding="utf-8")
    return profile


@pytest.mark.parametrize(("verified", "main"), [(VERIFIED, "bluff"), ("", "general")])
def test_a_sure_bluff_is_called_one_where_the_force_lets_it(
    tmp_path: Path, verified: str, main: str
) -> None:
    profile = profile_in(tmp_path, verified)
    with opened_desk(tmp_path / "data", DESK_PROFILE=str(profile)) as (desk, pipeline):
        (key,) = fill(desk, [SAM])
        (finding,) = desk.record.findings_of(key)
        assert (finding.verdict.kind, finding.verdict.confidence) == ("webcam-bluff", 0.9)
        answer(pipeline)
        decided = desk.ledger.decision(key)
        assert decided is not None
        assert (decided.state, decided.answer.main) == ("sent", main)


@pytest.mark.parametrize(("verified", "main"), [(VERIFIED, "bluff"), ("", "general")])
def test_who_has_it_answered_by_hand_is_offered_first_what_the_machine_would_send(
    tmp_path: Path, verified: str, main: str
) -> None:
    profile = profile_in(tmp_path, verified)
    with opened_desk(tmp_path / "data", DESK_PROFILE=str(profile)) as (desk, pipeline):
        (key,) = fill(desk, [SAM], authentication=FORGED)
        answer(pipeline)
        found = offer(desk, key)
        assert found is not None
        assert found.own.main == main
        assert "bluff" in found.mains
        spoke = Request(key=key, actor="ann", reason="spoke with Sam", vouched=True)
        decided = have_answered(desk, spoke)
        assert (decided.state, decided.answer.main) == ("claimed", main)


@pytest.mark.parametrize("flag", ["under-18", "distress", "paid", "images-shared"])
def test_nobody_with_a_flag_of_danger_or_harm_gets_it_even_so(tmp_path: Path, flag: str) -> None:
    profile = profile_in(tmp_path, VERIFIED)
    with opened_desk(tmp_path / "data", DESK_PROFILE=str(profile)) as (desk, pipeline):
        (key,) = fill(desk, [SAM], flags=(flag,))
        answer(pipeline)
        decided = desk.ledger.decision(key)
        assert decided is not None
        assert decided.answer.main not in {"bluff", "thanks"}


def test_a_bluff_text_that_waits_does_not_leave_once_somebody_says_they_are_in_danger(
    tmp_path: Path,
) -> None:
    profile = profile_in(tmp_path, VERIFIED)
    with opened_desk(tmp_path / "data", DESK_PROFILE=str(profile)) as (desk, pipeline):
        (key,) = fill(desk, [SAM])
        late = datetime.now(UTC) + timedelta(hours=1)
        answer(replace(pipeline, ceilings=replace(pipeline.ceilings, per_day=0)))
        held = desk.ledger.decision(key)
        assert held is not None
        assert (held.state, held.answer.main) == ("deferred", "bluff")
        (finding,) = desk.record.findings_of(key)
        desk.register.place([finding])
        wish = Wish(actor="ann", action="flag", subject=finding.key, target="under-18")
        correct(desk, wish, "she rang: she is 15")
        answer(replace(pipeline, clock=lambda: late))
        sent = desk.ledger.decision(key)
        assert sent is not None
        assert (sent.state, sent.answer.main, sent.answer.parts) == ("sent", "young", ("young",))
        assert sent.reference == held.reference


@pytest.mark.parametrize(("verified", "main"), [(VERIFIED, "bluff"), ("", "general")])
def test_what_is_inspected_shows_the_text_that_this_force_would_send(
    tmp_path: Path, verified: str, main: str
) -> None:
    profile = profile_in(tmp_path, verified)
    bluff = BLUFF_EN.format(name="Sam", password="tulip77", amount="1,400", wallet=WALLET_EN)
    forward = tmp_path / "sam.eml"
    forward.write_bytes(
        forwards.gmail(mail(bluff, subject="hello"), reporter=SAM, to=FORCE, note="")
    )
    settings = load({"data": tmp_path / "data"}, {"DESK_PROFILE": str(profile)}, tmp_path)
    ((shown, read),) = inspect([str(forward)], settings)
    assert read
    assert shown["verdict"]["kind"] == "webcam-bluff"
    assert shown["reply"]["kind"] == main
