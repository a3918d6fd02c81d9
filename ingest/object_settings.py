"""Opens the object store that a URL names, its patience bounded, or says how to mend the URL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from obstore.exceptions import BaseError
from obstore.store import (
    AzureStore,
    GCSStore,
    LocalStore,
    MemoryStore,
    ObjectStore,
    S3Store,
    from_url,
)

from casefile.errors import SettingsError
from ingest.durable import make_folder

WAYS = "s3://bucket/folder, gs://bucket/folder, az://container/folder, file:///folder or memory:///"
#: How long one request may take, and how often and how long it is tried again. A worker's job that
#: has to read twice ends well before it is given up; a sender's patience is ten minutes. A
#: connection that has long been idle is not used again: the server may be just about to close it.
PATIENCE = {"connect_timeout": "3s", "timeout": "10s", "pool_idle_timeout": "4s"}
TRIES = 2
TRYING = timedelta(seconds=12)
#: Options that tell how to speak to the store rather than who we are.
_SPEECH = {
    "allow_http",
    "connect_timeout",
    "pool_idle_timeout",
    "pool_max_idle_per_host",
    "proxy_ca_certificate",
    "proxy_excludes",
    "proxy_url",
    "root_certificate",
    "timeout",
}
_CERTIFICATE_FILE = "root_certificate_file"
_REMOTE = (AzureStore, GCSStore, S3Store)


@dataclass(frozen=True, kw_only=True, slots=True)
class Opened:
    """A store, and what has to be known of it besides."""

    store: ObjectStore
    #: Where its objects are files of this machine; None where they are not.
    folder: Path | None
    #: Whether what is said of a version means that an overwritten object lives on.
    tells_versions: bool

    @property
    def remote(self) -> bool:
        """Tell whether it is another machine's, which may not keep what it should promise."""
        return isinstance(self.store, _REMOTE)


def open_store(url: str, options: Mapping[str, str]) -> Opened:
    """Open the store of a URL, without asking it anything yet. Raises SettingsError.

    `options` are obstore's names, such as `endpoint` or `timeout`, and `root_certificate_file`,
    a PEM file. What is not given comes from the environment, where the store's own tools look too.
    """
    parts = _parts(url)
    if parts.scheme == "memory":
        return Opened(store=MemoryStore(), folder=None, tells_versions=False)
    if parts.scheme == "file":
        folder = Path(parts.path)
        return Opened(store=_in_folder(folder), folder=folder, tells_versions=False)
    identity, speech = _sorted(options)
    retries = {
        "max_retries": TRIES,
        "retry_timeout": TRYING,
        "backoff": {"max_backoff": timedelta(seconds=2)},
    }
    how: dict[str, Any] = {
        "client_options": {**PATIENCE, **speech},
        "retry_config": retries,
    }
    try:
        store: ObjectStore = from_url(url, config=identity, **how)
    except (BaseError, ValueError, TypeError) as error:
        raise SettingsError(_what_is_wrong(parts, options, error)) from None
    return Opened(store=store, folder=None, tells_versions=not isinstance(store, GCSStore))


def _parts(url: str) -> SplitResult:
    """Take a URL apart. Raises SettingsError; its text may hold a password, so it is not quoted."""
    try:
        parts = urlsplit(url)
    except ValueError:
        raise SettingsError(f"The spool's URL cannot be read. Give {WAYS}.") from None
    if parts.scheme not in {"s3", "gs", "az", "file", "memory"}:
        raise SettingsError(f"The spool's URL names no kind of store that is known. Give {WAYS}.")
    if parts.username is not None or parts.query or parts.fragment:
        raise SettingsError(
            "The spool's URL holds more than bucket and folder. Give credentials as options, or in"
            " the environment, never in the URL."
        )
    if parts.scheme == "file" and (parts.netloc or not parts.path.strip("/")):
        raise SettingsError("The spool's URL names no folder. Give file:///path/of/a/folder.")
    if parts.scheme in {"s3", "gs", "az"} and not parts.netloc:
        raise SettingsError(
            f"The spool's URL names no bucket. Give {parts.scheme}://bucket/folder."
        )
    return parts


def _in_folder(folder: Path) -> LocalStore:
    """Open a folder of this machine. Raises SettingsError."""
    try:
        for part in ("new", "quarantine"):
            make_folder(folder / part)
        (folder / "erasures").touch(mode=0o600)
        return LocalStore(folder)
    except (OSError, BaseError):
        raise SettingsError(
            f"{folder}: the spool cannot be made here. Give a folder that the desk's user may"
            " write to, on a disk with room."
        ) from None


def _sorted(options: Mapping[str, str]) -> tuple[Any, dict[str, str]]:
    """Part the options into who we are and how we speak. Raises SettingsError."""
    named = {name.lower(): str(value) for name, value in options.items()}
    certificate = named.pop(_CERTIFICATE_FILE, "")
    if certificate:
        try:
            named["root_certificate"] = Path(certificate).read_text(encoding="ascii")
        except (OSError, ValueError):
            raise SettingsError(
                f"{certificate}: no certificate can be read here. Give {_CERTIFICATE_FILE} the path"
                " of a PEM file that the desk's user may read."
            ) from None
    for name, value in named.items():
        plain = "endpoint" in name and value.lower().startswith("http://")
        if plain and named.get("allow_http", "").lower() != "true":
            raise SettingsError(
                f"The spool's option {name} is not encrypted: mails and credentials could be read"
                ' on the way. Give https://, or allow_http = "true" for a store on this machine.'
            )
    identity = {name: value for name, value in named.items() if name not in _SPEECH}
    return identity, {name: value for name, value in named.items() if name in _SPEECH}


def _what_is_wrong(parts: SplitResult, options: Mapping[str, str], error: Exception) -> str:
    """Say it by the options' names, never by a value, which may be a password."""
    text = str(error).lower()
    unknown = [name for name in options if f"'{name.lower()}'" in text or f": {name}." in text]
    if unknown:
        return (
            f"The spool's option {unknown[0]} is none that {parts.scheme}:// knows. Take it out, or"
            " give it the name that obstore's documentation has for it."
        )
    named = ", ".join(sorted(options)) or "none"
    return (
        f"The spool's {parts.scheme}:// store cannot be opened with these options: {named}"
        f" ({type(error).__name__}). Give endpoint, region and both halves of the credentials"
        " (az:// wants account_name), times as 10s."
    )
