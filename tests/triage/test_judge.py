"""The verdict: kinds by evidence of their own, voices apart, no calm where somebody is in danger.

All texts here and in `mails.toml` were made up for these tests.
"""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from builders_of_reports import HARMLESS, MONEY, Found, report, reported, verdict_on

from casefile.finding import Amount, Demand, Verdict
from casefile.report import Attachment, How, Reporter, Unwrapping
from responders.decide import BLUFF_SURE_FROM

MAILS: dict[str, Any] = tomllib.loads(
    (Path(__file__).parent / "mails.toml").read_text(encoding="utf-8")
)
BLUFFS: dict[str, str] = MAILS["bluffs"]
BLUFF = BLUFFS["en"]
RECORDED: str = MAILS["kind"][0]["text"]


@pytest.mark.parametrize("language", BLUFFS)
def test_a_mass_mailing_that_claims_a_hack_is_a_bluff(language: str) -> None:
    verdict = verdict_on(report(BLUFFS[language]), MONEY)

    assert verdict.kind == "webcam-bluff"
    assert verdict.confidence >= 0.9


def test_every_reason_names_its_rule_and_quotes_the_words() -> None:
    verdict = verdict_on(report(BLUFF), MONEY)

    said = {reason.rule: reason.words for reason in verdict.reasons}

    assert said["offender.porn"] == "porn"
    assert said["offender.deadline"] == "within 48 hours"
    assert said["offender.account"] == MONEY.accounts[0].value
    assert all(0 < len(words) <= 80 for words in said.values())


def is_sure_bluff(verdict: Verdict) -> bool:
    """Tell whether its reporter might be calmed."""
    return verdict.kind == "webcam-bluff" and verdict.confidence >= BLUFF_SURE_FROM


@pytest.mark.parametrize(
    "left",
    [
        "I am a hacker and I put a trojan on your laptop.",
        "Your webcam filmed you on a porn site.",
        "Send 900 dollars in bitcoin to my wallet within 48 hours.",
        "I will send the clip to all your friends.",
    ],
)
def test_one_sign_alone_never_makes_a_sure_bluff(left: str) -> None:
    assert not is_sure_bluff(verdict_on(report(left), MONEY))


@pytest.mark.parametrize(
    "note",
    [
        "I did a video call with her and she recorded me",
        "My ex boyfriend has nude pictures of me",
        "He keeps calling me",
        "Gwnes i alwad fideo gyda hi",
        "Ich habe ihr Nacktbilder geschickt",
    ],
)
def test_where_the_note_tells_of_somebody_real_no_mail_is_a_sure_bluff(note: str) -> None:
    assert not is_sure_bluff(verdict_on(report(BLUFF, note=note), MONEY))


@pytest.mark.parametrize(
    "more",
    [
        "Remember our video call.",
        "You sent me your nude photos on Snapchat.",
        "Kill yourself if you can't pay.",
        "You are only 15.",
        "Thank you, I received your payment, now send another 500 dollars.",
    ],
)
def test_a_word_of_real_contact_in_the_mail_makes_a_bluff_unsure(more: str) -> None:
    assert not is_sure_bluff(verdict_on(report(f"{BLUFF} {more}"), MONEY))


def test_a_bluff_whose_reporter_has_paid_is_not_sure() -> None:
    verdict = verdict_on(report(BLUFF, note="I paid him £200"), MONEY)

    assert (verdict.kind, verdict.confidence) == ("webcam-bluff", 0.75)
    assert "paid" in verdict.flags


@pytest.mark.parametrize("mail", MAILS["kind"], ids=lambda mail: mail["kind"])
def test_each_kind_has_evidence_of_its_own(mail: dict[str, str]) -> None:
    assert mail["kind"] == verdict_on(report(mail["text"])).kind


def test_what_no_rule_knows_is_unclear_without_confidence() -> None:
    verdict = verdict_on(report(HARMLESS))

    assert (
        verdict.kind,
        verdict.confidence,
        verdict.flags,
        verdict.reasons,
    ) == ("unclear", 0.0, (), ())


# ------------------------------------------------------------------------------------- voices


def test_the_offenders_threat_to_kill_is_a_threat_and_no_distress() -> None:
    verdict = verdict_on(report("I will kill you."))

    assert verdict.kind == "physical-threat"
    assert "distress" not in verdict.flags
    assert verdict.danger


