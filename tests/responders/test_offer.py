"""Which texts a person may have sent: never one that calms where danger or harm stands."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import get_args

import pytest

from casefile.errors import Refused
from casefile.finding import DANGER_FLAGS, Finding, Flag, Verdict, VerdictKind
from casefile.reply import MAINS
from casefile.report import Unwrapping
from makers import finding, key
from responders.decide import REASSURING, answer_for
from responders.offer import amended, offered, picked


def found(kind: VerdictKind = "unclear", *flags: Flag, judged: Verdict | None = None) -> Finding:
    verdict = Verdict(kind=kind, confidence=0.95, flags=flags)
    return replace(finding(key(1)), verdict=verdict, judged=judged)


def test_of_a_doubtful_mail_any_text_may_be_sent() -> None:
    """Whether somebody may be calmed is the question that a person is asked."""
    assert offered([found()]) == MAINS
    assert offered([found("other-scam")]) == MAINS


@pytest.mark.parametrize(
    ("danger", "texts"),
    [
        (found("physical-threat"), ("threat",)),
        (found("webcam-bluff", "under-18"), ("threat", "young")),
        (found("recorded-chat"), ("threat", "young", "recorded")),
        (found("webcam-bluff", "images-shared"), ("threat", "young", "recorded")),
        (found("other-scam", "paid"), ("threat", "young", "recorded", "organisation", "scam")),
        (
            found("not-a-scam", "distress"),
            ("threat", "young", "recorded", "organisation", "scam", "general"),
        ),
    ],
)
def test_danger_and_harm_leave_what_is_as_serious(danger: Finding, texts: tuple[str, ...]) -> None:
    assert offered([danger]) == texts
    assert offered([found("webcam-bluff"), danger]) == texts
    bluff = Verdict(kind="webcam-bluff", confidence=0.97)
    overruled = replace(danger, verdict=bluff, judged=danger.verdict)
    assert offered([overruled]) == texts, "what a person made of it calms nobody"


def test_nobody_in_danger_can_be_sent_a_text_that_calms() -> None:
    for kind, flag in product(get_args(VerdictKind), get_args(Flag)):
        case = found(kind, flag)
        if flag in DANGER_FLAGS or kind == "physical-threat":
            assert REASSURING.isdisjoint(offered([case]))
            for main in REASSURING:
                with pytest.raises(Refused):
                    picked([case], main, None)


def test_what_could_not_be_read_is_not_called_harmless() -> None:
    assert REASSURING.isdisjoint(offered([]))
    assert "general" in offered([])


def test_what_the_machine_may_not_answer_nobody_may() -> None:
    direct = found("webcam-bluff")
    direct = replace(direct, report=replace(direct.report, unwrapping=Unwrapping(how="direct")))
    assert offered([direct]) == ()
    assert offered([found("auto-reply")]) == ()
    auto = Verdict(kind="auto-reply", confidence=0.9)
    assert offered([found("webcam-bluff", judged=auto)]) == ()


def test_a_pick_keeps_the_parts_and_puts_a_language_first() -> None:
    case = found("unclear", "paid")
    given = picked([case], "scam", "en")
    assert (given.main, given.parts, given.languages) == ("scam", ("paid",), ("en", "cy"))
    assert picked([case], None, None) == answer_for([case])
    sure = found("webcam-bluff")
    mains = [picked([sure], None, None, bluff_proven=it).main for it in (True, False)]
    assert mains == ["bluff", "general"]
    with pytest.raises(Refused, match="calm"):
        picked([case], "bluff", None)


def test_a_text_that_waited_gives_way_where_danger_or_harm_is_known_by_now() -> None:
    bluff = picked([found("webcam-bluff")], "bluff", "en")
    assert amended([found("webcam-bluff")], bluff) == bluff
    assert amended([found("unclear")], bluff) == bluff, "a person may have picked it"
    for flag in ("under-18", "distress", "images-shared", "paid"):
        known = found("webcam-bluff", flag)  # type: ignore[arg-type]
        given = amended([known], bluff)
        assert (given.main, given.parts) == (answer_for([known]).main, answer_for([known]).parts)
        assert given.languages == ("en", "cy")
    general = picked([found()], None, None)
    assert amended([found("unclear", "distress")], general).parts == ("distress",)
    assert amended([found("auto-reply")], general) == general
