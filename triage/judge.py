"""Its sole purpose is to give the verdict on a report: kind, flags, how sure, and why.

Two texts are read apart, because the voice decides: "I will kill you" from the offender is a
threat, "I want to kill myself" from the reporter is distress. The rules are data (`signs`), what
they make together stands in `kinds` and `flags`; here they are asked in order.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from html import unescape
from typing import Protocol

from casefile.finding import Demand, Reason, Verdict
from casefile.indicator import Indicator
from casefile.reference import without_references
from casefile.report import Report
from triage.ages import without_other_numbers
from triage.calm import not_understood
from triage.evidence import Evidence
from triage.flags import flags_of
from triage.folding import fold
from triage.kinds import UNLIKE, Label, Opinion, kind_of
from triage.model import NOTE_HEADS, TEXT_HEADS, heaviest, likeness, words_of
from triage.signs import LONGEST_QUOTE, find, plain, written_out


class Readable(Protocol):
    """A reported message as a person reads it."""

    @property
    def text(self) -> str:
        """Its body."""

    @property
    def folded(self) -> str:
        """Give its body as texts are compared."""

    @property
    def hidden(self) -> str:
        """What a person does not see of it."""

    @property
    def subject(self) -> str:
        """Its subject."""


class Values(Protocol):
    """What was found in it."""

    @property
    def accounts(self) -> tuple[Indicator, ...]:
        """What can take money."""

    @property
    def demand(self) -> Demand:
        """What the offender wants."""

    @property
    def secrets(self) -> int:
        """How many leaked passwords it quotes."""

    @property
    def own(self) -> tuple[str, ...]:
        """What else it quotes of its reader's own: `phone`, `home`."""


#: The reporter's own words, with or without a copied text: who says what cannot be told apart.
_OWN_WORDS = frozenset({"pasted", "none"})
#: Of what reporters say of themselves, this is also looked for within the reported text, where
#: they may have written it below or between the lines.
_SAID_WITHIN = ("own-life", "age-own")
#: What numbers may say of a child.
_AGES = ("age-own", "age-child", "schoolchild")
#: What takes the sureness from a bluff, though it be one sentence in a language of its own.
_IN_ANY_LANGUAGE = ("violent-word", "urges-self-harm", "names-a-child")
#: Marks of the outer mail that say a machine wrote it. A list or a redirection passes on what
#: people write, so `list`, `precedence`, `suppress` and `resent` are not among them.
_AUTOMATIC = frozenset(
    {"auto-submitted", "dsn", "mdn", "loop", "null-sender", "daemon", "automatic-subject"}
)
#: Of these, what a person may have typed or copied.
_MAY_BE_SAID = frozenset({"automatic-subject"})
#: Accounts that nobody can be found by, which mass mailings ask to pay to.
_COINS = frozenset(
    {"bitcoin", "bitcoin-cash", "litecoin", "dogecoin", "dash", "zcash", "ethereum", "tron"}
    | {"monero", "ripple", "solana", "ton", "cardano"}
)
#: Kinds that the model supports.
_READ_LIKE = frozenset({"webcam-bluff", "other-blackmail"})
#: The chance from which a note that no rule heard is taken to say what it reads like.
_HEARD_FROM = 0.3
#: And the one that anything at all in it may be a reason to be careful.
_CAREFUL_FROM = 0.5
#: In words; of 5,250 notes that the model learned from the longest has 123, and 99 of 100 have less
#: than 50.
_LONGEST_NOTE = 120
_SENDERS_CLAIM = frozenset({"null-sender", "daemon"})
_PREFIX = re.compile(r"^(?:\s*[a-z]{1,4}(?:\[\d+\])?\s?:)+", re.IGNORECASE)
_ADDRESS = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}")
MOST_HEADER = 4_000
_UNSEEN = re.compile(r"(?is)<(style|script)\b.{0,200000}?</\1>|<!doctype[^>]{0,400}>")
_TAG = re.compile(r"<[^<>]*>")
#: Attributes in which people's words may stand.
_SPOKEN = re.compile(r"(?i)\b(?:value|alt|title|placeholder|aria-label)\s*=\s*[\"']?([^\"'<>]*)")
#: Words stood where no reader looks, so nobody may say that there were none.
_NOT_READ = frozenset({"text-before-parts", "text-after-parts"})
_IMAGE = re.compile(r"<(?:img|svg|picture|video|object|embed)\b", re.IGNORECASE)


