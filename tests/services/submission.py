"""A real mail server for submission: TLS from the first byte or by STARTTLS, and AUTH over TLS."""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from running import free_port
from services.dovecot import make_certificate

USER, PASSWORD = "desk", "tulip and 12 keys"


@dataclass
class Submission:
    """What the server keeps: each mail, and how its client came."""

    port: int
    certificate: Path
    taken: list[Envelope] = field(default_factory=list)
    #: TLS version and user of each mail, empty where there was none.
    came: list[tuple[str, str]] = field(default_factory=list)

    async def handle_DATA(self, _: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Take a mail."""
        tls = session.ssl
        version = tls.get("ssl_object").version() if isinstance(tls, dict) else ""
        user = session.auth_data.decode() if isinstance(session.auth_data, bytes) else ""
        self.taken.append(envelope)
        self.came.append((version or str(bool(tls)), user))
        return "250 2.0.0 taken"


class _Controller(Controller):
    """Speaks TLS after STARTTLS; without a name or before TLS nobody may send."""

    def __init__(self, it: Submission, *, context: ssl.SSLContext, implicit: bool) -> None:
        self._starttls = None if implicit else context
        super().__init__(
            it,
            hostname="127.0.0.1",
            port=it.port,
            ssl_context=context if implicit else None,
        )

    def factory(self) -> SMTP:
        """Make the one that speaks with a client (aiosmtpd's name)."""
        return SMTP(
            self.handler,
            tls_context=self._starttls,
            require_starttls=self._starttls is not None,
            authenticator=_knows,
            # Over TLS from the first byte, aiosmtpd does not know that it is TLS.
            auth_required=self._starttls is not None,
            auth_require_tls=self._starttls is not None,
        )


def _knows(
    _server: SMTP, _session: Session, _envelope: Envelope, _how: str, data: object
) -> AuthResult:
    if not isinstance(data, LoginPassword):
        return AuthResult(success=False, handled=False)
    good = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=good, handled=False, auth_data=data.login if good else None)


@contextlib.contextmanager
def running_submission(
    folder: Path, *, implicit: bool = False, name: str = "localhost"
) -> Iterator[Submission]:
    """Run one until the block ends. `name` is what its certificate is for."""
    make_certificate(folder, name)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    it = Submission(port=free_port(), certificate=folder / "cert.pem")
    controller = _Controller(it, context=context, implicit=implicit)
    controller.start()
    try:
        yield it
    finally:
        controller.stop()
