"""Its sole purpose is to say which kind of case the signs of a report make."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from casefile.finding import VerdictKind
from triage.evidence import UNKNOWN, Evidence

#: No rule makes the machine surer than this.
SUREST = 0.97
#: What reads less like blackmail than this is none, whatever single phrases say: long letters on
#: computers, money and friends hold them all.
UNLIKE = 0.2
#: A mass mailing may read like one by so much and by more than like anything else.
MASS = 0.4
MASS_FOR_COINS = 0.25
MASS_WITHOUT_CLAIM = 0.75
AGREED = 0.7
#: A mass mailing that says no way to pay must read like one by so much.
PAID_NOHOW = 0.6
#: Somebody who was met, or an attack on an organisation, is read from so much.
MET = 0.6
#: Where a rule heard one above a mass mailing, the note must read like it by so much: many deny it.
TOLD = 0.4
#: A note is taken to tell of a recording by so much, where no rule heard one.
HEARD = 0.5
#: A note is taken to tell of violence by so much, where no rule heard it: to miss one is worse.
#: Above what reads like no blackmail, by more.
FEARED, FEARED_ABOVE_OTHER = 0.4, 0.7
#: Signs of a child, and of somebody in despair: a person is paged whatever the kind is.
UNDER_18 = ("note.age-own", "note.schoolchild", "note.age-child", "note.reads-like-under-18")
DISTRESS = ("note.own-life", "note.self-harm", "note.distress", "note.reads-like-distress")
#: What reads like it at least so much is, where phrases say so in part.
ALIKE = 0.9


@dataclass(frozen=True, kw_only=True, slots=True)
class Label:
    """What a person called a wording that this text is of."""

    kind: VerdictKind
    #: The wording's id, `W-17`.
    wording: str
    #: Who called it so.
    by: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Opinion:
    """A kind, how sure, and the signs it rests on."""

    kind: VerdictKind
    confidence: float
    because: tuple[str, ...] = ()


def kind_of(evidence: Evidence, label: Label | None = None) -> Opinion:
    """Give the first kind that the evidence carries, the one that is worst to miss first.

    A label comes before all that is not somebody in danger: real blackmail is copied too, so it
    overrides neither a threat to life nor what the reporter tells of. `unclear` where nothing
    speaks: that no rule fires is no evidence of anything.
    """
    for question in _DANGERS:
        opinion = question(evidence)
        if opinion is not None:
            return opinion
    if label is not None:
        return _labelled(evidence, label)
    for question in _QUESTIONS:
        opinion = question(evidence)
        if opinion is not None:
            return opinion
    return Opinion(kind="unclear", confidence=0.0)


def confidence(signs: int) -> float:
    """Give how sure so many independent signs make: each halves the doubt, up to `SUREST`."""
    return min(SUREST, round(1 - 0.5**signs, 4))


_MONEY = ("offender.demand", "offender.amount", "offender.account")
_PRESSURE = ("offender.spread", "offender.hush", "offender.deadline", "offender.time-limit")
#: Signs of the mass mailing, in groups that are independent of each other.
_INTRUSION = ("offender.hacked", "offender.password", "offender.secret")
_EXPOSURE = ("offender.camera", "offender.porn")
_PRICE = ("offender.demand", "offender.amount")
_WAY_TO_PAY = ("offender.account", "offender.crypto")
_BLUFF_GROUPS = (_INTRUSION, _EXPOSURE, _PRICE, _WAY_TO_PAY, _PRESSURE)
FEWEST_BLUFF_GROUPS = 4
#: Where one of these stands, somebody real may be behind it: never a bluff.
_NOT_BLUFF = (
    "note.recorded-chat",
    "note.images-shared",
    "note.contact-continues",
    "offender.chat",
    "offender.urges-self-harm",
    "offender.names-a-child",
    "offender.claims-payment",
)
#: Where one of these stands, a bluff is not sure.
_DOUBT = (
    "offender.own-images",
    "offender.violence",
    "offender.violent-word",
    "note.paid",
    "note.threat-to-life",
    "note.organisation",
    "note.not-understood",
    "note.reads-like-danger",
    "note.reads-like-recorded",
    "note.reads-like-threat",
    "note.reads-like-paid",
)
DOUBTED = 0.75


def _physical_threat(evidence: Evidence) -> Opinion | None:
    direct = evidence.among("offender.threat-to-life")
    # "They know where I live" is said above a mass mailing too.
    if evidence.threatened >= UNLIKE or not _reads_like_a_mass(evidence):
        direct += evidence.among("note.threat-to-life")
    violence = evidence.among("offender.violence")
    support = evidence.among(*_MONEY, *_PRESSURE)
    like = max(evidence.violence, evidence.acquaintance) >= UNLIKE
    if direct or (violence and (support or like) and evidence.blackmail >= UNLIKE):
        return _opinion("physical-threat", direct + violence + support)
    if evidence.violence >= MET and support and not _reads_like_a_mass(evidence):
        return Opinion(kind="physical-threat", confidence=DOUBTED, because=support)
    return None


def _reads_like_threat(evidence: Evidence) -> Opinion | None:
    """Take the model's word for violence where a person is not paged for other reasons."""
    if not evidence.short_note:
        return None
    enough = FEARED if evidence.blackmail >= UNLIKE else FEARED_ABOVE_OTHER
    like = evidence.among("note.reads-like-threat")
    if like and evidence.threatened >= enough and not evidence.among(*UNDER_18, *DISTRESS):
        return Opinion(kind="physical-threat", confidence=DOUBTED, because=like)
    return None


