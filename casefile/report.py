"""What comes in: a submission of bytes, the message in it, and the reports it makes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Door = Literal["smtp", "lmtp", "collect"]
How = Literal[
    "inline",  # a forward with its header block in the text
    "attached",  # message/rfc822 or an .eml file
    "msg",  # Outlook's own file
    "tnef",  # winmail.dat
    "arf",  # an abuse report (RFC 5965)
    "quoted",  # a reply with the mail quoted below
    "pasted",  # the reporter's words with copied text
    "direct",  # the offender's own mail, sent straight to us
    "redirected",  # resent or rule-forwarded: its From is not the reporter
    "none",  # the reporter's own words
]
#: The ways in which a program forwards a mail: the rest are words that somebody typed or pasted.
FORWARDS: frozenset[str] = frozenset({"inline", "attached", "msg", "tnef"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Envelope:
    """What the SMTP dialogue said (RFC 5321), or for a collected file what stands in for it."""

    #: MAIL FROM without brackets; empty for the null sender and for collected files.
    sender: str
    #: RCPT TO, as given.
    recipients: tuple[str, ...]
    #: The client's IP address as text; empty for collected files.
    client: str
    #: What the client called itself.
    helo: str
    tls: bool
    #: When the last byte came, UTC.
    received_at: datetime
    door: Door
    #: A collected file's place (`inbox.mbox#12`); empty at the SMTP door.
    source: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Submission:
    """Bytes and envelope exactly as they came, unread."""

    #: Time-ordered (UUID version 7, RFC 9562), lower case with hyphens.
    key: str
    envelope: Envelope
    raw: bytes
    #: SHA-256 of `raw`, hexadecimal.
    sha256: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """A mailbox in a header: what is shown and where it goes."""

    name: str
    address: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Hop:
    """One Received header, as far as it could be read."""

    by: str
    source: str
    date: str


@dataclass(frozen=True, kw_only=True, slots=True)
class FileText:
    """What was read out of a file that stays sealed. In memory only: it is kept nowhere."""

    found_in: Literal["pdf", "qr", "image"]
    text: str
    #: Page of a PDF, from 1; 0 for a picture.
    page: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """A leaf of a message: text, a file that stays sealed, or a message of its own."""

    #: Where it stands, counted from 1 in each multipart: `2.1`.
    place: str
    content_type: str
    charset: str
    filename: str
    #: `attachment`, `inline` or empty.
    disposition: str
    #: Decoded text of a text/* part; None for everything else.
    text: str | None
    #: A message within (message/rfc822, or a file that holds one).
    message: Message | None
    #: Size in bytes and SHA-256 after transfer decoding.
    size: int
    sha256: str
    #: Where its body stands, still encoded, in the bytes of the message that holds it: the first
    #: byte and the one after the last; -1 where that is not known.
    start: int = -1
    end: int = -1
    #: Content-Transfer-Encoding, in lower case.
    encoding: str = ""
    #: What was read out of it where it is a PDF or, where that is on, a picture.
    texts: tuple[FileText, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """A decoded message (RFC 5322, RFC 2045). What could not be decoded is named in `defects`."""

    #: Every header in order: name as written, value decoded and unfolded.
    headers: tuple[tuple[str, str], ...]
    #: All mailboxes of all From headers.
    authors: tuple[Address, ...]
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    subject: str
    #: ISO 8601, with an offset only where the header gave one; empty where unreadable.
    date: str
    date_as_written: str
    #: With angle brackets, as written; empty where there is none.
    message_id: str
    received: tuple[Hop, ...]
    #: Leaves in reading order. A nested message is one leaf; its own leaves are inside it.
    parts: tuple[Part, ...]
    defects: tuple[str, ...]

    def header(self, name: str) -> str:
        """Give the first value of a header, or the empty string."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), "")

    def all_headers(self, name: str) -> tuple[str, ...]:
        """Give every value of a header, in order."""
        wanted = name.lower()
        return tuple(value for key, value in self.headers if key.lower() == wanted)


@dataclass(frozen=True, kw_only=True, slots=True)
class Attachment:
    """A file that came with a message. Its bytes stay sealed in the spool."""

    filename: str
    content_type: str
    size: int
    sha256: str
    #: What it says, for the examiner alone; a finding is kept without it.
    texts: tuple[FileText, ...] = ()


