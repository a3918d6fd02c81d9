"""A force's profile: only what is verified is shown, and every mistake is named."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from casefile.errors import SettingsError
from responders.facts import CATALOGUE, MANDATORY, NEEDED_TO_RUN, POLICIES
from responders.profile import AGED_DAYS, LEFT_OUT, TRIAL_ADDRESS, load

PROFILES = Path(__file__).parents[2] / "profiles"
SHIPPED = sorted(PROFILES.glob("*.toml"))
DYFED_POWYS = PROFILES / "dyfed-powys.toml"
LEAF = 'source = "here"\nchecked_on = 2026-11-24\nstatus = "verified"\n'
WHOLE = "\n".join(
    f"[force.{name}]\nvalue = {value}\n{LEAF}"
    for name, value in {
        "name": '{ cy = "Heddlu", en = "Police" }',
        "prefix": '"XY"',
        "languages": '"cy en"',
        "time_zone": '"Europe/London"',
        "from_address": '"desk@force.example"',
    }.items()
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "force.toml"
    path.write_text(WHOLE)
    return path


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_profiles_load_with_every_fact_sourced(path: Path) -> None:
    profile = load(path)

    assert profile.languages
    assert all(leaf.source and leaf.checked_on for leaf in profile.leaves.values())


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_what_was_not_found_is_never_shown(path: Path) -> None:
    profile = load(path)
    for leaf in profile.leaves.values():
        section, _, name = leaf.key.partition(".")
        for language in profile.languages:
            shown = profile.shown(language)[section][name]

            assert (shown == LEFT_OUT) == (leaf.status == "unverified")
            assert (leaf.mark == "U") == (leaf.status == "unverified")


def test_the_catalogue_holds_what_the_desk_needs() -> None:
    assert len(set(CATALOGUE)) == len(CATALOGUE)
    assert set(NEEDED_TO_RUN) | set(MANDATORY) | POLICIES <= set(CATALOGUE)


def test_the_first_force_may_not_go_live_yet_and_says_why() -> None:
    profile = load(DYFED_POWYS)
    errors = [text for level, text in profile.problems() if level == "error"]

    assert profile.missing() == ("force.from_address", "force.privacy_notice")
    assert errors == [
        "dyfed-powys.toml: force.from_address is mandatory and not verified",
        "dyfed-powys.toml: force.privacy_notice is mandatory and not verified",
    ]
    assert profile.from_address == TRIAL_ADDRESS


def test_second_hand_facts_are_named_for_another_look() -> None:
    profile = load(DYFED_POWYS)
    second_hand = [leaf.key for leaf in profile.leaves.values() if leaf.mark == "V2"]
    warned = [text for level, text in profile.problems() if "re-check before going live" in text]

    assert len(warned) == len(second_hand) > 0


def test_age_warns_and_removes_no_line(file: Path) -> None:
    profile = load(file)
    checked = date(2026, 11, 24)
    on_time, late = checked + timedelta(AGED_DAYS), checked + timedelta(AGED_DAYS + 1)

    assert not [text for _, text in profile.problems(on_time) if "check again" in text]
    assert len([text for _, text in profile.problems(late) if "check again" in text]) == 5
    assert profile.shown("en")["force"]["name"] == "Police"


def test_a_small_profile_gives_its_values(file: Path) -> None:
    profile = load(file)

    assert profile.prefix == "XY"
    assert profile.languages == ("cy", "en")
    assert profile.name("cy") == "Heddlu"
    assert profile.from_address == "desk@force.example"
    assert profile.time_zone == ZoneInfo("Europe/London")
    assert profile.shown("en")["childline"]["number"] == LEFT_OUT


@pytest.mark.parametrize(
    ("value", "status", "says"),
    [("bluff", "verified", True), ("bluff", "unverified", False), ("general", "verified", False)],
)
def test_a_bluff_is_called_one_where_the_force_has_verified_that(
    file: Path, value: str, status: str, says: bool
) -> None:
    leaf = f'value = "{value}"\nsource = "us"\nchecked_on = 2026-11-01\nmark = "own"\n'
    file.write_text(f'{file.read_text()}\n[force.bluff_text]\n{leaf}status = "{status}"\n')
    assert load(file).says_bluff is says


def test_no_shipped_profile_calls_a_bluff_one() -> None:
    """That is for a force to say, not for us."""
    assert not any(load(path).says_bluff for path in PROFILES.glob("*.toml"))


def test_age_is_counted_in_the_force_s_own_days(file: Path) -> None:
    profile = load(file)
    today = datetime.now(profile.time_zone).date()

    assert profile.problems() == profile.problems(today)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("[force.prefix]", "[force.prefixx]", "force.prefix is missing"),
        ('value = "XY"', 'value = "xy"', "force.prefix must be one to six capital letters"),
        ('"Europe/London"', '"Europe/Londres"', "force.time_zone needs a time zone"),
        ('"Europe/London"', '"../etc/passwd"', "force.time_zone needs a time zone"),
        ('"cy en"', '""', "force.languages needs a value"),
        ('"cy en"', '"cy cy"', "force.languages needs a value"),
        ('"cy en"', '{ cy = "cy" }', "force.languages needs a value"),
        ('cy = "Heddlu", ', "", "force.name needs a value of one line in 'cy'"),
        ('"Police"', '"Police\\nBcc: x"', "force.name needs a value of one line in 'en'"),
        ('"desk@force.example"', '"desk@[::1]"', "force.from_address must be a plain address"),
        ('"desk@force.example"', '{ cy = "a@b.cd", en = "a@b.cd" }', "one value for all languages"),
        ('source = "here"', 'source = " "', "force.name needs a source"),
        ('source = "here"', "source = 3", "force.name needs a source"),
        ("2026-11-24", '"2026-11-24"', "force.name needs checked_on"),
        ("2026-11-24", "2026-11-24T10:00:00", "force.name needs checked_on"),
        ('"verified"', '"checked"', "force.name needs the status"),
        ('"verified"', '"verified"\nmark = "U"', "which is never verified"),
        ('"verified"', '"verified"\nmark = "W"', "force.name has a mark other than"),
        ('"verified"', '"verified"\nnote = "x"', "force.name has an unknown entry 'note'"),
        ("[force.name]", "bank = 159\n[force.name]", "bank must be a table of facts"),
        ("[force.name]", "[bank]\nnumber = 159\n[force.name]", "bank.number must have value"),
        ("[force.name]", "[bank.numbr]\n[force.name]", "bank.numbr is no fact"),
        ("[force.name]", "[force.name", "not a readable TOML file"),
    ],
)
def test_a_mistake_is_named_with_its_file_and_key(
    file: Path, old: str, new: str, says: str
) -> None:
    file.write_text(WHOLE.replace(old, new, 1))

    with pytest.raises(SettingsError) as caught:
        load(file)

    assert str(caught.value).startswith(str(file))
    assert says in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"nowhere\.toml"):
        load(tmp_path / "nowhere.toml")
