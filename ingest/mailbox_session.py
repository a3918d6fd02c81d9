"""One login to one folder of a mailbox: what is new, its bytes, and the mark on what is safe."""

from __future__ import annotations

import base64
import contextlib
import imaplib
import re
import ssl
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.mailbox_account import Account, MailboxError
from ingest.mailbox_wire import TooMuch, Wire

#: What a collected mail is given where it stays in its folder (RFC 3501, 2.3.2: a keyword).
KEYWORD = "DeskCollected"
#: Room for the answer to a command that gives no mail, in bytes.
SMALL = 8 * 2**20
#: A mail server that sends less in a second, in bytes, is not waited for.
SLOWEST = 8 * 1024
#: Servers take a command line of at least 8,192 bytes (RFC 7162, 4).
BATCH = 200

CERTIFICATE = (
    "The mail server's certificate is none that this machine trusts for that name: look at the"
    " host in DESK_MAILBOX_URL, or name your authority's certificates in SSL_CERT_FILE. The"
    " secret was not sent."
)
HANGS = (
    "The mail server does not answer in time: look at host and port in DESK_MAILBOX_URL, and at"
    " the server. It is asked again."
)
AWAY = (
    "The mail server cannot be reached, or hung up: look at host and port in DESK_MAILBOX_URL,"
    " and at the server. It is asked again."
)
GARBAGE = (
    "The mail server says what is not IMAP: look at the port in DESK_MAILBOX_URL, and whether it"
    " begins with imaps:// or imap+starttls:// as the server wants it."
)
TOO_MUCH = "The mail server sent more than it had said, and was cut off. It is asked again."
NO_FOLDER = (
    "The folder of DESK_MAILBOX_URL cannot be opened: look at its name, in which case matters,"
    " and which may need to begin with INBOX/ or INBOX., and at the user's rights."
)
READ_ONLY = (
    "The folder of DESK_MAILBOX_URL may only be read: give the user the right to set flags there,"
    " or to move mail with DESK_MAILBOX_DONE. Without, nothing is collected."
)
NO_KEYWORDS = (
    "The mail server keeps no keywords, so it could not be seen what was collected: name a folder"
    " in DESK_MAILBOX_DONE that collected mail is moved to."
)
NO_DONE = (
    "The folder of DESK_MAILBOX_DONE is not there and cannot be made: make it, or name another"
    " one; it may need to begin with INBOX/ or INBOX."
)
NO_PASSWORDS = (
    "The mail server takes no password here, or only one in ASCII: use DESK_MAILBOX_TOKEN_FILE"
    " or DESK_MAILBOX_TOKEN_COMMAND, or TLS in DESK_MAILBOX_URL."
)
NO_TOKENS = "The mail server takes no token (XOAUTH2): use DESK_MAILBOX_PASSWORD_FILE."

_UID = re.compile(rb"(?<![A-Z.])UID (\d{1,10})(?!\d)")
_SIZE = re.compile(rb"RFC822\.SIZE (\d{1,18})(?!\d)")
_Data = Sequence[bytes | tuple[bytes, bytes] | None]


class NotGiven(Exception):
    """The server has this mail, but does not give its bytes."""


