"""Sends a reply, at most once: as a file in a folder, or through a smarthost."""

from __future__ import annotations

import contextlib
import re
import smtplib
from pathlib import Path

from casefile.errors import Refused, TryLater, Uncertain
from casefile.reply import Reply
from responders import durable
from responders.address import is_strict

_SUFFIX = ".eml"
_PERMANENT = 500
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

    def was_sent(self, reply_id: str) -> bool | None:
        """Tell whether the file is there."""
        return durable.place(self._folder, reply_id, _SUFFIX).exists()


class SmtpMailer:
    """Hands each reply to a smarthost (RFC 5321), which signs and delivers it.

    The envelope sender is null, and where the server offers DSN (RFC 3461) it is told never to
    report, so that no answer to the answer can come. `timeout` is in seconds, for each step;
    `helo` is the name given to the server.
    """

    def __init__(
        self, host: str, port: int, *, timeout: float = 30, helo: str = "localhost"
    ) -> None:
        self._host = host
        self._port = port
        self._timeout = timeout
        self._helo = helo

    def send(self, reply: Reply) -> None:
        """Send it. Raises TryLater, Refused, or Uncertain where it may have left.

        Until the final dot is on its way nothing can have left, and trouble means TryLater; a 5xx
        means Refused. From the dot to the server's word a lost connection means Uncertain: the
        synchronisation gap of RFC 1047.
        """
        if not is_strict(reply.recipient):
            raise Refused("the recipient is not of strict form")
        session = smtplib.SMTP(local_hostname=self._helo, timeout=self._timeout)
        try:
            _expect(220, session.connect(self._host, self._port)[0])
            self._hand_over(session, reply)
        except (smtplib.SMTPException, OSError) as error:
            raise TryLater("the smarthost cannot be reached or broke off") from error
        finally:
            # Not a `with`: its goodbye may raise and hide that the reply has left.
            session.close()

    def was_sent(self, reply_id: str) -> bool | None:  # noqa: ARG002 - the port's
        """Give None: what the smarthost did with it only a person can find out."""
        return None

    def _hand_over(self, session: smtplib.SMTP, reply: Reply) -> None:
        session.ehlo_or_helo_if_needed()
        never = ("NOTIFY=NEVER",) if session.has_extn("dsn") else ()
        _expect(250, session.mail("")[0])
        _expect(250, session.rcpt(reply.recipient, never)[0], 251)
        _expect(_GO_AHEAD, session.docmd("DATA")[0])
        session.send(_LEADING_DOT.sub(b"..", reply.message))
        _expect(250, _finish(session))
        # It has left; whether the goodbye is heard does not matter.
        with contextlib.suppress(smtplib.SMTPException, OSError):
            session.quit()


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
    if code >= _PERMANENT:
        raise Refused(f"the smarthost refused the reply ({code})")
    raise TryLater(f"the smarthost asks to wait ({code})")
