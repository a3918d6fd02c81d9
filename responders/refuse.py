"""Says why a submission may not be answered by the machine (RFC 3834, RFC 5230)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from casefile.finding import Finding
from casefile.reply import Answer
from casefile.report import Cover, Envelope
from responders.address import addresses_in, alias_root, domain_of, is_strict, same_mailbox

OLDEST = timedelta(hours=48)
_ROLES = re.compile(
    r"""(?: mailer-?daemon | mail-?daemon | daemon | postmaster | mdaemon
    | listserv | majordomo | mailman | sympa | ezmlm
    | no-?_?reply | do-?_?not-?_?reply | auto-?reply | auto-?responder | autoanswer
    | bounces? | nobody | root | devnull
    | owner-.* | .*-owner | .*-request | request-.* | .*-bounces? | bounces?[-+=].*
    | .*[-._](?:no-?reply|donotreply) | (?:no-?reply|donotreply)[-._+].*
    | srs[01][-+=].* | prvs=.* | btv1==.* | msprvs1=.* )""",
    re.VERBOSE,
)
#: Marks and reasons are words of our own; what could hold an address is not repeated.
_OWN_WORDS = re.compile(r"[A-Za-z][A-Za-z0-9 ,:;()=-]{0,79}")
_SENDER_HEADERS = frozenset({"from", "reply-to", "return-path"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """All that the choice to answer may look at."""

    envelope: Envelope
    cover: Cover
    findings: Sequence[Finding]
    answer: Answer
    #: The key of an earlier submission with the same content.
    earlier: str | None
    now: datetime
    #: Domains of ours, in lower case.
    own_domains: frozenset[str]
    #: A person wants it answered, however old it is.
    by_person: bool
    #: That person says that this address wrote to us.
    vouched: bool


def refusal(
    *,
    envelope: Envelope,
    cover: Cover,
    findings: Sequence[Finding],
    answer: Answer,
    earlier: str | None,
    now: datetime,
    own_domains: Sequence[str],
    by_person: bool = False,
    vouched: bool = False,
) -> str | None:
    """Give the first reason not to answer, or None where the reporter may be answered.

    The reasons, in the order in which they are looked for:

    - `collected, not received at the door`
    - `older than 48 hours`
    - `null sender`
    - `sender address is not of strict form`
    - `sender is a daemon, a list or no person`
    - `sender is of our own domain`
    - `marked as <mark>`: automatic, a bounce, a list, resent, asks for no automatic answer
    - `answers a reply of ours`
    - `not exactly one From`
    - `From is not the envelope sender`
    - `not authenticated` with its reason
    - `sent by the offender or redirected, not forwarded`
    - `sender is an address of the offender`
    - `nothing in it may be answered`
    - `the same mail came before`

    A person who wants it answered (`by_person`) lifts the age alone, and who vouches for the sender
    (`vouched`) the missing proof alone. No reason holds an address or a word of the mail.
    """
    case = Case(
        envelope=envelope,
        cover=cover,
        findings=findings,
        answer=answer,
        earlier=earlier,
        now=now,
        own_domains=frozenset(domain.lower() for domain in own_domains),
        by_person=by_person,
        vouched=vouched,
    )
    reasons = (rule(case) for rule in RULES)
    return next((reason for reason in reasons if reason is not None), None)


def _collected(case: Case) -> str | None:
    return "collected, not received at the door" if case.envelope.door == "collect" else None


def _too_old(case: Case) -> str | None:
    old = case.now - case.envelope.received_at > OLDEST
    return "older than 48 hours" if old and not case.by_person else None


def _null_sender(case: Case) -> str | None:
    return "null sender" if not case.envelope.sender else None


def _odd_sender(case: Case) -> str | None:
    return None if is_strict(case.envelope.sender) else "sender address is not of strict form"


def _no_person(case: Case) -> str | None:
    local = case.envelope.sender.rpartition("@")[0].lower()
    return "sender is a daemon, a list or no person" if _ROLES.fullmatch(local) else None


def _own_domain(case: Case) -> str | None:
    domain = domain_of(case.envelope.sender)
    own = any(domain == ours or domain.endswith(f".{ours}") for ours in case.own_domains)
    return "sender is of our own domain" if own else None


def _marked(case: Case) -> str | None:
    if not case.cover.marks:
        return None
    mark = case.cover.marks[0]
    return f"marked as {mark}" if _OWN_WORDS.fullmatch(mark) else "marked as automatic"


def _answers_us(case: Case) -> str | None:
    return "answers a reply of ours" if case.cover.answers_us else None


def _not_one_author(case: Case) -> str | None:
    one = case.cover.from_headers == 1 and len(case.cover.authors) == 1
    return None if one else "not exactly one From"


def _other_author(case: Case) -> str | None:
    same = same_mailbox(case.cover.authors[0], case.envelope.sender)
    return None if same else "From is not the envelope sender"


def _not_authenticated(case: Case) -> str | None:
    authentication = case.cover.authentication
    if authentication.passed or case.vouched:
        return None
    told = _OWN_WORDS.fullmatch(authentication.reason)
    return f"not authenticated: {authentication.reason}" if told else "not authenticated"


def _not_forwarded(case: Case) -> str | None:
    hows = {finding.report.unwrapping.how for finding in case.findings}
    refused = not hows.isdisjoint({"direct", "redirected"})
    return "sent by the offender or redirected, not forwarded" if refused else None


def _offender(case: Case) -> str | None:
    sender = alias_root(case.envelope.sender)
    hit = any(sender in _offender_addresses(finding) for finding in case.findings)
    return "sender is an address of the offender" if hit else None


def _nothing_to_say(case: Case) -> str | None:
    return "nothing in it may be answered" if case.answer.main is None else None


def _came_before(case: Case) -> str | None:
    return "the same mail came before" if case.earlier is not None else None


def _offender_addresses(finding: Finding) -> frozenset[str]:
    # A bluff is often sent "from" its victim to its victim: the address it went to is no
    # offender's. Headers of an attached original count like the fields read from it.
    reported = finding.report.reported
    claimed = [reported.sender, reported.reply_to]
    claimed += [value for name, value in reported.headers if name.lower() in _SENDER_HEADERS]
    claimed += [contact.value for contact in finding.contacts if contact.kind == "email"]
    victims = [reported.to]
    victims += [value for name, value in reported.headers if name.lower() == "to"]
    return _all_addresses(claimed) - _all_addresses(victims)


def _all_addresses(values: Sequence[str]) -> frozenset[str]:
    return frozenset().union(*map(addresses_in, values))


#: Read top down; a later rule may rely on what an earlier one refused.
RULES: tuple[Callable[[Case], str | None], ...] = (
    _collected,
    _too_old,
    _null_sender,
    _odd_sender,
    _no_person,
    _own_domain,
    _marked,
    _answers_us,
    _not_one_author,
    _other_author,
    _not_authenticated,
    _not_forwarded,
    _offender,
    _nothing_to_say,
    _came_before,
)
