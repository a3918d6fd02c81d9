"""With what a submission is answered: one test for each row of the table."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casefile.finding import Finding, Flag, Verdict, VerdictKind
from casefile.reply import MAINS
from casefile.report import How, Unwrapping
from makers import finding, key
from responders.decide import answer_for

KINDS, FLAGS, HOWS = get_args(VerdictKind), get_args(Flag), get_args(How)


def found(
    kind: str = "unclear",
    *flags: str,
    how: str = "inline",
    sure: float = 0.95,
    note: str = "",
    **changes: object,
) -> Finding:
    whole = finding(key(1), verdict=Verdict(kind=kind, confidence=sure, flags=flags))  # type: ignore[arg-type]
    report = replace(
        whole.report,
        unwrapping=Unwrapping(how=how),  # type: ignore[arg-type]
        reporter=replace(whole.report.reporter, note=note),
    )
    return replace(whole, report=report, **changes)  # type: ignore[arg-type]


def main(*findings: Finding, proven: bool = True) -> str | None:
    return answer_for(findings, bluff_proven=proven).main


@pytest.mark.parametrize(
    ("given_finding", "wanted"),
    [
        (found("physical-threat"), "threat"),
        (found("physical-threat", "under-18"), "threat"),
        (found("physical-threat", how="none"), "threat"),
        (found("webcam-bluff", "under-18"), "young"),
        (found("not-a-scam", "under-18"), "young"),
        (found("recorded-chat"), "recorded"),
        (found("webcam-bluff", "images-shared"), "recorded"),
        (found("webcam-bluff", "contact-continues"), "recorded"),
        (found("data-threat"), "organisation"),
        (found("other-scam"), "scam"),
        (found("authority-hoax"), "scam"),
        (found("recovery-offer"), "scam"),
        (found("webcam-bluff"), "bluff"),
        (found("webcam-bluff", how="attached"), "bluff"),
        (found("webcam-bluff", how="msg"), "bluff"),
        (found("webcam-bluff", how="tnef"), "bluff"),
        (found("webcam-bluff", "personal-data", "self-spoofed"), "bluff"),
        (found("webcam-bluff", how="quoted"), "general"),
        (found("webcam-bluff", how="arf"), "general"),
        (found("webcam-bluff", sure=0.6), "general"),
        (found("webcam-bluff", "paid"), "general"),
        (found("webcam-bluff", "distress"), "general"),
        (found("not-a-scam"), "thanks"),
        (found("not-a-scam", "distress"), "general"),
        (found("empty", how="none"), "thanks"),
        (found("empty", "distress", how="none"), "general"),
        (found("empty", how="none", note="help me"), "general"),
        (found("unclear"), "general"),
        (found("other-blackmail"), "general"),
        (found("webcam-bluff", how="pasted"), "general"),
        (found("not-a-scam", how="pasted"), "general"),
        (found("not-a-scam", how="none"), "general"),
        (found("webcam-bluff", "under-18", how="none"), "young"),
        (found("unclear", "images-shared", how="pasted"), "recorded"),
        (found("auto-reply"), None),
        (found("webcam-bluff", how="direct"), None),
        (found("physical-threat", how="redirected"), None),
    ],
)
def test_the_main_text_is_the_first_row_that_applies(
    given_finding: Finding, wanted: str | None
) -> None:
    assert main(given_finding) == wanted


def test_until_it_is_proven_a_bluff_gets_the_general_text() -> None:
    assert main(found("webcam-bluff"), proven=False) == "general"
    assert answer_for([found("webcam-bluff")]).main == "general"


def test_the_most_serious_finding_gives_the_main_text() -> None:
    assert main(found("webcam-bluff"), found("recorded-chat"), found("not-a-scam")) == "recorded"
    assert main(found("auto-reply"), found("other-scam")) == "scam"
    assert main(found("webcam-bluff"), found("not-a-scam")) == "bluff"


def test_what_could_not_be_read_is_answered_with_the_general_text() -> None:
    """A submission without findings was set aside: its reporter hears all that may help them."""
    answer = answer_for([])
    assert (answer.main, answer.parts, answer.alert) == ("general", (), True)
    assert answer.languages == ("cy", "en")


def test_one_finding_that_nobody_understood_takes_the_reassuring_text_away() -> None:
    assert main(found("webcam-bluff"), found("unclear")) == "general"
    assert main(found("not-a-scam"), found("other-blackmail")) == "general"
    assert main(found("not-a-scam"), found("webcam-bluff"), proven=False) == "general"


@pytest.mark.parametrize("label", ["webcam-bluff", "not-a-scam"])
@pytest.mark.parametrize("machine", ["unclear", "other-blackmail", "webcam-bluff"])
def test_what_an_investigator_calls_a_wording_calms_nobody(
    label: VerdictKind, machine: VerdictKind
) -> None:
    """The label knows nothing of who reports: the machine's doubt about them stands."""
    judged = Verdict(kind=machine, confidence=0.5)
    labelled = replace(finding(key(1)), verdict=Verdict(kind=label, confidence=0.97), judged=judged)
    assert answer_for([labelled], bluff_proven=True).main == "general"