def test_the_reporters_wish_to_die_is_distress_and_no_threat() -> None:
    verdict = verdict_on(report(BLUFF, note="I want to kill myself"), MONEY)

    assert "distress" in verdict.flags
    assert verdict.kind != "physical-threat"
    assert verdict.danger


def test_an_offender_who_says_kill_yourself_is_named_but_is_not_the_reporters_distress() -> None:
    verdict = verdict_on(report("I will send it to all your friends. Just kill yourself."))

    assert "distress" not in verdict.flags
    assert verdict.kind == "other-blackmail"
    assert "offender.urges-self-harm" in {reason.rule for reason in verdict.reasons}


def test_a_cry_for_help_written_below_the_forward_is_heard() -> None:
    below = f"{BLUFF}\n\nplease help me i am 15 and i don't want to live any more"

    assert {"under-18", "distress"} <= set(verdict_on(report(below), MONEY).flags)


@pytest.mark.parametrize("how", ["pasted", "none"])
def test_in_the_reporters_own_words_both_voices_are_looked_for(how: How) -> None:
    whole = report(
        "I am 14. I paid him. He writes: I will kill you.", unwrapping=Unwrapping(how=how)
    )

    verdict = verdict_on(whole)

    assert verdict.kind == "physical-threat"
    assert {"under-18", "paid"} <= set(verdict.flags)


def test_an_offender_who_names_a_childs_age_raises_under_18() -> None:
    assert (
        "under-18" in verdict_on(report(f"{RECORDED} You are 15, your school will see it.")).flags
    )


def test_a_bill_that_was_paid_is_not_a_paid_blackmail() -> None:
    text = "We received your payment for March. Please send the rest now."

    assert "paid" not in verdict_on(report(text)).flags


# ------------------------------------------------------------------------------------- flags


def test_a_quoted_password_is_personal_data() -> None:
    assert "personal-data" in verdict_on(report(HARMLESS), Found(secrets=1)).flags


@pytest.mark.parametrize("sender", ["robin@home.example", "Me <Robin@Home.example>"])
def test_a_mail_from_oneself_to_oneself_is_self_spoofed(sender: str) -> None:
    whole = report(reported=reported(BLUFF, sender=sender))

    assert "self-spoofed" in verdict_on(whole).flags


def test_a_name_that_looks_like_the_reporter_is_not_yet_self_spoofed() -> None:
    whole = report(reported=reported(sender='"robin@home.example" <crook@crime.example>'))

    assert "self-spoofed" not in verdict_on(whole).flags


@pytest.mark.parametrize("how", ["direct", "pasted", "none"])
def test_without_a_forward_the_sender_is_no_claim_of_the_offender(how: How) -> None:
    whole = report(reported=reported(sender="robin@home.example"), unwrapping=Unwrapping(how=how))

    assert "self-spoofed" not in verdict_on(whole).flags


# ------------------------------------------------------------------------- empty and automatic


@pytest.mark.parametrize("subject", ["", "Fwd:", "FW: RE: ", "Tr : "])
def test_nothing_at_all_is_empty(subject: str) -> None:
    verdict = verdict_on(report(reported=reported(" \n", subject=subject)))

    assert (verdict.kind, verdict.confidence) == ("empty", 1.0)


def test_a_file_that_nobody_opens_is_content() -> None:
    file = Attachment(filename="a.jpg", content_type="image/jpeg", size=9, sha256="0" * 64)

    assert verdict_on(report(reported=reported("", attachments=(file,)))).kind == "unclear"


def test_a_picture_in_the_html_is_content() -> None:
    picture = reported("", html='<p><img src="cid:1"></p>')

    assert verdict_on(report(reported=picture)).kind == "unclear"


def test_a_subject_or_a_note_is_content() -> None:
    assert verdict_on(report(reported=reported("", subject="Pay or else"))).kind == "unclear"
    assert verdict_on(report("", note="What should I do?")).kind == "unclear"


@pytest.mark.parametrize(
    "mark",
    ["auto-submitted", "dsn", "mdn", "loop", "null-sender", "daemon", "automatic-subject"],
)
def test_what_a_machine_sent_is_an_automatic_reply_and_keeps_its_reasons(mark: str) -> None:
    verdict = verdict_on(report(BLUFF, note="I am 15", marks=(mark,)), MONEY)

    assert verdict.kind == "auto-reply"
    assert verdict.reasons[0].words == mark
    assert "offender.camera" in {reason.rule for reason in verdict.reasons}
    assert "under-18" in verdict.flags