@dataclass(frozen=True)
class Session:
    """A folder that is open. What it raises is a MailboxError; then it cannot be used any more."""

    wire: Wire
    account: Account
    #: UIDVALIDITY: with it a UID names one mail for ever (RFC 3501, 2.3.1.1).
    validity: int
    #: The longest wait for an answer, in seconds.
    patience: float

    def new(self) -> list[int]:
        """Give the UIDs of what was not collected and nobody has marked as deleted, in order."""
        words = ["UNDELETED"] if self.account.done else ["UNDELETED", "UNKEYWORD", KEYWORD]
        with _told():
            self.wire.allow(SMALL, self.patience)
            answer, lines = self.wire.uid("SEARCH", *words)
            if answer != "OK":
                raise MailboxError(AWAY)
            joined = b" ".join(line for line in lines if isinstance(line, bytes))
            return sorted({int(word) for word in joined.split()})

    def sizes(self, uids: Sequence[int]) -> dict[int, int]:
        """Give the size of each mail that is still there, in bytes, as the server says."""
        with _told():
            self.wire.allow(SMALL, self.patience)
            some = ",".join(map(str, uids))
            _, lines = self.wire.uid("FETCH", some, "(UID RFC822.SIZE)")
        found = {}
        for line in lines:
            uid, size = (
                it.search(line) if isinstance(line, bytes) else None for it in (_UID, _SIZE)
            )
            if uid and size:
                found[int(uid[1])] = int(size[1])
        return found

    def fetch(self, uid: int, largest: int) -> bytes | None:
        """Give the bytes of a mail, marking nothing; None where it is gone.

        Raises NotGiven where the server does not give this one, but others perhaps.
        """
        with _told():
            self.wire.allow(largest + SMALL, self.patience + largest / SLOWEST)
            answer, lines = self.wire.uid("FETCH", str(uid), "(UID BODY.PEEK[])")
        raw = _literal(lines, uid)
        if raw is None and (answer != "OK" or _mentions(lines, uid)):
            raise NotGiven
        return raw

    def mark(self, uid: int) -> bool:
        """Mark one mail as collected, or move it; False where the server would not."""
        with _told():
            if not self.account.done:
                return self._do("STORE", uid, "+FLAGS", rf"(\Seen {KEYWORD})")
            done = quoted(self.account.done)
            if "MOVE" in self.wire.capabilities:
                return self._do("MOVE", uid, done)
            return (
                self._do("COPY", uid, done)
                and self._do("STORE", uid, "+FLAGS", r"(\Deleted)")
                # Without UIDPLUS only everything marked could be expunged, so nothing is.
                and ("UIDPLUS" not in self.wire.capabilities or self._do("EXPUNGE", uid))
            )

    def _do(self, command: str, uid: int, *words: str) -> bool:
        self.wire.allow(SMALL, self.patience)
        return self.wire.uid(command, str(uid), *words)[0] == "OK"


@contextlib.contextmanager
def logged_in(account: Account, tls: ssl.SSLContext, patience: float) -> Iterator[Wire]:
    """Give a connection that has logged in, and say goodbye at the end. Raises MailboxError."""
    secret = account.secret.read()
    outright = tls if account.security == "tls" else None
    with _told():
        wire = Wire(account.host, account.port, tls=outright, room=SMALL, seconds=patience)
    try:
        with _told():
            if account.security == "starttls":
                wire.secure(tls)
            wire.allow(SMALL, patience)
            _log_in(wire, account, secret)
            wire.refresh()
        yield wire
        with contextlib.suppress(imaplib.IMAP4.error, OSError, ValueError, TooMuch):
            wire.allow(SMALL, min(patience, 5))
            wire.logout()
    finally:
        wire.shutdown()


def opened(wire: Wire, account: Account, patience: float, *, look_only: bool) -> Session:
    """Open the folder. Raises MailboxError where mail could not be marked there afterwards."""
    with _told():
        wire.allow(SMALL, patience)
        try:
            answer, _ = wire.select(quoted(account.folder), readonly=look_only)
        except wire.readonly:
            raise MailboxError(READ_ONLY) from None
        if answer != "OK":
            raise MailboxError(NO_FOLDER)
        validity = _number(wire, "UIDVALIDITY")
        flags = _words(wire, "PERMANENTFLAGS") or [rb"\*"]  # not said: all (RFC 3501, 6.3.1)
        if not look_only:
            if account.done:
                _make_sure_of(wire, account.done, patience)
            elif rb"\*" not in flags and KEYWORD.lower().encode() not in flags:
                raise MailboxError(NO_KEYWORDS)
    return Session(wire, account, validity, patience)


