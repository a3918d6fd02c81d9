"""The words we send: what they must say, must never say, and how simply they say it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from readability import grade, sentences

from casefile.errors import SettingsError
from casefile.reply import MAINS, PARTS
from responders.facts import CATALOGUE
from responders.texts import Texts

FOLDER = Path(__file__).parents[2] / "templates" / "reply"
BLOCKS = sorted(path.stem for path in (FOLDER / "en").glob("*.txt"))
FACT = re.compile(r"\{\{ ([a-z_.]+) \}\}")
TAG = re.compile(r"\{[{%].*?[%}]\}")
LINE, TOLD = "line-told", ("people", "month", "year")
DRAFT = 'status = "draft, for the force\'s translation unit"'


def body(language: str, block: str) -> str:
    return (FOLDER / language / f"{block}.txt").read_text(encoding="utf-8").split("+++\n", 2)[2]


def words_only(language: str, block: str) -> str:
    """Give a block without its facts: names and numbers are the profile's, not ours to simplify."""
    return TAG.sub("", body(language, block))


@pytest.mark.parametrize("block", BLOCKS)
def test_both_languages_hold_the_same_block_with_the_same_facts_in_order(block: str) -> None:
    welsh, english = (sorted(FACT.findall(body(language, block))) for language in ("cy", "en"))

    assert welsh == english


@pytest.mark.parametrize("block", BLOCKS)
def test_both_languages_say_as_many_things(block: str) -> None:
    welsh, english = (body(language, block).splitlines() for language in ("cy", "en"))

    assert len(welsh) == len(english)


@pytest.mark.parametrize("language", ["cy", "en"])
@pytest.mark.parametrize("block", BLOCKS)
def test_no_number_stands_in_a_text_and_every_fact_is_known(language: str, block: str) -> None:
    assert not re.search(r"\d", body(language, block))
    known = {*CATALOGUE, "reference"} | ({f"told.{it}" for it in TOLD} if block == LINE else set())

    assert set(FACT.findall(body(language, block))) <= known
    assert "@" not in body(language, block)


def test_every_text_and_part_exists() -> None:
    assert {f"main-{main}" for main in MAINS} <= set(BLOCKS)
    assert {"crisis-distress", "crisis-young", "part-young", "part-paid"} <= set(BLOCKS)
    assert PARTS == ("distress", "young", "paid")


def test_every_language_names_the_months() -> None:
    texts = Texts(FOLDER, ("cy", "en"))

    for language in ("cy", "en"):
        assert len(set(texts.months(language, LINE))) == 12


def test_every_welsh_text_is_a_draft_until_the_translation_unit_signs_it() -> None:
    for block in BLOCKS:
        assert DRAFT in (FOLDER / "cy" / f"{block}.txt").read_text(encoding="utf-8")
    assert len(Texts(FOLDER, ("cy", "en")).drafts()) == len(BLOCKS)


@pytest.mark.parametrize("language", ["cy", "en"])
@pytest.mark.parametrize("block", BLOCKS)
def test_a_sentence_has_twenty_words_at_most(language: str, block: str) -> None:
    assert all(len(words) <= 20 for words in sentences(words_only(language, block)))


@pytest.mark.parametrize(
    "block", [block for block in BLOCKS if block.startswith(("main-", "part-", "crisis-", "foot"))]
)
def test_english_can_be_read_at_ten(block: str) -> None:
    assert grade(words_only("en", block)) <= 5


@pytest.mark.parametrize("main", MAINS)
def test_every_main_text_holds_the_core(main: str) -> None:
    english, welsh = body("en", f"main-{main}"), body("cy", f"main-{main}")

    assert "Do not panic" in english
    assert "Do not pay" in english
    assert re.search(r"Do not reply|[Ss]top all contact", english)
    assert re.search(r"[Kk]eep|[Dd]o not delete|delete nothing", english)
    assert "{{ police.number }}" in english
    assert "mynd i banig" in welsh
    assert "Peidiwch â thalu" in welsh
    assert re.search(r"Peidiwch ag ateb|Peidiwch â chyfathrebu", welsh)


NEVER = re.compile(
    r"action fraud|certainly fake|is fake|your fault for|you should not have|should have known|"
    r"we will (?:find|catch|arrest|remove|investigate)|guarantee|\b15p\b|sextort|phanico|"
    r"llwgrwobrwy|secret between|nobody will know|get it back|will come back",
    re.IGNORECASE,
)


@pytest.mark.parametrize("language", ["cy", "en"])
@pytest.mark.parametrize("block", BLOCKS)
def test_no_text_says_what_none_may_say(language: str, block: str) -> None:
    assert not NEVER.search(body(language, block))


def test_the_word_bluff_is_never_used() -> None:
    assert not any("bluff" in body("en", block).lower() for block in BLOCKS)


