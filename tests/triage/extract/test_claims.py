"""The malware that an offender speaks of is named, the closest name first."""

from __future__ import annotations

import pytest

from triage.extract.claims import CLAIMED, find_claims


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        ("I have installed the Pegasus spyware on your phone", ("Pegasus", "spyware")),
        (
            "my trojan gives me remote access. It is a TROJAN HORSE with keylogger",
            ("trojan", "keylogger"),
        ),
        ("Ich habe Ihr Gerät mit einem Trojaner infiziert", ("trojan",)),
        ("un cheval de Troie, un logiciel malveillant", ("trojan",)),
        ("I put a malware on the adult site, a virus of mine", ("malware", "virus")),
        ("a zero-day exploit of your router", ("exploit",)),
        ("złośliwe oprogramowanie", ("malware",)),
        ("Rhoddais feirws ar eich cyfrifiadur", ("virus",)),
        ("your computer acts as a remote desktop (RDP)", ("remote control",)),
        ("the antivirus saw nothing", ()),
        ("Dear all, the library opens at nine.", ()),
        ("", ()),
    ],
)
def test_what_a_text_claims(text: str, claims: tuple[str, ...]) -> None:
    assert find_claims(text) == claims


def test_each_way_of_writing_is_found() -> None:
    for written, name in CLAIMED.items():
        assert find_claims(f"there is {written} on it") == (name,), written
