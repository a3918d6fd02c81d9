"""The certificate that the door shows: read again when its files have changed."""

from __future__ import annotations

import logging
import os
import ssl
from pathlib import Path

from casefile.errors import SettingsError

_log = logging.getLogger(__name__)


class Certificate:
    """Certificate chain and private key in PEM files.

    Whoever renews them need not stop the door: new connections get what the files hold. While
    they do not belong together, or cannot be read, connections get what they held last.
    """

    def __init__(self, chain: Path, key: Path | None = None) -> None:
        """Read the files. Without `key` it stands in the file of the chain.

        Raises SettingsError where they cannot be used.
        """
        self._chain, self._key = chain, key
        self._seen = self._state()
        try:
            self._context = self._read()
        except OSError as error:  # what ssl raises is one, too
            raise SettingsError(
                "DESK_TLS_CERTIFICATE and DESK_TLS_KEY cannot be used "
                f"({getattr(error, 'reason', None) or error.strerror}): give PEM files that belong "
                "together, the key without a pass phrase, both readable by the desk's user."
            ) from error

    def context(self) -> ssl.SSLContext:
        """Give what a new connection is encrypted with."""
        state = self._state()
        if state != self._seen:
            self._seen = state
            try:
                self._context = self._read()
            except OSError as error:
                _log.error("door: the new certificate cannot be used (%s)", type(error).__name__)
            else:
                _log.info("door: the certificate was read again")
        return self._context

    def _read(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        # What is encrypted anew costs the server more than the client.
        context.options |= ssl.OP_NO_RENEGOTIATION
        # Without a pass phrase OpenSSL would ask for one at the terminal, and wait.
        context.load_cert_chain(self._chain, self._key, password=lambda: b"")
        return context

    def _state(self) -> tuple[object, ...]:
        """Give what tells one content of the files from another, without reading them."""
        files = (self._chain, self._key) if self._key is not None else (self._chain,)
        return tuple(_mark(path) for path in files)


def _mark(path: Path) -> tuple[int, int, int] | None:
    try:
        status = os.stat(path)  # noqa: PTH116 - the same, at a third of the price
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