def test_only_a_bluff_may_be_deleted_and_only_after_it_was_forwarded() -> None:
    for block in BLOCKS:
        told = re.findall(r"[^.]*\bdelete\b[^.]*", body("en", block), re.IGNORECASE)
        allowed = [
            each for each in told if not re.search(r"[Dd]o not|nothing|[Dd]elete it or", each)
        ]

        assert bool(allowed) == (block == "main-bluff")
    bluff = body("en", "main-bluff")

    assert bluff.index("Forward the mail") < bluff.index("you may delete it")


ASKS_FOR_IMAGE = re.compile(
    r"(?:screenshot|save|keep|copy|send|forward|show|take)\b[^.\n]*\b(?:nude|intimate|naked)",
    re.IGNORECASE,
)


@pytest.mark.parametrize("block", BLOCKS)
def test_nobody_is_asked_for_an_intimate_image(block: str) -> None:
    for line in body("en", block).splitlines():
        if ASKS_FOR_IMAGE.search(line):
            assert re.search(r"[Dd]o not|never|[Nn]obody should", line)


def test_a_child_is_not_told_to_take_screenshots_at_all() -> None:
    for block in ("main-young", "part-young", "crisis-young", "line-young"):
        assert "screenshot" not in body("en", block).lower()
        assert "sgrinlun" not in body("cy", block).lower()


def test_a_threat_is_not_to_be_forwarded() -> None:
    assert "forward" not in body("en", "main-threat").lower()
    assert body("en", "main-threat").startswith("Call {{ emergency.number }} now")
    assert body("cy", "main-threat").startswith("Ffoniwch {{ emergency.number }} nawr")


MUST = {
    "main-young": ("not your fault", "adult you trust", "ceop.name", "report_remove.name"),
    "crisis-young": ("not in trouble", "childline.number", "emergency.number"),
    "main-recorded": (
        "not your fault",
        "revenge_porn.number",
        "stopncii.site",
        "do not need them",
    ),
    "main-organisation": ("report_fraud.number", "ico.hours", "logs"),
    "main-scam": ("phishing.address", "scam_texts.number", "bank.number", "report_fraud.number"),
    "main-bluff": ("very likely", "old data leak", "two-step", "breaches.site", "phishing.address"),
    "main-thanks": ("Forward", "Thank you"),
    "main-general": ("not alone", "samaritans.number", "revenge_porn.number"),
    "crisis-distress": (
        "not alone",
        "emergency.number",
        "samaritans.number",
        "shout.number",
        "nhs.option",
    ),
    "part-paid": ("Pay no more", "bank.number", "cancel", "Do not pay a firm", "police.number"),
    "line-paid": ("Pay no more", "bank.number", "cancel"),
    "line-young": ("not in trouble", "adult you trust", "childline.number"),
    "foot": (
        "automatic",
        "reference",
        "passwords, money or pictures",
        "police.text_relay",
        "emergency.sign_language",
        "force.privacy_notice",
    ),
}


@pytest.mark.parametrize("block", MUST)
def test_each_text_says_what_its_row_asks_for(block: str) -> None:
    for words in MUST[block]:
        assert words in body("en", block)


def test_the_steps_of_a_real_recording_stand_in_their_order() -> None:
    text = body("en", "main-recorded")
    steps = [
        text.index(step) for step in ("Keep proof", "stop all contact", "Report them", "Call ")
    ]

    assert steps == sorted(steps)


def a_folder(tmp_path: Path, text: str, name: str = "en/foot.txt") -> Path:
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return tmp_path


GOOD = '+++\nkind = "foot"\nlanguage = "en"\n+++\n'


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("no head", "must open with TOML"),
        ("+++\nkind = foot\n+++\nx", "is wrong"),
        ('+++\nkind = "head"\nlanguage = "en"\n+++\nx', "those of the file's name"),
        ('+++\nkind = "foot"\nlanguage = "cy"\n+++\nx', "those of the file's name"),
    ],
)
def test_a_file_of_another_form_is_named(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        Texts(a_folder(tmp_path, text), ("en",))


def test_an_unknown_fact_in_a_text_is_an_error_and_not_a_gap(tmp_path: Path) -> None:
    texts = Texts(a_folder(tmp_path, GOOD + "Call {{ polic.number }}."), ("en",))

    with pytest.raises(SettingsError, match="polic"):
        texts.render("en", "foot", {})


def test_a_block_that_one_language_lacks_is_named(tmp_path: Path) -> None:
    a_folder(tmp_path, GOOD + "x")
    a_folder(tmp_path, GOOD.replace('"en"', '"cy"').replace("foot", "head"), "cy/head.txt")

    with pytest.raises(SettingsError, match=r"cy/foot\.txt: is missing"):
        Texts(tmp_path, ("cy", "en"))


def test_an_empty_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="holds no reply texts"):
        Texts(tmp_path, ("en",))


def test_a_line_that_needs_a_fact_we_do_not_have_is_left_out_whole(tmp_path: Path) -> None:
    texts = Texts(a_folder(tmp_path, GOOD + "One {{ a }} two.\nThree {{ b }}.\n"), ("en",))

    assert texts.render("en", "foot", {"a": "\ue0ff", "b": "4"}) == "Three 4."
