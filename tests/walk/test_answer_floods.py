"""Floods: nobody is mailed who did not write, nobody too often, and the rest waits its turn."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from answerable import FORGED, answer, fill, opened_desk

SIZES = [300, pytest.param(10_000, marks=pytest.mark.long)]
OPEN = {"DESK_REPLIES_HOUR": "1000000", "DESK_REPLIES_DAY": "1000000"}


def outbox(folder: Path) -> int:
    """Count the replies that left."""
    return sum(1 for _ in (folder / "outbox").glob("*.eml"))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("victims", ["one", "each another"])
def test_forged_mails_send_nobody_anything(tmp_path: Path, size: int, victims: str) -> None:
    """In one victim's name or in as many as there are mails: 0 replies, all shown to a person."""
    senders = [f"v{0 if victims == 'one' else it}@victim.org" for it in range(size)]
    with opened_desk(tmp_path / "var", **OPEN) as (desk, pipeline):
        fill(desk, senders, authentication=FORGED)
        answer(pipeline)
        reasons = Counter((it.state, it.reason) for it in desk.ledger.decisions())
        assert outbox(tmp_path / "var") == 0
        assert {it.desk for it in desk.record.waiting()} == {"unanswered"}

    reason = "not authenticated: spf fail, dkim none, dmarc fail"
    assert reasons == {("suppressed", reason): size}


@pytest.mark.parametrize("size", SIZES)
def test_one_who_writes_all_day_is_answered_once(tmp_path: Path, size: int) -> None:
    """Proven or not: one reply of a kind in seven days."""
    with opened_desk(tmp_path / "var", **OPEN) as (desk, pipeline):
        fill(desk, ["sam@reporter.example"] * size)
        answer(pipeline)
        states = Counter((it.state, it.reason) for it in desk.ledger.decisions())

    assert outbox(tmp_path / "var") == 1
    assert states == {
        ("sent", ""): 1,
        ("suppressed", "answered the same within 7 days"): size - 1,
    }


@pytest.mark.parametrize(
    ("size", "ceiling"), [(90, 40), pytest.param(10_000, 600, marks=pytest.mark.long)]
)
def test_many_who_are_proven_are_answered_one_ceiling_after_the_other(
    tmp_path: Path, size: int, ceiling: int
) -> None:
    """No minute sees more than the ceiling; nobody is refused; in the end everybody is answered."""
    begin = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(minutes=1)
    environ = OPEN | {
        "DESK_REPLIES_MINUTE": str(ceiling),
        "DESK_REPLIES_DOMAIN_MINUTE": str(10 * ceiling),
    }
    with opened_desk(tmp_path / "var", **environ) as (desk, pipeline):
        fill(desk, [f"v{it}@d{it % 50}.org" for it in range(size)])
        before, minutes = 0, 0
        while before < size and minutes < 24 * 60:
            answer(replace(pipeline, clock=lambda m=minutes: begin + timedelta(minutes=m)))  # type: ignore[misc]
            now = outbox(tmp_path / "var")
            assert now - before <= ceiling
            before, minutes = now, minutes + 1
        states = Counter(it.state for it in desk.ledger.decisions())

    assert states == {"sent": size}
    assert minutes < 3 * (size / ceiling) + 10


def test_one_domain_cannot_take_the_room_of_others(tmp_path: Path) -> None:
    environ = OPEN | {"DESK_REPLIES_DOMAIN_MINUTE": "5"}
    minute = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(minutes=1)
    with opened_desk(tmp_path / "var", **environ) as (desk, pipeline):
        fill(desk, [f"v{it}@flood.org" for it in range(30)] + ["sam@reporter.example"])
        answer(replace(pipeline, clock=lambda: minute))
        states = Counter(it.state for it in desk.ledger.decisions())

    assert states == {"sent": 6, "deferred": 25}
