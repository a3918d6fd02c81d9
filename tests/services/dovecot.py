"""A Dovecot of its own for tests: mailboxes for anybody, password or token, ended by pid."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import imaplib
import json
import os
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from running import free_port, wait_until

#: Everybody's password; the quotes and the letter beyond ASCII are there to be got wrong.
PASSWORD = 'open "sesâme" \\ 1'
#: What tokens are signed with.
TOKEN_KEY = b"a key of this test, not of anybody"
NOBODY = 65534

CONFIG = """
protocols = imap
listen = 127.0.0.1
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/log
default_internal_user = nobody
default_internal_group = nogroup
default_login_user = nobody
first_valid_uid = 100
ssl = yes
ssl_cert = <{home}/cert.pem
ssl_key = <{home}/key.pem
disable_plaintext_auth = no
mail_location = maildir:{home}/mail/%u
mail_fsync = never
auth_mechanisms = plain login xoauth2
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {home}/oauth2.conf
}}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=anybody {home}/passwd
}}
userdb {{
  driver = static
  args = uid={nobody} gid={nobody} home={home}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {plain}
  }}
  inet_listener imaps {{
    port = {tls}
    ssl = yes
  }}
}}
auth_failure_delay = 0
service anvil {{
  chroot =
  # Whoever fails to log in would wait longer and longer.
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
"""

OAUTH2 = """
introspection_mode = local
local_validation_key_dict = fs:posix:prefix={home}/keys/
username_attribute = email
"""

MISSING = (
    "dovecot is not here: apt-get install dovecot-imapd"
    if not (shutil.which("dovecot") and Path("/usr/lib/dovecot/imap").exists())
    else "a Dovecot with its own users can only be started by root"
    if os.geteuid() != 0
    else ""
)
needs_dovecot = pytest.mark.skipif(bool(MISSING), reason=MISSING)


@dataclass(frozen=True, kw_only=True)
class Dovecot:
    """A running Dovecot. Every user exists; a mailbox is made when it is first looked at."""

    #: STARTTLS, or plain.
    plain: int
    #: TLS from the first byte.
    tls: int
    home: Path
    process: subprocess.Popen[bytes]

    @property
    def certificate(self) -> Path:
        """Give the certificate that a client must trust; it is for `localhost`."""
        return self.home / "cert.pem"

    def trusting(self) -> ssl.SSLContext:
        """Give what a client needs that trusts this server and nobody else."""
        return ssl.create_default_context(cafile=str(self.certificate))

    @contextlib.contextmanager
    def client(self, user: str) -> Iterator[imaplib.IMAP4]:
        """Give a client as a person's mail program is one, logged in."""
        with imaplib.IMAP4("127.0.0.1", self.plain, timeout=20) as client:
            client.authenticate("PLAIN", lambda _: f"\0{user}\0{PASSWORD}".encode())
            yield client

    def deliver(self, user: str, mails: Sequence[bytes], folder: str = "INBOX") -> None:
        """Put mails into a folder, unread, as if they had come."""
        with self.client(user) as client:
            for mail in mails:
                assert client.append(folder, "", "", mail)[0] == "OK"

    def flags(self, user: str, folder: str = "INBOX") -> dict[int, set[str]]:
        """Give the flags of each mail in a folder, by UID."""
        with self.client(user) as client:
            assert client.select(f'"{folder}"', readonly=True)[0] == "OK"
            _, lines = client.uid("FETCH", "1:*", "(UID FLAGS)")
        return dict(_uid_and_flags(line) for line in lines if isinstance(line, bytes))


def _uid_and_flags(line: bytes) -> tuple[int, set[str]]:
    uid = int(line.partition(b"UID ")[2].split(b" ")[0].rstrip(b")"))
    flags = line.partition(b"FLAGS (")[2].partition(b")")[0].decode().split()
    return uid, set(flags) - {"\\Recent"}


def token(user: str, *, seconds: float = 3600) -> str:
    """Give an access token for a user (a JSON Web Token, RFC 7519) that lasts so long."""
    claims = {"email": user, "sub": user, "exp": int(time.time() + seconds)}
    parts = ({"alg": "HS256", "typ": "JWT"}, claims)
    text = ".".join(_base64url(json.dumps(part).encode()) for part in parts)
    return f"{text}.{_base64url(hmac.digest(TOKEN_KEY, text.encode(), hashlib.sha256))}"


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@contextlib.contextmanager
def running_dovecot(folder: Path, settings: str = "") -> Iterator[Dovecot]:
    """Run a Dovecot that lives under a folder, until the block ends.

    `settings` are laid over dovecot.conf. The folder's parents are opened for passing through.
    """
    home, plain, tls = folder / "dc", free_port(), free_port()
    _prepare(home, plain, tls, settings)
    with (home / "out").open("wb") as out:
        process = subprocess.Popen(
            ["dovecot", "-F", "-c", str(home / "dovecot.conf")],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    try:
        it = Dovecot(plain=plain, tls=tls, home=home, process=process)
        wait_until(lambda: _greets(it), 20, f"Dovecot takes connections; see {home}/out")
        yield it
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _prepare(home: Path, plain: int, tls: int, settings: str) -> None:
    keys = home / "keys" / "default" / "HS256"
    for place in (home / "mail", keys):
        place.mkdir(parents=True)
    os.chown(home / "mail", NOBODY, NOBODY)
    for place in (home, *home.parents):
        if not place.stat().st_mode & 0o001:
            place.chmod(place.stat().st_mode | 0o001)
    (keys / "default").write_bytes(base64.b64encode(TOKEN_KEY))
    (home / "passwd").write_text(f"anybody:{PASSWORD}\n", encoding="utf-8")
    (home / "oauth2.conf").write_text(OAUTH2.format(home=home))
    config = CONFIG.format(home=home, nobody=NOBODY, plain=plain, tls=tls)
    (home / "dovecot.conf").write_text(config + settings)
    make_certificate(home)


def make_certificate(folder: Path, name: str = "localhost") -> None:
    """Make `cert.pem` and `key.pem` for a name, signed by nobody but itself."""
    words = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    words += [
        "-nodes",
        "-days",
        "2",
        "-subj",
        f"/CN={name}",
        "-addext",
        f"subjectAltName=DNS:{name}",
    ]
    words += ["-out", str(folder / "cert.pem"), "-keyout", str(folder / "key.pem")]
    subprocess.run(words, check=True, capture_output=True)


def _greets(it: Dovecot) -> bool:
    if it.process.poll() is not None:
        out = (it.home / "out").read_text(errors="replace")
        raise RuntimeError(f"Dovecot ended with {it.process.returncode}: {out}")
    try:
        with socket.create_connection(("127.0.0.1", it.plain), timeout=5) as client:
            return client.recv(4) == b"* OK"
    except OSError:
        return False