def judge(
    report: Report, clean: Readable, extracted: Values, note: str, label: Label | None = None
) -> Verdict:
    """Give the verdict on a report whose note a person reads as `note`. Never raises.

    `label` is what a person called the wording that the reported message is of, where one did.

    `empty` is a report without any text, attachment or image. `auto-reply` is whatever a machine
    sent, even a bounce that carries blackmail: nobody wrote it, so nobody is answered; what was
    found in it stays in flags and reasons. Only a threat to life in it stays `physical-threat`,
    because that pages a person, while the mark alone already keeps the answer back. Where no rule
    fires the kind is `unclear` with confidence 0. The rest is `kinds.kind_of`.
    """
    said = written_out(plain(without_references(f"{fold(clean.subject)}\n{clean.folded}")))
    evidence = _evidence(report, clean, said, extracted, note)
    automatic = _automatic(report)
    if automatic not in {None, *_MAY_BE_SAID}:
        evidence = evidence.as_said()
    opinion = kind_of(evidence, label)
    flags, because = flags_of(evidence, opinion.kind, self_spoofed=_is_self_spoofed(report))
    reasons = (
        *_reason_of(label, opinion),
        *_reasons(evidence, (*opinion.because, *because)),
        *_reason_of_model(said, evidence, opinion),
    )
    if automatic is not None and opinion.kind != "physical-threat":
        opinion = Opinion(kind="auto-reply", confidence=1.0)
        reasons = (Reason(rule="outer.automatic", words=automatic), *reasons)
    elif _is_empty(report, clean, note):
        opinion = Opinion(kind="empty", confidence=1.0)
    return Verdict(kind=opinion.kind, confidence=opinion.confidence, flags=flags, reasons=reasons)


def _automatic(report: Report) -> str | None:
    """Give the mark of a machine on the outer mail.

    Where the outer mail is the offender's own, its sender is their claim: many write as a daemon.
    """
    claimed = _SENDERS_CLAIM if report.unwrapping.how == "direct" else frozenset()
    return next((mark for mark in report.marks if mark in _AUTOMATIC - claimed), None)


def _evidence(report: Report, clean: Readable, said: str, extracted: Values, note: str) -> Evidence:
    folded = fold(without_references(note))
    told = plain(folded)
    seen = without_other_numbers(told)
    felt = likeness(seen, NOTE_HEADS)
    facts = facts_of(extracted)
    if report.unwrapping.how in _OWN_WORDS:
        both = (told, said)
        offender, heard = find("offender", both), _heard(both) | _heard_alike(seen, felt)
    else:
        # What stands below a forward may be in one of the two views only.
        written = report.reported.text.strip("\n")
        plainly = plain(clean.folded if written == clean.text else fold(written))
        offender = find("offender", (said,))
        heard = find("note", (said, plainly), only=_SAID_WITHIN)
        heard |= _heard((told,)) | _heard_alike(seen, felt)
        if untold := not_understood(folded):
            heard["not-understood"] = untold
    alike = likeness(said, TEXT_HEADS, offender | facts)
    offender = find("offender", (said,), only=_IN_ANY_LANGUAGE, in_any=True) | offender
    return Evidence(
        offender=offender | facts,
        note=heard,
        recorded=felt["recorded"],
        threatened=felt["threat"],
        short_note=len(words_of(told)) <= _LONGEST_NOTE,
        blackmail=alike["blackmail"],
        bluff=alike["bluff"],
        acquaintance=alike["acquaintance"],
        violence=alike["violence"],
        organisation=alike["organisation"],
    )