_MASS = (
    "Some months ago I got access to your devices through the adult site you visited and installed "
    "a trojan. I have recorded you through your camera while you satisfied yourself. With a click "
    "I can send the video to all your contacts. If you want to prevent this, transfer 1400 USD in "
    "bitcoin to my wallet. You have 48 hours after reading. "
)


@pytest.mark.parametrize(
    "threat",
    [
        "A bomb is placed in your office and will go off.",
        "If you go to the police my people will beat you up.",
        "I know your address and we will come with knives and hurt your family.",
        "I will find you and stab you.",
        "If you do not pay I will come to your house and break your legs.",
    ],
)
def test_a_mass_mailing_that_threatens_life_is_a_threat_to_life(threat: str) -> None:
    assert verdict_on(report(_MASS + threat), MONEY).kind == "physical-threat"


@pytest.mark.parametrize(
    "word", ["My man watches your door and will shoot.", "There will be blood, and a coffin."]
)
def test_one_violent_word_makes_a_mass_mailing_unsure(word: str) -> None:
    """Whoever reads of it must not be told that nothing can happen."""
    assert verdict_on(report(_MASS), MONEY).confidence >= BLUFF_SURE_FROM
    assert verdict_on(report(_MASS + word), MONEY).confidence < BLUFF_SURE_FROM


@pytest.mark.parametrize(
    "sentence",
    [
        "Mein Mann hat eine Pistole.",
        "Mi amigo tiene una pistola.",
        "Mon ami a un couteau.",
        "On ma pistolet.",
        "Bring dich um.",
    ],
)
@pytest.mark.parametrize("before", ["", _MASS * 4])
def test_one_sentence_in_another_language_is_heard_within_a_long_text(
    before: str, sentence: str
) -> None:
    assert verdict_on(report(_MASS * 4), MONEY).confidence >= BLUFF_SURE_FROM
    verdict = verdict_on(report(f"{_MASS}{before}{sentence} {_MASS}"), MONEY)
    assert verdict.kind != "webcam-bluff" or verdict.confidence < BLUFF_SURE_FROM


def test_what_merely_goes_off_is_no_bomb() -> None:
    assert verdict_on(report(_MASS + "It goes off in 48 hours."), MONEY).kind == "webcam-bluff"


def test_a_machine_is_away_and_not_in_distress() -> None:
    """A person is woken by what a machine says, not by what its few words are like."""
    note = "I am out of the office until Friday."
    assert verdict_on(report("", note=note, marks=("auto-submitted",))).flags == ()
    said = verdict_on(report("", note="I want to kill myself", marks=("auto-submitted",)))
    assert "distress" in said.flags


@pytest.mark.parametrize("mark", ["list", "precedence", "suppress", "resent"])
def test_what_was_only_passed_on_is_judged_by_what_it_says(mark: str) -> None:
    assert verdict_on(report(BLUFF, marks=(mark,)), MONEY).kind == "webcam-bluff"


def test_a_threat_to_life_pages_a_person_whatever_sent_it() -> None:
    verdict = verdict_on(report("I will kill you.", marks=("auto-submitted",)))

    assert verdict.kind == "physical-threat"
    assert verdict.danger


# -------------------------------------------------------------------------------- confidence


def test_more_signs_make_surer_and_never_certain() -> None:
    fewer = verdict_on(
        report("Send 900 dollars in bitcoin. I hacked your pc. Your webcam filmed you.")
    )
    more = verdict_on(report(BLUFF), MONEY)

    assert fewer.kind == more.kind == "webcam-bluff"
    assert fewer.confidence < more.confidence <= 0.97


def test_what_was_extracted_counts_as_a_sign() -> None:
    text = "I hacked your phone and your camera filmed you. I share it with all your contacts."
    demand = Demand(amounts=(Amount(value=900.0, currency="USD"),), deadline_hours=48.0)

    assert verdict_on(report(text)).kind != "webcam-bluff"
    assert verdict_on(report(text), Found(demand=demand)).kind == "webcam-bluff"


def test_look_alike_letters_do_not_hide_the_words() -> None:
    disguised = BLUFF.translate(str.maketrans("aeo", "аеο"))

    assert verdict_on(report(disguised), MONEY).kind == "webcam-bluff"


def test_a_note_in_look_alike_letters_is_heard() -> None:
    whole = report(BLUFF)
    whole = replace(whole, reporter=Reporter(address="", note="I wаnt tο kill mysеlf"))

    assert "distress" in verdict_on(whole).flags
