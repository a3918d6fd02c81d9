"""By which way a reported mail was sent, as far as its own header fields tell it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Passage:
    """One Received field: a server took the mail in from somebody. Texts are as written."""

    #: What the giver called itself; empty where the field does not say.
    helo: str
    #: The name that the server found for the giver's address; empty where it does not say one.
    name: str
    #: The giver's address, as `ipaddress` writes it; empty where none is named.
    address: str
    #: The server that took it in.
    by: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Sending:
    """What the header of an attached original says; all empty for other reports.

    Only what the reporter's own provider wrote is more than a claim: whoever sends a mail may put
    Received fields of their own below. Nothing of it was looked up anywhere.
    """

    #: In the order of the header: the last to take it in comes first.
    passages: tuple[Passage, ...] = ()
    #: Which of them tells who handed the mail to the provider that wrote the first; -1 for none.
    handed_over: int = -1
    #: Domains of From and of Return-Path, in lower case.
    sender_domain: str = ""
    return_domain: str = ""
    #: X-Mailer or User-Agent.
    mailer: str = ""
    #: What somebody found when they checked the sender, such as `("spf", "fail")`.
    checks: tuple[tuple[str, str], ...] = ()
    #: Who says that they checked.
    checked_by: str = ""
    #: True where it is the provider that took the mail in from outside.
    checked_there: bool = False
    #: Offset of the Date, such as `+0300`.
    zone: str = ""

    @property
    def seen(self) -> Passage | None:
        """Give who handed the mail to the reporter's provider: what that provider saw itself."""
        return self.passages[self.handed_over] if self.handed_over >= 0 else None

    @property
    def told(self) -> bool:
        """Tell whether any field of the way is there at all."""
        return bool(self.passages or self.return_domain or self.mailer or self.checks)


#: Of what came without its header.
UNTOLD = Sending()