def _heard(texts: tuple[str, ...]) -> dict[str, str]:
    """Give the signs of a note; ages are looked for where a date or a street cannot be one."""
    heard = find("note", texts)
    seen = tuple(map(without_other_numbers, texts))
    if seen == texts:
        return heard
    said = {sign: words for sign, words in heard.items() if sign not in _AGES}
    return said | find("note", seen, only=_AGES)


def _heard_alike(seen: str, felt: Mapping[str, float]) -> dict[str, str]:
    """Give as signs the flags that a plain note reads like, with the words that weighed most."""
    return {
        f"reads-like-{head}": " ".join(heaviest(seen, head))[:LONGEST_QUOTE]
        for head, chance in felt.items()
        if chance >= (_CAREFUL_FROM if head == "danger" else _HEARD_FROM)
    }


def _reason_of(label: Label | None, opinion: Opinion) -> tuple[Reason, ...]:
    if label is None or opinion.kind != label.kind:
        return ()
    return (
        Reason(
            rule="wording.label", words=f"same wording as {label.wording}, labelled by {label.by}"
        ),
    )


def _reason_of_model(said: str, evidence: Evidence, opinion: Opinion) -> tuple[Reason, ...]:
    """Give how far the text reads like blackmail, where the kind hangs on it."""
    if opinion.kind not in _READ_LIKE or evidence.blackmail < UNLIKE:
        return ()
    words = f"{evidence.blackmail:.2f} alike: {' '.join(heaviest(said, 'blackmail'))}"
    return (Reason(rule="model.blackmail", words=words[:LONGEST_QUOTE]),)


def facts_of(extracted: Values) -> dict[str, str]:
    """Give what was extracted as signs. A near-miss of an account still was meant as one."""
    facts = {}
    if extracted.accounts:
        facts["account"] = extracted.accounts[0].value
    coins = [account.value for account in extracted.accounts if account.kind in _COINS]
    if coins:
        facts["coin"] = coins[0]
    demand = extracted.demand
    if demand.amounts:
        facts["amount"] = f"{demand.amounts[0].value:g} {demand.amounts[0].currency}"
    if demand.deadline_hours is not None:
        facts["time-limit"] = f"{demand.deadline_hours:g} hours"
    if extracted.secrets:
        facts["secret"] = f"passwords quoted: {extracted.secrets}"
    if extracted.own:
        facts["own"] = f"quoted of the reader: {', '.join(extracted.own)}"
    return facts


def _reasons(evidence: Evidence, names: tuple[str, ...]) -> tuple[Reason, ...]:
    return tuple(
        Reason(rule=name, words=evidence.words(name) or "") for name in dict.fromkeys(names)
    )


def _is_self_spoofed(report: Report) -> bool:
    """Tell whether the mail claims to come from the one it was sent to."""
    if report.unwrapping.how in {"direct", *_OWN_WORDS}:
        return False
    sender = _mailboxes(report.reported.sender)[-1:]
    own = (*_mailboxes(report.reported.to), *_mailboxes(report.reporter.address))
    return not set(sender).isdisjoint(own)


def _mailboxes(header: str) -> tuple[str, ...]:
    """Give the addresses of a header in lower case; an address that is only a name stands first."""
    return tuple(_ADDRESS.findall(header[:MOST_HEADER].lower()))


def _is_empty(report: Report, clean: Readable, note: str) -> bool:
    reported = report.reported
    subject = _PREFIX.sub("", clean.subject)
    markup = _UNSEEN.sub("", reported.html)
    page = unescape(_TAG.sub("", markup))
    words = f"{clean.text}{clean.hidden}{subject}{note}{reported.text}{page}"
    if any(map(_is_text, words)) or _NOT_READ & set(report.defects):
        return False
    if any(map(_is_text, "".join(_SPOKEN.findall(markup)))):
        return False
    return not reported.attachments and not _IMAGE.search(reported.html)


def _is_text(letter: str) -> bool:
    """Tell whether a character says something; an emoji does."""
    return letter.isalnum() or unicodedata.category(letter) == "So"
