"""Sends a reply, at most once: as a file in a folder, or through a smarthost."""

from __future__ import annotations

import contextlib
import logging
import re
import smtplib
from pathlib import Path

from casefile.errors import Away, Refused, TryLater, Uncertain
from casefile.reply import Reply
from responders import durable
from responders.address import is_strict
from responders.smarthost import Smarthost

log = logging.getLogger(__name__)

_SUFFIX = ".eml"
_PERMANENT = 500
#: What a server says to those it wants to log in, or to use TLS (RFC 3207, RFC 4954).
_NOT_SO = frozenset({530, 534, 535, 538})
_DONE, _ENDING = 250, 421
_LOWEST, _HIGHEST = 200, 599
_GO_AHEAD = 354
_LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)


class OutboxMailer:
    """Puts each reply into a folder as `<reply_id>.eml`: for trying the desk out, and for tests."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def send(self, reply: Reply) -> None:
        """Write the file, whole and synced; one that is there stays. Raises TryLater, Refused."""
        path = durable.place(self._folder, reply.reply_id, _SUFFIX)
        if path.exists():
            return
        try:
            durable.write(path, reply.message)
        except OSError as error:
            raise TryLater("the outbox cannot be written now") from error

    def rest(self) -> None:
        """Hold nothing: every file is closed already."""

    def was_sent(self, reply_id: str) -> bool | None:
        """Tell whether the file is there."""
        return durable.place(self._folder, reply_id, _SUFFIX).exists()


class SmtpMailer:
    """Hands each reply to a smarthost (RFC 5321), which delivers it.

    The envelope sender is null, and where the server offers DSN (RFC 3461) it is told never to
    report, so that no answer to the answer can come. One session serves many replies, until `rest`.
    """

    def __init__(self, smarthost: Smarthost) -> None:
        self._smarthost = smarthost
        self._session: smtplib.SMTP | None = None

    def send(self, reply: Reply) -> None:
        """Send it. Raises TryLater, Refused, or Uncertain where it may have left.

        Until the final dot is on its way nothing can have left, and trouble means TryLater; a 5xx
        about the reply means Refused. From the dot to the server's word a lost connection means
        Uncertain, of this reply alone: the synchronisation gap of RFC 1047. Away, a TryLater, where
        the next reply would fare no better.
        """
        if not is_strict(str(reply.recipient)):
            raise Refused("the recipient is not of strict form")
        try:
            self._deliver(str(reply.recipient), reply.message)
        except TryLater as error:
            log.warning("a reply waits: %s", error)
            raise

    def rest(self) -> None:
        """End the session, where one is open: nothing more is to be sent for now."""
        session, self._session = self._session, None
        if session is not None:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                session.quit()
            session.close()

    def deliver(self, recipient: str, message: bytes) -> None:
        """Hand over a message of ours to one recipient, as `send` does; who it is, is not asked."""
        try:
            self._deliver(recipient, message)
        finally:
            self.rest()

    def was_sent(self, reply_id: str) -> bool | None:  # noqa: ARG002 - the port's
        """Give None: what the smarthost did with it only a person can find out."""
        return None

    def _deliver(self, recipient: str, message: bytes) -> None:
        """Hand a message over in the session that is open, or in a new one.

        A server may end a session at any time between two messages. Where that shows before the
        final dot, the message goes into a new one.
        """
        kept, self._session = self._session, None
        if kept is not None:
            try:
                self._hand_over(kept, recipient, message)
            except (smtplib.SMTPException, OSError, _Ended):
                kept.close()
            else:
                return
        session = self._smarthost.opened()
        try:
            self._hand_over(session, recipient, message)
        except _Ended as error:
            session.close()
            raise TryLater(str(error)) from None
        except (smtplib.SMTPException, OSError) as error:
            session.close()
            kind = Away if isinstance(error.__context__ or error, TimeoutError) else TryLater
            raise kind("the smarthost broke off") from error

    def _hand_over(self, session: smtplib.SMTP, recipient: str, message: bytes) -> None:
        never = ("NOTIFY=NEVER",) if session.has_extn("dsn") else ()
        try:
            _expect(_DONE, session.mail("")[0])
            _expect(_DONE, session.rcpt(recipient, never)[0], 251)
            _expect(_GO_AHEAD, session.docmd("DATA")[0])
            session.send(_LEADING_DOT.sub(b"..", message))
            _expect(_DONE, _finish(session))
        except (TryLater, Refused):
            self._cleared(session)
            raise
        except Uncertain:
            session.close()
            raise
        self._session = session

    def _cleared(self, session: smtplib.SMTP) -> None:
        """Keep a session whose message was not taken, where the server forgets that one."""
        try:
            taken = session.rset()[0] == _DONE
        except (smtplib.SMTPException, OSError):
            taken = False
        if taken:
            self._session = session
        else:
            session.close()


class _Ended(Exception):
    """The server ends the session, whatever is sent in it (421)."""


def _finish(session: smtplib.SMTP) -> int:
    try:
        session.send(b".\r\n")
        code = session.getreply()[0]
    except (smtplib.SMTPException, OSError) as error:
        raise Uncertain from error
    if not _LOWEST <= code <= _HIGHEST:
        # smtplib gives -1 for what is no reply of SMTP.
        raise Uncertain
    return code


def _expect(wanted: int, code: int, also: int = 0) -> None:
    if code in {wanted, also}:
        return
    if code == _ENDING:
        raise _Ended(f"the smarthost ends the session ({code})")
    if code in _NOT_SO:
        raise Away(f"the smarthost wants TLS, or a user and a password ({code})")
    if code >= _PERMANENT:
        raise Refused(f"the smarthost refused the reply ({code})")
    raise TryLater(f"the smarthost asks to wait ({code})")
