"""Whether a mail really comes from its envelope sender: computed once, from the stored envelope."""

from __future__ import annotations

import ipaddress

from casefile.report import Authentication, Submission

NOT_CHECKED = "SPF, DKIM and DMARC are not checked yet, so nobody is answered"


def authenticate(submission: Submission, *, method: str) -> Authentication:
    """Tell whether the envelope sender is proven.

    `loopback` trusts clients on this machine and no others: for trying the desk out. `required`
    does not pass in this version, and neither does any method that is not known. Collected files
    have no envelope: `none`.
    """
    if submission.envelope.door != "smtp":
        return Authentication(
            method="none", passed=False, reason="collected files have no envelope to check"
        )
    if method != "loopback":
        return Authentication(method="required", passed=False, reason=NOT_CHECKED)
    if _on_loopback(submission.envelope.client):
        return Authentication(
            method="loopback", passed=True, reason="the client is on this machine"
        )
    return Authentication(
        method="loopback", passed=False, reason="the client is not on this machine"
    )


def _on_loopback(client: str) -> bool:
    """Tell whether an IP address as text is 127/8, ::1 or the first mapped into IPv6."""
    try:
        address = ipaddress.ip_address(client)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback
