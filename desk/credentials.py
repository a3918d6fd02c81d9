"""Puts a password that stands in a file of its own into the URL of a server."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

from casefile.errors import SettingsError


def with_password(url: str, file: str, variable: str) -> str:
    """Give the URL with the password from the file, where one is named.

    Raises SettingsError, by the name of the setting, where the file cannot be read or is empty.
    """
    if not file:
        return url
    parts = urlsplit(url)
    user, _, place = parts.netloc.rpartition("@")
    netloc = f"{user.partition(':')[0]}:{quote(secret_of(file, variable), safe='')}@{place}"
    return urlunsplit(parts._replace(netloc=netloc))


def secret_of(file: str, variable: str) -> str:
    """Read a secret from its file, without the line's end. Raises SettingsError."""
    try:
        secret = Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        raise SettingsError(f"{variable} names {file}, which cannot be read: {reason}.") from None
    if not secret:
        raise SettingsError(f"{variable} names {file}, which is empty.")
    return secret