def quoted(name: str) -> str:
    """Give a folder's name as it goes over the wire: modified UTF-7 (RFC 3501, 5.1.3), quoted."""
    ascii_only = re.sub("[^ -~]+|&", _shifted, name)
    return '"' + ascii_only.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _shifted(match: re.Match[str]) -> str:
    if match[0] == "&":
        return "&-"
    coded = base64.b64encode(match[0].encode("utf-16-be", "replace")).rstrip(b"=")
    return f"&{coded.replace(b'/', b',').decode()}-"


def _log_in(wire: Wire, account: Account, secret: str) -> None:
    user, can = account.user, wire.capabilities
    refused = (
        "The mail server refused the login: look at the user in DESK_MAILBOX_URL, and renew what"
        f" {account.secret.variable} gives."
    )
    try:
        if account.secret.is_token:
            if "AUTH=XOAUTH2" not in can:
                raise MailboxError(NO_TOKENS)
            token = f"user={user}\1auth=Bearer {secret}\1\1".encode()
            # A refusal comes as a second challenge, which wants an empty answer.
            wire.authenticate("XOAUTH2", lambda challenge: b"" if challenge else token)
        elif "AUTH=PLAIN" in can:
            wire.authenticate("PLAIN", lambda _: f"\0{user}\0{secret}".encode())
        elif "LOGINDISABLED" in can or not (user + secret).isascii():
            raise MailboxError(NO_PASSWORDS)
        elif wire.xatom("LOGIN", _string(user), _string(secret))[0] == "OK":
            wire.state = "AUTH"
        else:
            raise MailboxError(refused)
    except wire.abort:
        raise
    except wire.error:
        raise MailboxError(refused) from None


def _string(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _make_sure_of(wire: Wire, folder: str, patience: float) -> None:
    name = quoted(folder)
    wire.allow(SMALL, patience)
    if wire.status(name, "(MESSAGES)")[0] != "OK":
        wire.allow(SMALL, patience)
        if wire.create(name)[0] != "OK":
            raise MailboxError(NO_DONE)


def _number(wire: Wire, name: str) -> int:
    words = _words(wire, name)
    return int(words[0]) if words and words[0].isdigit() else 0


def _words(wire: Wire, name: str) -> list[bytes]:
    _, lines = wire.response(name)
    line = lines[-1] if lines else None
    # Of an empty list something must be left, so that it is told from none.
    return line.lower().strip(b"()").split() or [b""] if isinstance(line, bytes) else []


def _literal(lines: _Data, uid: int) -> bytes | None:
    """Give the literal of this mail: servers put the UID before or behind it."""
    for line, after in zip(lines, [*lines[1:], None], strict=True):
        if isinstance(line, tuple) and b"BODY[]" in line[0]:
            rest = after if isinstance(after, bytes) else b""
            if _names(line[0], uid) or _names(rest, uid):
                return line[1]
    return None


def _mentions(lines: _Data, uid: int) -> bool:
    return any(
        isinstance(line, bytes) and b"BODY[]" in line and _names(line, uid) for line in lines
    )


def _names(line: bytes, uid: int) -> bool:
    match = _UID.search(line)
    return match is not None and int(match[1]) == uid


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """Turn whatever goes wrong on the wire into what can be done about it."""
    try:
        yield
    except ssl.SSLCertVerificationError:
        raise MailboxError(CERTIFICATE) from None
    except TimeoutError:
        raise MailboxError(HANGS) from None
    except OSError as error:
        ended = (ssl.SSLEOFError, ssl.SSLZeroReturnError)
        broken = isinstance(error, ssl.SSLError) and not isinstance(error, ended)
        raise MailboxError(GARBAGE if broken else AWAY) from None
    except TooMuch:
        raise MailboxError(TOO_MUCH) from None
    except imaplib.IMAP4.abort as error:
        raise MailboxError(GARBAGE if "unexpected" in str(error) else AWAY) from None
    except (imaplib.IMAP4.error, ValueError, LookupError) as error:
        # A greeting that says goodbye at once is a server that is full.
        raise MailboxError(AWAY if "BYE" in str(error) else GARBAGE) from None
