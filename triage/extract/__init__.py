"""The values in a reported message that point at its authors, and those to mask in its wording."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from casefile.finding import Demand
from casefile.indicator import Indicator
from triage.clean import Clean
from triage.extract.accounts import Accounts, read_accounts
from triage.extract.claims import find_claims
from triage.extract.contacts import find_contacts, find_emails
from triage.extract.deadline import find_deadline
from triage.extract.demand import Sum, amounts, find_sums
from triage.extract.family import DOT
from triage.extract.glance import spoken
from triage.extract.payment_link import find_link_sums
from triage.extract.secret import find_secrets
from triage.extract.victim import find_own

__all__ = ["Extracted", "Span", "extract"]

MAX_SPANS = 1_000
#: Characters in which sums, times and secrets are looked for: the head and the tail of a text.
HEAD, TAIL = 60_000, 20_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """A value that differs from mail to mail, to be masked wherever it stands."""

    #: `account`, `email`, `url`, `amount`, `secret` or `phone`.
    kind: str
    #: As written in the text, not folded.
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Extracted:
    """What a reported message names."""

    accounts: tuple[Indicator, ...]
    contacts: tuple[Indicator, ...]
    demand: Demand
    #: How many leaked passwords it quotes.
    secrets: int
    #: What else it quotes of its reader's own, `phone` or `home`: masked as passwords are.
    own: tuple[str, ...] = ()
    #: Those to be masked in all that is kept (`secret`) first and every one of them, then the
    #: longest. The only place where the value of a secret leaves this package: in memory.
    spans: tuple[Span, ...]

    def __repr__(self) -> str:
        """Say how much was found and no value, for spans hold secrets."""
        return f"Extracted({len(self.accounts)} accounts, {self.secrets} secrets)"


def extract(clean: Clean) -> Extracted:
    """Find accounts, contacts, demand and secrets. Pure, total and bounded; never raises."""
    accounts = _without_own(read_accounts(clean.views), clean.addressees)
    contacts = tuple(
        one
        for one in find_contacts(clean.views, clean.addressees)
        if not any(one.as_written in number for number in accounts.hidden)
    )
    text = f"{clean.subject}\n{_ends(clean.text)}"
    said = spoken(clean.text) | spoken(clean.subject)
    sums = list(find_sums(text, said))
    if not sums:
        sums = [one for view in clean.views if view.read for one in find_sums(_ends(view.text))]
    sums += [one for view in clean.views for one in find_link_sums(_ends(view.text))]
    secrets = find_secrets(text, said)
    own = find_own(text, said)
    spans = _spans([*accounts.listed, *contacts], sums, find_emails(clean.text))
    masked = {Span(kind="secret", text=value) for value in (*secrets, *accounts.hidden)}
    masked |= {Span(kind="secret", text=it.text) for it in own}
    hidden = {Span(kind="account", text=value) for value in accounts.hidden}
    return Extracted(
        accounts=accounts.listed,
        contacts=contacts,
        demand=Demand(
            amounts=amounts(sums),
            deadline_hours=find_deadline(text, said),
            claims=find_claims(text, said),
        ),
        secrets=len(secrets),
        own=tuple(dict.fromkeys(it.kind for it in own)),
        spans=(*_longest(masked, len(masked)), *_longest(spans | hidden, MAX_SPANS)),
    )


def _without_own(found: Accounts, own: frozenset[str]) -> Accounts:
    """Leave out what is named by an address of the reader's own."""
    return replace(found, listed=tuple(one for one in found.listed if one.value not in own))


def _longest(spans: set[Span], most: int) -> list[Span]:
    return sorted(spans, key=lambda span: (-len(span.text), span.text))[:most]


def _ends(text: str) -> str:
    return text if len(text) <= HEAD + TAIL else f"{text[:HEAD]}\n{text[-TAIL:]}"


_KINDS = {"email": "email", "url": "url", "phone": "phone", "whatsapp": "phone"}


def _spans(found: Sequence[Indicator], sums: Sequence[Sum], emails: set[str]) -> set[Span]:
    def each() -> Iterator[tuple[str, str]]:
        for one in found:
            # An e-mail address that is called a PayPal account stays one in the wording.
            named = one.kind == "paypal" and "@" in one.as_written
            kind = "email" if named else _KINDS.get(one.kind, "account")
            if DOT not in one.as_written:
                yield from ((kind, piece) for piece in one.as_written.split(" … "))
        yield from (("email", address) for address in emails)
        yield from (("amount", one.text) for one in sums)

    return {Span(kind=kind, text=text.strip()) for kind, text in each() if text.strip()}
