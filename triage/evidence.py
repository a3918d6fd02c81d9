"""Its sole purpose is to hold what was heard in a report, before anybody decides what it makes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

#: The chance of a text that the model was not asked about.
UNKNOWN = 0.5


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """What stands in a report, sign by sign, with the words that say it."""

    #: In the offender's text; beside the phrases `account`, `amount`, `time-limit`, `secret`.
    offender: Mapping[str, str]
    #: In the reporter's note.
    note: Mapping[str, str]
    #: How far the offender's text reads like blackmail, and like a mass mailing that claims a hack:
    #: chances of `model`, 0 to 1. Where nobody asked the model, they decide nothing.
    blackmail: float = UNKNOWN
    bluff: float = UNKNOWN
    #: And like one of somebody who was met, one of violence, one against an organisation.
    acquaintance: float = 0.0
    violence: float = 0.0
    organisation: float = 0.0
    #: How far the note reads like that of somebody who was really recorded.
    recorded: float = UNKNOWN
    #: And like that of somebody whose life others threaten.
    threatened: float = UNKNOWN
    #: Whether the note is no longer than what the model knows: of a newsletter it knows nothing.
    short_note: bool = True

    def as_said(self) -> Evidence:
        """Give it without what the note only reads like: of a machine's a model knows too little.

        "I am out of the office" must wake nobody.
        """
        said = {sign: it for sign, it in self.note.items() if not sign.startswith("reads-like-")}
        return replace(self, note=said)

    def among(self, *names: str) -> tuple[str, ...]:
        """Give those of the signs (`offender.camera`, `note.paid`) that are there."""
        return tuple(name for name in names if self.words(name) is not None)

    def words(self, name: str) -> str | None:
        """Give the words of a sign, or None where it is not there."""
        voice, _, sign = name.partition(".")
        return (self.offender if voice == "offender" else self.note).get(sign)
