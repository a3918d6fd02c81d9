"""Opens a session with the smarthost: how it is reached, secured, and told who we are."""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from casefile.errors import Away

#: `required` goes over to TLS (STARTTLS, RFC 3207) or says nothing more; `implicit` is TLS from the
#: first byte (RFC 8314); `opportunistic` takes STARTTLS where it is offered, whoever shows which
#: certificate: that is for a relay on the way that nobody else is on.
Tls = Literal["required", "implicit", "opportunistic"]
_READY = 220


@dataclass(frozen=True, kw_only=True, slots=True)
class Smarthost:
    """The mail server that takes our replies (RFC 5321, RFC 6409)."""

    host: str
    port: int
    tls: Tls = "opportunistic"
    #: Empty: it lets us relay without a name.
    user: str = ""
    password: str = ""
    #: File (PEM) of who vouches for its certificate; empty: those that the machine trusts.
    ca_file: str = ""
    #: The name that is given to it.
    helo: str = "localhost"
    #: Seconds, for each step.
    timeout: float = 30

    def opened(self) -> smtplib.SMTP:
        """Give a session that is secured and logged in.

        Raises Away, which says what is wrong with the server or with what is set: nothing of that
        is the fault of a reply, so none may be given up for it.
        """
        session = self._connected()
        try:
            self._secured(session)
            self._logged_in(session)
        except BaseException:
            session.close()
            raise
        return session

    @contextmanager
    def session(self) -> Iterator[smtplib.SMTP]:
        """Give one as `opened` does; closed at the end, with no goodbye.

        OSError and smtplib.SMTPException of the block go through.
        """
        session = self.opened()
        try:
            yield session
        finally:
            # Not a `with`: its goodbye may raise and hide that a reply has left.
            session.close()

    def look(self) -> str:
        """Say in a few words how it takes replies. Raises Away."""
        with self.session() as session:
            version = session.sock.version() if isinstance(session.sock, ssl.SSLSocket) else ""
            dsn = "" if session.has_extn("dsn") else ", without NOTIFY=NEVER"
        checked = "" if self.tls == "opportunistic" else ", certificate checked"
        who = ", logged in" if self.user else ""
        return f"takes replies by {version + checked if version else 'SMTP without TLS'}{who}{dsn}"

    def _connected(self) -> smtplib.SMTP:
        session: smtplib.SMTP
        if self.tls == "implicit":
            session = smtplib.SMTP_SSL(
                local_hostname=self.helo, timeout=self.timeout, context=self._context()
            )
        else:
            session = smtplib.SMTP(local_hostname=self.helo, timeout=self.timeout)
        # The name that the certificate must bear; smtplib only knows it from its constructor.
        session._host = self.host  # type: ignore[attr-defined]  # noqa: SLF001
        try:
            _demand_ready(session.connect(self.host, self.port)[0])
            # Else the final dot lies here until the server has acknowledged the text before it,
            # and servers take their time over that: 40 ms for each reply.
            if session.sock is not None:
                session.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            session.ehlo_or_helo_if_needed()
        except ssl.SSLCertVerificationError:
            session.close()
            raise Away(f"the certificate of {self.host} is not valid for it") from None
        except (smtplib.SMTPException, OSError):
            session.close()
            raise Away("the smarthost cannot be reached or broke off") from None
        except Away:
            session.close()
            raise
        return session

    def _secured(self, session: smtplib.SMTP) -> None:
        if self.tls == "implicit":
            return
        if not session.has_extn("starttls"):
            if self.tls == "required":
                raise Away("the smarthost offers no STARTTLS: nothing is said without it")
            return
        try:
            code = session.starttls(context=self._context())[0]
            if code == _READY or self.tls == "required":
                _demand_ready(code)
                session.ehlo_or_helo_if_needed()
        except ssl.SSLCertVerificationError:
            raise Away(f"the certificate of {self.host} is not valid for it") from None
        except (smtplib.SMTPException, OSError):
            raise Away("the smarthost broke off while going over to TLS") from None

    def _logged_in(self, session: smtplib.SMTP) -> None:
        if not self.user:
            return
        try:
            session.login(self.user, self.password)
        except smtplib.SMTPAuthenticationError as error:
            raise Away(
                f"the smarthost takes not this user and password ({error.smtp_code})"
            ) from None
        except smtplib.SMTPNotSupportedError:
            raise Away("the smarthost asks for no user, but one is set") from None
        except (smtplib.SMTPException, OSError):
            raise Away("the smarthost broke off at the login") from None

    def _context(self) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=self.ca_file or None)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if self.tls == "opportunistic":
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context


def _demand_ready(code: int) -> None:
    if code != _READY:
        raise Away(f"the smarthost takes nothing now ({code})")