def _recorded_chat(evidence: Evidence) -> Opinion | None:
    told = evidence.among("note.recorded-chat", "note.images-shared")
    like = evidence.among("note.reads-like-recorded", "note.reads-like-images-shared")
    seen = evidence.among("offender.chat", "offender.own-images")
    mass = _reads_like_a_mass(evidence)
    if told and evidence.recorded >= (TOLD if mass else 0.0):
        told = (*told, *seen, *evidence.among("note.contact-continues"))
        return _opinion("recorded-chat", told)
    # Above a mass mailing the model's word alone makes a doubt, no more.
    if like and evidence.recorded >= HEARD and not mass:
        return Opinion(kind="recorded-chat", confidence=DOUBTED, because=(*like, *seen))
    threat = evidence.among("offender.spread", "offender.hush", "offender.time-limit", *_MONEY)
    met = "offender.chat" in seen and (
        _extorts(evidence) or (evidence.blackmail > UNKNOWN and evidence.among(*_MONEY))
    )
    if ((len(seen) > 1 and threat) or met) and not mass:
        return _opinion("recorded-chat", seen + threat[:1])
    return None


def _reads_like_a_mass(evidence: Evidence) -> bool:
    """Tell whether a text reads like a mass mailing rather than like somebody who was met."""
    others = max(evidence.acquaintance, evidence.violence, evidence.organisation)
    claims = evidence.among(*_INTRUSION, *_EXPOSURE, "offender.spread")
    enough = MASS if claims else MASS_WITHOUT_CLAIM
    if claims and evidence.among("offender.coin"):
        enough = MASS_FOR_COINS
    # Where nothing is claimed, it must read like blackmail of any kind too.
    agreed = claims or evidence.blackmail >= AGREED
    return bool(agreed) and evidence.bluff >= enough and evidence.bluff > others


def _extorts(evidence: Evidence) -> bool:
    """Tell whether a text threatens to show something and asks for something."""
    shame = evidence.among("offender.spread", "offender.own-images")
    asks = evidence.among(*_MONEY, "offender.deadline", "offender.camera", "offender.porn")
    return bool(shame and asks)


def _labelled(evidence: Evidence, label: Label) -> Opinion:
    if label.kind != "webcam-bluff":
        return Opinion(kind=label.kind, confidence=SUREST)
    doubts = evidence.among(*_NOT_BLUFF, *_DOUBT)
    return Opinion(kind="webcam-bluff", confidence=DOUBTED if doubts else SUREST, because=doubts)


def _data_threat(evidence: Evidence) -> Opinion | None:
    attack = evidence.among("offender.organisation")
    price = evidence.among("offender.demand", "offender.account", "offender.crypto")
    support = evidence.among(*_PRICE, *_WAY_TO_PAY, *_PRESSURE, "offender.hacked")
    if attack and price and len(support) > 1 and not evidence.among(*_EXPOSURE):
        return _opinion("data-threat", attack + support)
    return None


def _authority_hoax(evidence: Evidence) -> Opinion | None:
    accused = evidence.among("offender.accused")
    office = evidence.among("offender.authority", "offender.summons")
    if accused and office and not evidence.among("offender.account", "offender.hacked"):
        return _opinion("authority-hoax", accused + office)
    return None