@pytest.mark.parametrize(
    ("machine", "flags", "main"),
    [
        ("physical-threat", (), "threat"),
        ("recorded-chat", (), "recorded"),
        ("unclear", ("under-18", "distress", "paid"), "young"),
        ("webcam-bluff", ("images-shared",), "recorded"),
        ("unclear", (), "general"),
        ("auto-reply", (), None),
    ],
)
def test_who_overrules_one_finding_calms_nobody(
    machine: VerdictKind, flags: tuple[Flag, ...], main: str | None
) -> None:
    """What the machine saw of danger stays said, and what it would not answer unanswered."""
    judged = Verdict(kind=machine, confidence=0.9, flags=flags)
    calm = Verdict(kind="webcam-bluff", confidence=0.97)
    answer = answer_for([replace(finding(key(1)), verdict=calm, judged=judged)], bluff_proven=True)
    assert answer.main == main
    assert answer == replace(
        answer_for([replace(finding(key(1)), verdict=judged)], bluff_proven=True), main=main
    )


def test_a_flag_that_a_person_sets_is_in_the_reply() -> None:
    judged = Verdict(kind="unclear", confidence=0.0)
    said = replace(judged, flags=("under-18", "paid"))
    answer = answer_for([replace(finding(key(1)), verdict=said, judged=judged)])
    assert (answer.main, answer.parts, answer.alert) == ("young", ("young", "paid"), True)


def test_a_label_of_what_is_worse_gives_the_more_serious_text() -> None:
    judged = Verdict(kind="unclear", confidence=0.0)
    labelled = replace(
        finding(key(1)), verdict=Verdict(kind="recorded-chat", confidence=0.97), judged=judged
    )
    assert answer_for([labelled]).main == "recorded"


def test_parts_of_all_findings_are_joined_in_their_order() -> None:
    answer = answer_for([found("unclear", "paid"), found("unclear", "under-18", "distress")])

    assert answer.parts == ("distress", "young", "paid")


@pytest.mark.parametrize(
    "danger",
    [
        found("physical-threat"),
        found("unclear", "under-18"),
        found("not-a-scam", "distress"),
        found("physical-threat", how="direct"),
        found("auto-reply", "distress"),
    ],
)
def test_danger_pages_a_person_even_where_nothing_is_answered(danger: Finding) -> None:
    assert answer_for([found("not-a-scam"), danger]).alert


def test_without_danger_nobody_is_paged() -> None:
    assert not answer_for([found("recorded-chat", "paid", "images-shared")]).alert


@pytest.mark.parametrize(
    ("given_finding", "wanted"),
    [
        (found(note="I got this today and I am worried", note_language="en"), ("en", "cy")),
        (found(note="Cefais hwn heddiw, beth wnaf i?", note_language="cy"), ("cy", "en")),
        (found(note="Help please!", note_language="en"), ("cy", "en")),
        (found(note="1234567890 1234567890 12 hi", note_language="en"), ("cy", "en")),
        (found(note="Ich habe das heute bekommen, bitte", note_language="de"), ("cy", "en")),
        (found(), ("cy", "en")),
        (
            found(how="none", text="He wants money from me, please help", language="en"),
            ("en", "cy"),
        ),
        (found(how="inline", text="He wants money from me, please", language="en"), ("cy", "en")),
    ],
)
def test_english_stands_first_only_for_who_writes_it(
    given_finding: Finding, wanted: tuple[str, ...]
) -> None:
    assert answer_for([given_finding]).languages == wanted


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.builds(
            lambda kind, flags, how, sure: found(kind, *flags, how=how, sure=sure),
            st.sampled_from(KINDS),
            st.sets(st.sampled_from(FLAGS)).map(sorted),
            st.sampled_from(HOWS),
            st.floats(0, 1),
        ),
        max_size=4,
    ),
    st.booleans(),
)
def test_nobody_in_danger_is_reassured(findings: list[Finding], proven: bool) -> None:
    answer = answer_for(findings, bluff_proven=proven)
    flags = {flag for each in findings for flag in each.verdict.flags}
    answerable = [f for f in findings if answer_for([f]).main is not None]

    assert answer.main is None or answer.main in MAINS
    assert (answer.main is None) == bool(findings and not answerable)
    if answer.main in {"bluff", "thanks"}:
        assert all(not set(f.verdict.flags) - {"personal-data", "self-spoofed"} for f in answerable)
        assert all(
            f.report.unwrapping.how not in {"pasted", "none"} or f.verdict.kind == "empty"
            for f in answerable
        )
    if not proven:
        assert answer.main != "bluff"
    assert ("distress" in answer.parts) == ("distress" in flags)
