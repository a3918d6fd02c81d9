"""A Postfix of its own for a test or a benchmark: own queue, own ports, ended by pid."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from running import free_port, wait_until

#: Mail for anybody here is relayed to what the caller names.
RELAYED = "force.example"
#: Mail for anybody here is kept, as the mail server of a reporter would.
KEPT = "reporter.example"
NOBODY = 65534

MAIN = {
    "compatibility_level": "3.6",
    "myhostname": f"mx.{RELAYED}",
    "myorigin": RELAYED,
    "inet_interfaces": "127.0.0.1",
    "inet_protocols": "ipv4",
    "mynetworks": "127.0.0.0/8",
    # Three ways a mail may go: relayed, kept, or turned away. None leaves the machine.
    "mydestination": "",
    "local_transport": "error:nobody lives here",
    "local_recipient_maps": "",
    "alias_maps": "",
    "alias_database": "",
    "relay_domains": RELAYED,
    "virtual_mailbox_domains": KEPT,
    "virtual_mailbox_maps": "static:all/",
    "virtual_minimum_uid": "100",
    "virtual_uid_maps": f"static:{NOBODY}",
    "virtual_gid_maps": f"static:{NOBODY}",
    "default_transport": "error:5.7.1 nothing leaves the machine of a test",
    "smtpd_relay_restrictions": "reject_unauth_destination",
    # No name is looked up anywhere.
    "smtp_dns_support_level": "disabled",
    "lmtp_host_lookup": "native",
    "smtpd_peername_lookup": "no",
    # What is put off comes again while the test still waits; but not so soon that whoever delivered
    # it still has it open: then it is put off by a minute (qmgr(8)).
    "queue_run_delay": "1s",
    "minimal_backoff_time": "3s",
    "maximal_backoff_time": "4s",
    "maximal_queue_lifetime": "60s",
    "bounce_queue_lifetime": "60s",
    "message_size_limit": "52428800",
    "mailbox_size_limit": "0",
    "virtual_mailbox_limit": "0",
    "lmtp_send_xforward_command": "yes",
    # A load from one address is what benchmarks are.
    "smtpd_client_connection_count_limit": "0",
    "smtpd_client_connection_rate_limit": "0",
    "notify_classes": "",
    "fast_flush_domains": "",
}

#: Service, kind, private, unprivileged, chroot, wake-up, most processes, command (master(5)).
SERVICES = """
pickup     unix       n - n 60  1 pickup
cleanup    unix       n - n -   0 cleanup
qmgr       unix       n - n 300 1 qmgr
rewrite    unix       - - n -   - trivial-rewrite
bounce     unix       - - n -   0 bounce
defer      unix       - - n -   0 bounce
trace      unix       - - n -   0 bounce
proxymap   unix       - - n -   - proxymap
lmtp       unix       - - n -   - lmtp
virtual    unix       - n n -   - virtual
error      unix       - - n -   - error
retry      unix       - - n -   - error
discard    unix       - - n -   - discard
anvil      unix       - - n -   1 anvil
scache     unix       - - n -   1 scache
showq      unix       n - n -   - showq
postlog    unix-dgram n - n -   1 postlogd
"""

MISSING = (
    "postfix is not here: apt-get install postfix"
    if shutil.which("postfix") is None
    else "a Postfix can only be started by root"
    if os.geteuid() != 0
    else ""
)
needs_postfix = pytest.mark.skipif(bool(MISSING), reason=MISSING)


@dataclass(frozen=True, kw_only=True)
class Postfix:
    """A running Postfix."""

    #: Where it takes mail by SMTP, on 127.0.0.1.
    port: int
    folder: Path
    process: subprocess.Popen[bytes]

    @property
    def log(self) -> Path:
        """Give the file it logs to."""
        return self.folder / "maillog"

    def queued(self) -> int:
        """Count the mails it has taken and not yet got rid of."""
        queues = (self.folder / "spool" / name for name in ("incoming", "active", "deferred"))
        return sum(1 for queue in queues for path in queue.rglob("*") if path.is_file())

    def kept(self) -> list[bytes]:
        """Give the mails that came for `reporter.example`."""
        return [path.read_bytes() for path in sorted(self.folder.glob("maildirs/all/new/*"))]

    def complaints(self) -> list[str]:
        """Give the lines of its log that say something is wrong with the set-up.

        Its log is written by a process of its own, which may come later than the first mail.
        """
        wait_until(lambda: self.log.exists() and self.log.stat().st_size > 0, 20, "it logs")
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return [it for it in lines if any(bad in it for bad in ("warning:", "fatal:", "panic:"))]


@contextlib.contextmanager
def running_postfix(
    folder: Path, *, relay: str, settings: Mapping[str, str] | None = None
) -> Iterator[Postfix]:
    """Run a Postfix that lives under a folder, until the block ends.

    `relay` says where mail for `force.example` goes: `lmtp:inet:127.0.0.1:PORT`, or `discard:`,
    which leaves the accepting (a queue file, synced) and nothing else. `settings` are laid over
    main.cf. The folder's parents are opened for passing through: Postfix works as other users.
    """
    home, port = folder / "postfix", free_port()
    _prepare(home, port, {"relay_transport": relay, **(settings or {})})
    process = _start(home)
    try:
        it = Postfix(port=port, folder=home, process=process)
        wait_until(lambda: _greets(it), 20, f"Postfix takes connections; see {it.log}")
        yield it
    finally:
        _stop(process)


def _prepare(home: Path, port: int, settings: Mapping[str, str]) -> None:
    for name in ("etc", "spool", "data", "maildirs"):
        (home / name).mkdir(parents=True)
    shutil.chown(home / "data", "postfix")
    os.chown(home / "maildirs", NOBODY, NOBODY)
    for place in (home, *home.parents):
        if not place.stat().st_mode & 0o001:
            place.chmod(place.stat().st_mode | 0o001)
    main = {
        "queue_directory": home / "spool",
        "data_directory": home / "data",
        "maillog_file": home / "maillog",
        "maillog_file_prefixes": home,
        "virtual_mailbox_base": home / "maildirs",
        **MAIN,
        **settings,
    }
    lines = [f"{name} = {value}" for name, value in main.items()]
    (home / "etc" / "main.cf").write_text("\n".join(lines) + "\n")
    door = f"127.0.0.1:{port} inet n - n - - smtpd"
    (home / "etc" / "master.cf").write_text(door + SERVICES)


def _start(home: Path) -> subprocess.Popen[bytes]:
    """Let Postfix make its queue, then start its master, which stays our child."""
    etc = str(home / "etc")
    subprocess.run(["postfix", "-c", etc, "check"], check=True, stdin=subprocess.DEVNULL)
    asked = ["postconf", "-c", etc, "-h", "daemon_directory"]
    daemons = subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip()
    command = [f"{daemons}/master", "-c", etc, "-d"]
    with (home / "master.out").open("wb") as out:
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True
        )


def _greets(it: Postfix) -> bool:
    if it.process.poll() is not None:
        raise RuntimeError(f"Postfix ended with {it.process.returncode}: see {it.folder}")
    try:
        with socket.create_connection(("127.0.0.1", it.port), timeout=5) as client:
            return client.recv(3) == b"220"
    except OSError:
        return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the master, which ends its children."""
    process.terminate()
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
