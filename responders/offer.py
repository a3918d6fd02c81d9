"""Says which texts a person may have sent: any but one that calms where danger or harm stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from casefile.errors import Refused
from casefile.finding import DANGER_FLAGS, DANGER_KINDS, Finding
from casefile.reply import MAINS, PARTS, Answer, Main
from responders.decide import REASSURING, answer_for, by_machine

#: What is known of somebody who is in danger, or whom something was done to already.
_SERIOUS = (
    DANGER_KINDS | DANGER_FLAGS | {"recorded-chat", "paid", "images-shared", "contact-continues"}
)


def offered(findings: Sequence[Finding]) -> tuple[Main, ...]:
    """Give the main texts that a person may pick for a submission, the most serious first.

    None where nothing may be answered. Where danger or harm stands, by the findings or by the
    machine whatever people made of it, only what is as serious as the machine's own text; and of
    what could not be read nobody knows what it is, so nothing that calms.
    """
    own = answer_for(findings).main
    if own is None:
        return ()
    both = [*findings, *by_machine(findings)]
    if any(not _SERIOUS.isdisjoint({it.verdict.kind, *it.verdict.flags}) for it in both):
        return tuple(it for it in MAINS[: MAINS.index(own) + 1] if it not in REASSURING)
    return MAINS if findings else tuple(it for it in MAINS if it not in REASSURING)


def amended(findings: Sequence[Finding], decided: Answer) -> Answer:
    """Give the answer for what is known by now, where it was decided before and has not left.

    What may not be sent any more, since danger or harm was said of it meanwhile, gives way to the
    machine's own text; parts are only added. Otherwise the answer stays, whoever decided it.
    """
    own, texts = answer_for(findings), offered(findings)
    if own.main is None:
        return decided
    parts = tuple(it for it in PARTS if it in {*decided.parts, *own.parts})
    if decided.main in texts:
        return replace(decided, parts=parts, alert=decided.alert or own.alert)
    return replace(own, parts=parts, languages=decided.languages)


def picked(
    findings: Sequence[Finding],
    main: Main | None,
    language: str | None,
    *,
    bluff_proven: bool = False,
) -> Answer:
    """Give the answer with the text and the first language that a person picked.

    Where they picked none it is the machine's own, with `bluff_proven` as `answer_for` says. The
    parts stay as the findings have them. Raises Refused for a text that is not offered.
    """
    own = answer_for(findings, bluff_proven=bluff_proven)
    if main is not None and main not in offered(findings):
        raise Refused(f"The text {main!r} may not be sent here: it could calm somebody in danger.")
    first = [language] if language else []
    languages = tuple(dict.fromkeys([*first, *own.languages]))
    return replace(own, main=own.main if main is None else main, languages=languages)
