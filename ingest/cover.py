"""What the outer mail says about itself: whether a machine, a list or a loop sent it.

Only headers are looked at, and generously: an answer that is withheld reaches a person, an answer
to a machine may start a loop (RFC 3834, RFC 5230 section 4.6).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable

from casefile.reference import references_in
from casefile.report import Authentication, Cover, Message, Submission

_COMMENT = re.compile(r"\([^()]*\)")
_BLANK_LINE = re.compile(rb"\r?\n[ \t]*\r?\n|\r[ \t]*\r")
_FROM_LINE = re.compile(rb"^from[ \t]*:", re.IGNORECASE | re.MULTILINE)
_HEADERS_READ = 256 * 1024
_MESSAGE_ID = re.compile(r"<([^<>\s]{1,998})>")
#: Our Message-IDs (`responders/compose.py`).
_REPLY = re.compile(r"reply\.([0-9a-f-]{36})@.*")
_SEARCHED = 100_000
_MOST_NAMED = 8
_LISTS = re.compile(
    r"^(?:List-(?:Id|Help|Subscribe|Unsubscribe|Unsubscribe-Post|Post|Owner|Archive|Software)"
    r"|Mailing-List|X-Mailing-List|X-Mailman-Version|X-List-.*|X-Loop-Detect)$",
    re.IGNORECASE,
)
_DAEMON_LOCAL = re.compile(
    r"^(?:mailer-?daemon|mail-?daemon|mdaemon|postmaster|post-?office|majordomo|listserv|mailman"
    r"|mail-?delivery.*|bounces?|autoreply|auto-reply|autoresponder|vacation|uucp|symantec.*"
    r"|(?:no|do-?not|dont)[-_.]?reply|mailadmin|mail-?system|exchange|hotmail-bounce.*"
    r"|.*-bounces?|bounces?[+=-].*|owner-.*|.*-owner|.*-request|.*-confirm)(?:\+.*)?$",
    re.IGNORECASE,
)
_DAEMON_NAME = re.compile(
    r"mail(?:er)?[\s-]?daemon|mail delivery (?:sub)?system|^mail (?:delivery )?system|^postmaster\b"
    r"|^delivery (?:status|sub)|system administrator|^mail administrator|internet mail delivery",
    re.IGNORECASE,
)
_AUTOMATIC_SUBJECT = re.compile(
    r"^\W*(?:auto(?:matic|mated|mail|matische)?[\s:-]*(?:re(?:ply|sponse)|response|antwort|reply)"
    r"|automatische antwort|abwesen(?:d|heits)|out of (?:the )?office|i am (?:currently )?out of"
    r"|vacation (?:reply|notice|message)|away from (?:the )?office|ateb awtomatig|allan o'r swyddfa"
    r"|r[ée]ponse automatique|absence du bureau|respuesta autom[áa]tica|fuera de la oficina"
    r"|risposta automatica|resposta autom[áa]tica|automatisch antwoord|automatiskt svar|autosvar"
    r"|undeliver(?:able|ed)|undeliverable mail|returned mail|mail delivery fail|failure notice"
    r"|delivery (?:status|failure|has failed|report|notification|error|problem|delayed|to the foll)"
    r"|failed mail|mail failure|message (?:delivery|could not be delivered)|non[- ]?delivery"
    r"|nondeliverable|warning: (?:message|could not send)|error sending mail"
    r"|mail system error|unzustellbar|unknown user|rejected mail"
    r"|email feedback report|complaint (?:about|report)|abuse report|read(?: receipt)?: |not read: "
    r"|gelesen: |delivered: |relayed: |mail could not be delivered|delayed mail)",
    re.IGNORECASE,
)
_REPORT_TYPE = re.compile(r"report-type\s*=\s*\"?([a-z-]+)", re.IGNORECASE)

Mark = Callable[[Submission, Message, tuple[str, ...]], bool]


def cover_of(
    submission: Submission,
    message: Message,
    authentication: Authentication,
    own_hosts: tuple[str, ...] = (),
) -> Cover:
    """Give what the choice to answer may look at. `own_hosts` are the hosts of our Message-IDs."""
    hosts = tuple(host.lower() for host in own_hosts)
    head, body = _split(submission.raw)
    references = _ids(message, ("In-Reply-To", "References"))
    return Cover(
        authors=tuple(author.address for author in message.authors),
        from_headers=len(_FROM_LINE.findall(head)),
        marks=tuple(name for name, holds in _MARKS.items() if holds(submission, message, hosts)),
        message_id=message.message_id,
        answers_us=any(_host(identifier) in hosts for identifier in references),
        named=_named(message, references, hosts),
        authentication=authentication,
        content_hash=_content_hash(submission, message, body),
    )


def _named(message: Message, references: list[str], hosts: tuple[str, ...]) -> tuple[str, ...]:
    """Give the submissions and references of ours that a mail names, the nearest first."""
    replies = (_REPLY.fullmatch(it) for it in reversed(references) if _host(it) in hosts)
    texts = (part.text[:_SEARCHED] for part in message.parts if part.text is not None)
    written = [it for text in (message.subject, *texts) for it in references_in(text)]
    named = [it[1] for it in replies if it is not None]
    named += [it.upper() for it in written]
    return tuple(dict.fromkeys(named))[:_MOST_NAMED]


def _split(raw: bytes) -> tuple[bytes, bytes]:
    text = raw.lstrip(b"\r\n")
    end = _BLANK_LINE.search(text)
    if end is None:
        return text[:_HEADERS_READ], b""
    return text[: end.start()][:_HEADERS_READ], text[end.end() :]


def _content_hash(submission: Submission, message: Message, body: bytes) -> str:
    """Hash envelope sender, From, Message-ID and body: all that a mail keeps on every way it takes.

    Sender and From belong to it: two people may forward one mass mail word for word, a collected
    file has no sender, and some phones give no Message-ID. For that then stand date, recipient and
    subject. Line ends and blanks before them change on the way, so they do not count.
    """
    authors = sorted(author.address.casefold() for author in message.authors)
    to = sorted(address.address.casefold() for address in message.to)
    named = [message.message_id] if message.message_id else [message.date, *to, message.subject]
    heads = "\n".join((submission.envelope.sender.casefold(), *authors, "", *named))
    digest = hashlib.sha256(heads.encode("utf-8", "surrogateescape"))
    digest.update(b"\n\n")
    for line in body.rstrip().split(b"\n"):
        digest.update(line.rstrip(b" \t\r") + b"\n")
    return digest.hexdigest()


def _values(message: Message, *names: str) -> list[str]:
    """Give the values of headers without comments, in lower case, tidied for comparing."""
    found = []
    for name in names:
        for value in message.all_headers(name):
            plain = value
            for _ in range(3):
                plain = _COMMENT.sub(" ", plain)
            found.append(" ".join(plain.lower().split()).strip(" ;\"'"))
    return found


def _words(values: Iterable[str]) -> set[str]:
    return {word for value in values for word in re.split(r"[\s,;=\"']+", value) if word}


def _auto_submitted(_: Submission, message: Message, __: tuple[str, ...]) -> bool:
    stated = [value.split(";")[0].strip() for value in _values(message, "Auto-Submitted")]
    others = _values(
        message,
        "X-Autoreply",
        "X-Autorespond",
        "X-Autoresponder",
        "X-Auto-Reply",
        "X-Auto-Response",
        "X-Autogenerated",
        "X-Auto-Generated",
        "X-AutoReply-From",
        "X-Mail-Autoreply",
        "X-MS-Exchange-Generated-Message-Source",
        "X-MS-Exchange-Inbox-Rules-Loop",
        "X-Failed-Recipients",
        "X-Vacation",
        "X-Ezmlm",
        "X-FC-MachineGenerated",
        "X-POST-MessageClass",
        "Delivered-By-The-Graces",
    )
    return any(value != "no" for value in stated) or any(value != "no" for value in others)


def _report(message: Message) -> set[str]:
    types = {
        match[1] for v in _values(message, "Content-Type") for match in _REPORT_TYPE.finditer(v)
    }
    parts = {part.content_type for part in message.parts}
    if any(value.startswith("multipart/report") for value in _values(message, "Content-Type")):
        types.add("multipart/report")
    return types | parts


def _dsn(_: Submission, message: Message, __: tuple[str, ...]) -> bool:
    signs = {
        "multipart/report",
        "delivery-status",
        "message/delivery-status",
        "message/global-delivery-status",
        "message/xdelivery-status",
        "feedback-report",
        "message/feedback-report",
    }
    return bool(_report(message) & signs) or bool(_values(message, "X-Mailer-Daemon", "X-DSN"))


def _mdn(_: Submission, message: Message, __: tuple[str, ...]) -> bool:
    signs = {"disposition-notification", "message/disposition-notification"}
    return bool(_report(message) & signs)


def _list(_: Submission, message: Message, __: tuple[str, ...]) -> bool:
    return any(_LISTS.match(name) for name, _value in message.headers)


def _precedence(_: Submission, message: Message, __: tuple[str, ...]) -> bool:
    words = _words(_values(message, "Precedence", "X-Precedence"))
    return not words.isdisjoint({"bulk", "junk", "list", "auto_reply", "auto-reply"})


def _suppress(_: Submission, message: Message, __: tuple[str, ...]) -> bool:
    words = _words(_values(message, "X-Auto-Response-Suppress"))
    return not words.isdisjoint({"all", "oof", "autoreply", "-1"})


def _resent(_: Submission, message: Message, __: tuple[str, ...]) -> bool:
    return any(name.lower().startswith("resent-") for name, _value in message.headers)


def _loop(_: Submission, message: Message, hosts: tuple[str, ...]) -> bool:
    own = any(_host(identifier) in hosts for identifier in _ids(message, ("Message-ID",)))
    return own or bool(_values(message, "X-Loop", "X-Blackmail-Desk"))


def _null_sender(submission: Submission, message: Message, __: tuple[str, ...]) -> bool:
    if submission.envelope.door != "collect" and submission.envelope.sender in {"", "<>"}:
        return True
    return "<>" in _values(message, "Return-Path")


def _daemon(submission: Submission, message: Message, __: tuple[str, ...]) -> bool:
    senders = [author.address for author in message.authors] + [submission.envelope.sender]
    locals_ = [address.rpartition("@")[0] or address for address in senders if address]
    raw = " ".join(message.all_headers("From"))
    return any(_DAEMON_LOCAL.match(local.strip('<>" ')) for local in locals_) or bool(
        _DAEMON_NAME.search(raw)
    )


def _automatic_subject(_: Submission, message: Message, __: tuple[str, ...]) -> bool:
    return bool(_AUTOMATIC_SUBJECT.match(message.subject))


def _headers_cut(_: Submission, message: Message, __: tuple[str, ...]) -> bool:
    # More header than anybody writes: a mark may be in what was not read.
    return "headers-cut" in message.defects


def _ids(message: Message, names: tuple[str, ...]) -> list[str]:
    return [
        identifier
        for name in names
        for value in message.all_headers(name)
        for identifier in _MESSAGE_ID.findall(value)
    ]


def _host(identifier: str) -> str:
    return identifier.rpartition("@")[2].lower()


#: Each mark and what shows it, in the order in which they are named.
_MARKS: dict[str, Mark] = {
    "auto-submitted": _auto_submitted,
    "dsn": _dsn,
    "mdn": _mdn,
    "list": _list,
    "precedence": _precedence,
    "suppress": _suppress,
    "resent": _resent,
    "loop": _loop,
    "null-sender": _null_sender,
    "daemon": _daemon,
    "automatic-subject": _automatic_subject,
    "headers-cut": _headers_cut,
}
