"""Whether a mail really comes from its envelope sender: computed once, from the stored envelope.

Triage says what can be said without asking anybody, and leaves the rest open; so a person in
danger never waits for DNS. The answer asks, and its first definite result stays in the record.
"""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import Callable
from dataclasses import dataclass

from casefile.errors import TryLater
from casefile.report import Authentication, Envelope, Submission
from ingest.authentic import statement
from ingest.authentic.block import Field, Misshapen, author, domain_of, is_address, split
from ingest.authentic.policy import Policy, aligned, discover
from ingest.authentic.resolver import Lookups, Resolver
from ingest.authentic.sender_policy import sender_policy
from ingest.authentic.signature import Signature, Signed, signatures

log = logging.getLogger(__name__)

OPEN = "it was not looked up yet"
GAVE_UP = "DNS had no answer for an hour"


def authenticate(submission: Submission, *, method: str) -> Authentication:
    """Tell whether the envelope sender is proven, as far as nobody has to be asked.

    `loopback` trusts clients on this machine and no others: for trying the desk out. What a mail
    server hands over by LMTP comes from this machine only on its last step, so it does not count.
    Any other method leaves it open, to be proven by a `Prover`: the result is `temporary`.
    Collected files have no envelope: `none`.
    """
    if submission.envelope.door == "collect":
        return Authentication(
            method="none", passed=False, reason="collected files have no envelope to check"
        )
    if method != "loopback":
        return Authentication(method="required", passed=False, reason=OPEN, temporary=True)
    if submission.envelope.door == "smtp" and _on_loopback(submission.envelope.client):
        return Authentication(
            method="loopback", passed=True, reason="the client is on this machine"
        )
    return Authentication(
        method="loopback", passed=False, reason="the client is not on this machine"
    )


def given_up(result: Authentication) -> Authentication:
    """Give the definite result of a check that DNS did not let come to an end."""
    return Authentication(
        method=result.method,
        passed=False,
        reason=GAVE_UP,
        spf=result.spf,
        dkim=result.dkim,
        dmarc=result.dmarc,
    )


def handed_over(envelope: Envelope) -> bool:
    """Tell whether the force's own mail server brought a mail: it alone speaks LMTP to us."""
    return envelope.door == "lmtp"


@dataclass(frozen=True, kw_only=True)
class Prover:
    """Proves envelope senders by SPF, DKIM and DMARC, or by the word of the force's mail server.

    With an `authserv_id`, a mail that this server brought is judged by that server's
    Authentication-Results alone, and nothing is computed.
    """

    resolver: Resolver
    authserv_id: str = ""
    #: Which mails the force's own mail server brought.
    trusts: Callable[[Envelope], bool] = handed_over

    def prove(self, submission: Submission) -> Authentication:
        """Tell whether the sender is the one From, and proven. `temporary`: ask again later.

        Whatever a hostile mail makes the code below raise, it proves nothing: never raises.
        """
        try:
            fields, body = split(submission.raw)
            sender = submission.envelope.sender
            if author(fields).lower() != sender.lower() or not is_address(sender):
                return _refused("From is not the envelope sender")
            if self.authserv_id and self.trusts(submission.envelope):
                return self._told(fields, domain_of(sender))
            return self._computed(submission, fields, body)
        except Misshapen as error:
            return _refused(str(error))
        except Exception as error:  # noqa: BLE001 - the boundary to whatever libraries may raise
            log.warning("%s could not be checked: %s", submission.key, type(error).__name__)
            return _refused("checking it failed")

    def _told(self, fields: tuple[Field, ...], domain: str) -> Authentication:
        said = statement.statements(fields, self.authserv_id)
        spf, dkim, dmarc = (
            "pass" if "pass" in found else min(found, default="none")
            for found in (statement.results_of(said, it) for it in ("spf", "dkim", "dmarc"))
        )
        passed = statement.vouches(said, domain)
        reason = f"the mail server says spf {spf}, dkim {dkim}, dmarc {dmarc}"
        return Authentication(
            method="mail-server",
            passed=passed,
            reason=reason if said else "the mail server says nothing of it",
            spf=spf,
            dkim=dkim,
            dmarc=dmarc,
        )

    def _computed(
        self, submission: Submission, fields: tuple[Field, ...], body: bytes
    ) -> Authentication:
        envelope, lookups = submission.envelope, self.resolver.begin()
        domain = domain_of(envelope.sender)
        spf = sender_policy(
            lookups, client=envelope.client, sender=envelope.sender, helo=envelope.helo
        )
        mail = Signed(fields=fields, body=body, received_at=envelope.received_at)
        signed = signatures(mail, domain, lookups)
        policy = _policy(domain, lookups)
        dkim = _signed_for(domain, signed, policy, lookups)
        # The sender's domain is the author's, so SPF that passes is aligned, and so is a signature
        # by that very domain: neither has to wait for a policy that DNS does not give.
        passed = "pass" in {spf, dkim}
        waits = not passed and "temperror" in {spf, dkim}
        dmarc = _dmarc(policy, passed=passed, waits=waits)
        return Authentication(
            method="required",
            passed=passed,
            reason=f"spf {spf}, dkim {dkim}, dmarc {dmarc}",
            temporary=waits,
            spf=spf,
            dkim=dkim,
            dmarc=dmarc,
        )


def _policy(domain: str, lookups: Lookups) -> Policy | None:
    """Give the DMARC policy; None where DNS does not say."""
    try:
        return discover(domain, lookups)
    except TryLater:
        return None


def _signed_for(
    domain: str, signed: tuple[Signature, ...], policy: Policy | None, lookups: Lookups
) -> str:
    """Give the best DKIM result for a domain; one that holds counts where it speaks for it."""
    results = {it.result for it in signed if it.result != "pass"}
    for holding in {it.domain for it in signed if it.result == "pass"}:
        results.add(_alignment(holding, domain, policy, lookups))
    order = ("pass", "temperror", "fail", "policy", "permerror")
    return next((it for it in order if it in results), "none")


def _alignment(holding: str, domain: str, policy: Policy | None, lookups: Lookups) -> str:
    if holding == domain:
        return "pass"
    if policy is None:
        return "temperror"
    try:
        return "pass" if aligned(holding, domain, policy, lookups) else "none"
    except TryLater:
        return "temperror"


def _dmarc(policy: Policy | None, *, passed: bool, waits: bool) -> str:
    if policy is None:
        return "temperror"
    if policy.record is None:
        return "none"
    if passed:
        return "pass"
    return "temperror" if waits else "fail"


def _refused(reason: str) -> Authentication:
    return Authentication(method="required", passed=False, reason=reason)


def _on_loopback(client: str) -> bool:
    """Tell whether an IP address as text is 127/8, ::1 or the first mapped into IPv6."""
    try:
        address = ipaddress.ip_address(client)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback
