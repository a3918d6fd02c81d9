"""Its sole purpose is to say what else is known of a case: who is in danger, what has happened."""

from __future__ import annotations

from casefile.finding import Flag, VerdictKind
from triage.evidence import Evidence
from triage.kinds import DISTRESS, UNDER_18

#: Signs of each flag. A false flag costs somebody a look, a miss may cost a child: any is enough.
_SIGNS: dict[Flag, tuple[str, ...]] = {
    "paid": ("note.paid", "note.reads-like-paid"),
    "under-18": UNDER_18,
    "distress": DISTRESS,
    "images-shared": ("note.images-shared", "note.reads-like-images-shared"),
    "contact-continues": ("note.contact-continues", "note.reads-like-contact-continues"),
    "personal-data": (
        *("offender.secret", "offender.password", "offender.own", "offender.personal"),
        "note.address-known",
    ),
}
#: What the offender says counts only in a text that is blackmail: in a bill it means nothing.
_SIGNS_OF_OFFENDER: dict[Flag, tuple[str, ...]] = {
    "paid": ("offender.claims-payment",),
    "under-18": ("offender.names-a-child",),
    "images-shared": ("offender.you-sent",),
}
_BLACKMAIL: frozenset[VerdictKind] = frozenset(
    {"webcam-bluff", "recorded-chat", "physical-threat", "data-threat", "other-blackmail"}
)


def flags_of(
    evidence: Evidence, kind: VerdictKind, *, self_spoofed: bool
) -> tuple[tuple[Flag, ...], tuple[str, ...]]:
    """Give the flags of a case and the signs that they rest on, both in a fixed order."""
    flags: list[Flag] = []
    because: list[str] = []
    for flag, signs in _SIGNS.items():
        if kind in _BLACKMAIL:
            signs += _SIGNS_OF_OFFENDER.get(flag, ())  # noqa: PLW2901
        here = evidence.among(*signs)
        if here:
            flags.append(flag)
            because.extend(here)
    if self_spoofed:
        flags.append("self-spoofed")
    return tuple(flags), tuple(because)
