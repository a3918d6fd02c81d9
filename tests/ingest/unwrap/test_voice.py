"""Who speaks in a mail without a forward."""

from __future__ import annotations

import pytest

from ingest.unwrap.voice import hear

THREAT = (
    "I recorded you through your webcam. You have 48 hours. Send 650 dollars in bitcoin to my "
    "wallet, or I will send the film to your contacts."
)


@pytest.mark.parametrize(
    "text",
    [
        "Hello, I have received an email from someone who says he filmed me. What should I do?",
        "My son is 14 and someone is blackmailing him. Please can you help?",
        "A girl asked me for pictures and now she wants money. I already paid her £200.",
        "I can't take it any more, I want to end it all.",
        "Rydw i wedi derbyn neges yn fy mygwth. Beth ddylwn i wneud?",
        "Ich habe eine Mail bekommen, jemand will Geld. Was soll ich tun?",
        "J'ai reçu un message, on me menace. Que faire ?",
    ],
)
def test_somebody_who_tells_us_is_the_reporter(text: str) -> None:
    heard = hear(text, sent_to_us=True)
    assert (heard.voice, heard.note, heard.sure) == ("none", text, True)


@pytest.mark.parametrize(
    "text",
    [
        THREAT,
        "Ich habe Ihre Kamera gehackt. Sie haben 48 Stunden. Überweisen Sie 650 Euro.",
        "Pay to 0x52908400098527886E0F7030069857D2E4169EE7 today",
    ],
)
@pytest.mark.parametrize("sent_to_us", [True, False])
def test_somebody_who_threatens_is_the_offender(text: str, *, sent_to_us: bool) -> None:
    assert hear(text, sent_to_us=sent_to_us).voice == "direct"


def test_a_reporter_who_copies_the_threat_is_parted_from_it() -> None:
    told = "Hello, I received this message today, please help."
    heard = hear(f"{told}\n\n{THREAT}\n\nI am only 15 and I have paid.", sent_to_us=True)
    assert heard.voice == "pasted"
    assert heard.note == f"{told}\n\nI am only 15 and I have paid."
    assert heard.rest.startswith(THREAT)
    assert heard.rest.endswith("I have paid.")


def test_a_long_text_without_signs_is_never_taken_for_a_reporters() -> None:
    heard = hear("lorem ipsum " * 40, sent_to_us=True)
    assert (heard.voice, heard.sure) == ("direct", False)


def test_few_words_sent_to_us_are_somebodys_own() -> None:
    assert hear("hello?", sent_to_us=True).voice == "none"
    assert hear("hello?", sent_to_us=False).voice == "direct"
    assert hear("[image: IMG_1.png]", sent_to_us=True).voice == "none"