def _webcam_bluff(evidence: Evidence) -> Opinion | None:
    groups = tuple(here for group in _BLUFF_GROUPS if (here := evidence.among(*group)))
    signs = tuple(sign for group in groups for sign in group)
    asks = evidence.among(*_PRICE, *_WAY_TO_PAY)
    if not asks or evidence.blackmail < UNLIKE:
        return None
    claims = evidence.among(*_INTRUSION) and evidence.among(*_EXPOSURE)
    # Somebody who claims no hack may have what they claim: called a bluff, but never a sure one.
    alike = evidence.among("offender.porn") and evidence.bluff >= ALIKE
    ruled = len(groups) >= FEWEST_BLUFF_GROUPS and (claims or alike)
    mass = _reads_like_a_mass(evidence)
    if not (ruled or mass) or (evidence.among(*_NOT_BLUFF) and not mass):
        return None
    if evidence.acquaintance > max(evidence.bluff, UNKNOWN):
        return None
    if not evidence.among(*_WAY_TO_PAY) and evidence.bluff < PAID_NOHOW:
        return None
    doubts = evidence.among(*_NOT_BLUFF, *_DOUBT)
    sure = confidence(len(groups)) if ruled else 0.0
    if mass:
        sure = min(SUREST, max(sure, evidence.bluff))
    if doubts or not _is_plain(evidence):
        sure = min(sure, DOUBTED)
    return Opinion(kind="webcam-bluff", confidence=sure, because=signs + doubts)


def _is_plain(evidence: Evidence) -> bool:
    """Tell whether a text holds all that makes it a mass mailing, and reads like nothing else.

    It claims a hack or a camera, wants coins, which hide who gets them, and the model agrees.
    """
    groups = sum(bool(evidence.among(*group)) for group in _BLUFF_GROUPS)
    hack, shame = evidence.among(*_INTRUSION), evidence.among(*_EXPOSURE)
    coins = evidence.among("offender.coin", "offender.crypto")
    others = max(evidence.acquaintance, evidence.violence, evidence.organisation)
    whole = (hack or shame) and coins and groups >= FEWEST_BLUFF_GROUPS - 1
    return bool(whole) and evidence.bluff >= UNKNOWN and others < UNLIKE


def _organisation_says_so(evidence: Evidence) -> Opinion | None:
    told = evidence.among("note.organisation")
    return _opinion("data-threat", told) if told else None


def _other_blackmail(evidence: Evidence) -> Opinion | None:
    if evidence.blackmail < UNLIKE:
        return None
    hold = evidence.among("offender.spread", "offender.own-images", *_INTRUSION, *_EXPOSURE)
    money = evidence.among(*_MONEY)
    way = evidence.among("offender.account", "offender.crypto")
    leverage = evidence.among("offender.spread", "offender.own-images") or (
        len(hold) > 1 and evidence.among("offender.account")
    )
    signs = (*hold, *money, *evidence.among("offender.crypto", "offender.hush"))
    urged = evidence.among("offender.urges-self-harm")
    if (leverage and money and way and len(signs) > 2) or (leverage and urged):  # noqa: PLR2004
        return _opinion("other-blackmail", signs + urged)
    return None


def _reads_like_blackmail(evidence: Evidence) -> Opinion | None:
    """Take the model's word where rules heard a part: a hold on somebody, or money."""
    hold = evidence.among("offender.spread", "offender.own-images", *_INTRUSION, *_EXPOSURE)
    money = evidence.among(*_MONEY, "offender.crypto")
    if evidence.acquaintance >= MET and evidence.blackmail >= UNKNOWN and (hold or money):
        return Opinion(kind="recorded-chat", confidence=DOUBTED, because=hold + money)
    if evidence.organisation >= MET and money:
        return Opinion(kind="data-threat", confidence=DOUBTED, because=hold + money)
    if evidence.blackmail >= ALIKE and hold and money:
        return Opinion(kind="other-blackmail", confidence=DOUBTED, because=hold + money)
    return None


def _recovery_offer(evidence: Evidence) -> Opinion | None:
    signs = evidence.among("offender.recovery")
    return _opinion("recovery-offer", signs) if signs else None


def _other_scam(evidence: Evidence) -> Opinion | None:
    signs = evidence.among(
        "offender.phish-account", "offender.phish-click", "offender.advance-fee", "offender.bargain"
    )
    return _opinion("other-scam", signs) if len(signs) > 1 else None


def _opinion(kind: VerdictKind, signs: tuple[str, ...]) -> Opinion:
    return Opinion(kind=kind, confidence=confidence(len(signs)), because=signs)


_Question = Callable[[Evidence], Opinion | None]
_DANGERS: tuple[_Question, ...] = (_physical_threat, _recorded_chat, _reads_like_threat)
_QUESTIONS: tuple[_Question, ...] = (
    _data_threat,
    _authority_hoax,
    _webcam_bluff,
    _other_blackmail,
    _organisation_says_so,
    _reads_like_blackmail,
    _recovery_offer,
    _other_scam,
)