Grade = Literal[
    "original",  # a whole mail with Received and DKIM-Signature: it can be checked
    "attached",  # a whole mail without these, as it was attached
    "inline",  # a header block in a text: what a client says of a mail
    "pasted",  # a text that was copied: nobody says where from
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Layer:
    """A mail on the way from the reporter to the offender's, and how good evidence it is."""

    grade: Grade
    sender: str
    to: str
    subject: str
    #: As written.
    date: str
    #: Where it stands: part, bytes of the submission (or of the part that holds it), lines.
    place: str
    message_id: str = ""
    client: str = ""
    language: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Unwrapping:
    """How the reported message was found."""

    how: How
    #: `gmail`, `outlook`, `apple-mail`, ...; empty where unknown.
    client: str = ""
    #: Language of the client's labels (ISO 639-1); empty where unknown.
    language: str = ""
    #: How many forwards were opened to reach the message; 0 for `direct`, `pasted`, `none`.
    depth: int = 0
    #: Every mail that was passed, the reporter's forward first, the reported message last.
    chain: tuple[Layer, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Reporter:
    """Who forwarded it: the From address of the outer mail, and what they wrote above it."""

    address: str
    note: str
    #: Their own words in the Subject of a forward; empty where it only repeats the reported one.
    subject: str = ""
    #: What they wrote below the forward, where its end is marked; empty where it is not.
    below: str = ""

    @property
    def said(self) -> str:
        """Give all that is theirs, wherever they wrote it: this decides who needs help."""
        return "\n".join(it for it in (self.subject, self.note, self.below) if it)


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportedMessage:
    """The blackmail mail inside the report. All fields are claims of its author."""

    sender: str
    reply_to: str
    to: str
    subject: str
    date: str
    date_as_written: str
    message_id: str
    #: Its plain text as written; empty where it has none.
    text: str
    #: Its HTML as written; empty where it has none.
    html: str
    attachments: tuple[Attachment, ...] = ()
    #: Header fields of an attached original, in order; of an inline forward those of the mail's
    #: source that a client showed beside the usual ones (`Received`, `Message-ID`, `X-…`).
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """What a reporter tells us: one reported message and their note."""

    #: The submission's key and an ordinal from 1: `…-1`.
    key: str
    submission: str
    received_at: datetime
    reporter: Reporter
    unwrapping: Unwrapping
    reported: ReportedMessage
    #: Marks of the outer mail, as in `Cover.marks`: a bounce or an automatic answer says so here.
    marks: tuple[str, ...] = ()
    defects: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Authentication:
    """Whether the outer mail really comes from its envelope sender. Written once, never anew."""

    #: `loopback`; `required` where computed; `mail-server` where the force's own mail server
    #: says so; `none` for collected files.
    method: str
    passed: bool
    reason: str
    #: True where it is not settled: DNS was not asked yet, or had no answer and is asked again.
    temporary: bool = False
    #: Results in the words of RFC 8601; empty where they were not looked up.
    spf: str = ""
    dkim: str = ""
    dmarc: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Cover:
    """What the outer mail says about itself: all that the choice to answer may look at."""

    #: The address of each mailbox in each From header, as written.
    authors: tuple[str, ...]
    #: How many From header lines there are, however odd their spelling.
    from_headers: int
    #: Marks of an automatic, list or resent mail, as `reason` words: `auto-submitted`, `list`, ...
    marks: tuple[str, ...]
    message_id: str
    #: True where In-Reply-To or References name a message of ours.
    answers_us: bool
    authentication: Authentication
    #: SHA-256 over envelope sender, From, Message-ID and body: tells a mail that comes again.
    content_hash: str
    #: What it names of ours: submissions whose reply it answers, and references (`DP-…`) in its
    #: Subject and texts, as written. Claims of its author, until the ledger says whose they are.
    named: tuple[str, ...] = ()


def finding_key(submission: str, ordinal: int) -> str:
    """Give the key of the `ordinal`-th (from 1) report of a submission."""
    return f"{submission}-{ordinal}"


def submission_of(finding: str) -> str:
    """Give the submission's key of a finding's key."""
    return finding.rsplit("-", 1)[0]
