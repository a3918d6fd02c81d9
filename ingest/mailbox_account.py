"""Which mailbox mail is collected from, and with what secret; the secret is read at each login."""

from __future__ import annotations

import shlex
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import quote, unquote, urlsplit

from casefile.errors import SettingsError, TryLater

#: How the scheme of the URL protects the connection, and its port (RFC 8314, RFC 5092).
SCHEMES: dict[str, tuple[Literal["tls", "starttls", "plain"], int]] = {
    "imaps": ("tls", 993),
    "imap+starttls": ("starttls", 143),
    "imap": ("plain", 143),
}
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
TOKEN_SECONDS = 30.0
#: No password or token is longer, in bytes.
LONGEST_SECRET = 32 * 1024

_EXAMPLE = "imaps://report@mail.force.example/INBOX"


class MailboxError(TryLater):
    """The mailbox could not be collected; the message says how to mend it and names nobody."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Secret:
    """Where the password or the access token comes from."""

    kind: Literal["password-file", "token-file", "token-command"]
    #: The file's path, or the command as it would be typed; no shell reads it.
    place: str = field(repr=False)

    @property
    def is_token(self) -> bool:
        """Tell whether it goes with XOAUTH2."""
        return self.kind != "password-file"

    @property
    def variable(self) -> str:
        """Give the setting that names it."""
        return "DESK_MAILBOX_" + self.kind.replace("-", "_").upper()

    def read(self) -> str:
        """Give the secret as it is now. Raises MailboxError."""
        raw = self._printed() if self.kind == "token-command" else self._filed()
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError:
            text = ""
        text = text.strip() if self.is_token else text.rstrip("\r\n")
        if not text or any(not it.isprintable() or (it == " " and self.is_token) for it in text):
            raise MailboxError(f"{self.variable} must give one line with the secret, and no more.")
        return text

    def _filed(self) -> bytes:
        try:
            with Path(self.place).open("rb") as file:
                return file.read(LONGEST_SECRET)
        except OSError as error:
            raise MailboxError(
                f"The file of {self.variable} cannot be read ({error.strerror}):"
                " look at its path, and that the desk's user may read it."
            ) from None

    def _printed(self) -> bytes:
        try:
            run = subprocess.run(  # noqa: S603 - the operator's own command, without a shell
                shlex.split(self.place),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=TOKEN_SECONDS,
                check=False,
            )
        except (OSError, ValueError, subprocess.TimeoutExpired) as error:
            kind = type(error).__name__
            raise MailboxError(
                f"The command of {self.variable} did not run to its end ({kind}): try it by hand,"
                " as the desk's user."
            ) from None
        if run.returncode:
            raise MailboxError(
                f"The command of {self.variable} ended with {run.returncode}: try it by hand,"
                " as the desk's user."
            )
        return run.stdout[:LONGEST_SECRET]


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """One folder of one mailbox, and what is done with a mail once it is safe in the spool."""

    security: Literal["tls", "starttls", "plain"]
    host: str
    port: int
    user: str = field(repr=False)
    folder: str
    secret: Secret
    #: Folder that collected mail is moved to; empty where it stays and is given a keyword.
    done: str = ""

    def source(self, validity: int, uid: int) -> str:
        """Give where a mail lies, as a URL (RFC 5092) without the user."""
        folder = quote(self.folder, errors="replace")
        return f"imap://{self.host}/{folder};UIDVALIDITY={validity}/;UID={uid}"


def account_in(
    url: str, *, password_file: str = "", token_file: str = "", token_command: str = "", done: str
) -> Account:
    """Read an account from its settings. Raises SettingsError, which says how to mend it."""
    security, host, port, user, folder = _parts(url)
    if done == folder:
        raise SettingsError("DESK_MAILBOX_DONE is the folder that is collected: name another one.")
    if not done.isprintable():
        raise SettingsError("DESK_MAILBOX_DONE is no name of a folder.")
    secret = _secret(password_file, token_file, token_command)
    return Account(
        security=security,
        host=host,
        port=port,
        user=user,
        folder=folder,
        secret=secret,
        done=done,
    )


def _parts(url: str) -> tuple[Literal["tls", "starttls", "plain"], str, int, str, str]:
    try:
        parts = urlsplit(url)
        security, usual = SCHEMES[parts.scheme]
        host, port = parts.hostname or "", parts.port or usual
    except (KeyError, ValueError):
        raise SettingsError(
            f"DESK_MAILBOX_URL is an address as in {_EXAMPLE}; it begins with imaps:// (TLS),"
            " imap+starttls://, or imap:// (without TLS, on this machine only)."
        ) from None
    user = unquote(parts.username or "")
    folder = unquote(parts.path.lstrip("/")) or "INBOX"
    if parts.password is not None:
        raise SettingsError(
            "DESK_MAILBOX_URL holds a password, where it could be seen: put it into a file,"
            " and name that in DESK_MAILBOX_PASSWORD_FILE."
        )
    if not (host and user and user.isprintable() and folder.isprintable()):
        raise SettingsError(f"DESK_MAILBOX_URL names user, host and folder, as in {_EXAMPLE}.")
    if security == "plain" and host not in LOOPBACK:
        raise SettingsError(
            "DESK_MAILBOX_URL would send the password without TLS: imap:// is for this machine"
            " only, so begin it with imaps:// or imap+starttls://."
        )
    return security, host, port, user, folder


def _secret(password_file: str, token_file: str, token_command: str) -> Secret:
    given = [
        secret
        for secret in (
            Secret(kind="password-file", place=password_file),
            Secret(kind="token-file", place=token_file),
            Secret(kind="token-command", place=token_command),
        )
        if secret.place
    ]
    if len(given) != 1:
        raise SettingsError(
            "With DESK_MAILBOX_URL goes one of DESK_MAILBOX_PASSWORD_FILE,"
            " DESK_MAILBOX_TOKEN_FILE and DESK_MAILBOX_TOKEN_COMMAND."
        )
    return given[0]
