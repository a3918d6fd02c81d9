"""What the examiner says about a report: the facts, the wording and the verdict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from casefile.indicator import Indicator
from casefile.report import Report
from casefile.sending import UNTOLD, Sending

VerdictKind = Literal[
    "webcam-bluff",
    "recorded-chat",
    "physical-threat",
    "data-threat",
    "authority-hoax",
    "recovery-offer",
    "other-blackmail",
    "other-scam",
    "not-a-scam",
    "empty",
    "auto-reply",
    "unclear",
]
Flag = Literal[
    "paid",
    "under-18",
    "distress",
    "images-shared",
    "contact-continues",
    "personal-data",
    "self-spoofed",
]
#: Kinds that page a person even where no reply may go out; so do `DANGER_FLAGS`.
DANGER_KINDS: frozenset[str] = frozenset({"physical-threat"})
DANGER_FLAGS: frozenset[str] = frozenset({"under-18", "distress"})


#: A report that names more accounts than this is a list, an article or a trap: none of them links.
MOST_ACCOUNTS = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class Amount:
    """A sum that is asked for."""

    value: float
    #: ISO 4217, or the coin's ticker.
    currency: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Demand:
    """What the offender wants, and by when."""

    amounts: tuple[Amount, ...] = ()
    deadline_hours: float | None = None
    #: The malware that is claimed to be planted, by names such as `Pegasus` and `keylogger`.
    claims: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """Why the machine says so: the rule that fired and the words it fired on."""

    rule: str
    words: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What kind of case this is, with what else is known, each with its reason."""

    kind: VerdictKind
    #: 0 to 1.
    confidence: float
    flags: tuple[Flag, ...] = ()
    reasons: tuple[Reason, ...] = ()

    @property
    def danger(self) -> bool:
        """Tell whether a person must be paged at once."""
        return self.kind in DANGER_KINDS or not DANGER_FLAGS.isdisjoint(self.flags)


@dataclass(frozen=True, kw_only=True, slots=True)
class Fingerprint:
    """The wording of a reported message with its variables masked."""

    #: The masked, folded text: words in order, variables as slots such as `wlt`, `amt`.
    masked: str
    #: Distinct 64-bit hashes of its word triples, sorted; empty where it is too short to tell.
    shingles: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Placement:
    """Where the register put a finding. Ids are never reused."""

    #: Family of the wording, `W-17`; None where the text is too short to tell.
    wording: str | None = None
    #: Version within it, `W-17.2`.
    version: str | None = None
    #: `C-17`; None where neither wording nor account tells.
    campaign: str | None = None
    #: Why it is a member: "wording, 0.93 alike", "account bc1q…", "first of its wording".
    why: str = ""
    #: True where a second family was almost as near.
    ambiguous: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """A report with everything the desk made of it."""

    report: Report
    #: The reported message as a person reads it.
    text: str
    #: What was hidden from the reader of it, kept as evidence.
    hidden: str = ""
    accounts: tuple[Indicator, ...] = ()
    contacts: tuple[Indicator, ...] = ()
    demand: Demand = Demand()
    #: How many leaked passwords the text quotes; the values are never kept.
    secrets: int = 0
    #: What else was masked that is the reader's own: `phone`, `home`.
    own: tuple[str, ...] = ()
    #: ISO 639-1; empty where too short to tell.
    language: str = ""
    #: Language of the reporter's note; empty where too short to tell.
    note_language: str = ""
    verdict: Verdict
    #: What the machine said, where an investigator says otherwise, of this one or of its wording.
    judged: Verdict | None = None
    fingerprint: Fingerprint
    #: By which way the reported mail was sent, where the forward kept its header.
    sending: Sending = UNTOLD
    placement: Placement = Placement()
    #: The finding of the same mail when it came first; a copy is shown, and counted nowhere.
    copy_of: str | None = None
    defects: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Give the finding's key: the submission's key and an ordinal."""
        return self.report.key

    @property
    def may_link(self) -> tuple[tuple[str, str], ...]:
        """Give kind and value of the accounts that may link, each once, however many they are."""
        return tuple(dict.fromkeys((it.kind, it.value) for it in self.accounts if it.links))

    @property
    def lists_accounts(self) -> bool:
        """Tell whether it names so many accounts that they link nothing."""
        return len(self.may_link) > MOST_ACCOUNTS
