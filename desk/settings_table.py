"""Every setting of the desk: one row each, from which the commands and the docs are made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting:
    """One row: name in `desk.toml`, `DESK_NAME` in the environment, `--name` where it is a flag."""

    name: str
    default: str
    help: str
    convert: Callable[[str], Any] = str
    #: The least that a number may be.
    at_least: int | None = None

    @property
    def variable(self) -> str:
        """Give the name of its environment variable."""
        return f"DESK_{self.name.upper()}"


def words(value: str) -> tuple[str, ...]:
    """Split a list of words at commas and blanks."""
    return tuple(value.replace(",", " ").split())


def networks(value: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """Read a list of networks. Raises ValueError."""
    return tuple(ip_network(word) for word in words(value))


SETTINGS: tuple[Setting, ...] = (
    Setting(name="data", default="var", help="Folder of everything the desk keeps.", convert=Path),
    Setting(
        name="profile",
        default=str(ROOT / "profiles" / "dyfed-powys.toml"),
        help="File that says whose desk this is: names, numbers, languages.",
        convert=Path,
    ),
    Setting(name="host", default="127.0.0.1", help="Address the SMTP door listens on."),
    Setting(name="port", default="8025", help="Port of the SMTP door.", convert=int),
    Setting(
        name="console_port",
        default="8080",
        help="Port of the console; it listens on 127.0.0.1 only.",
        convert=int,
    ),
    Setting(
        name="recipients",
        default="",
        help="Addresses that may be written to. Empty: any, on a loopback address only.",
        convert=words,
    ),
    Setting(
        name="authentication",
        default="",
        help="`loopback` trusts senders on this machine, for trying out; `required` answers only "
        "who is proven by SPF, DKIM and DMARC, and is the only choice with a smarthost or LMTP. "
        "Empty: `loopback` without those.",
    ),
    Setting(
        name="authserv_id",
        default="",
        help="Name that your own mail server writes in `Authentication-Results`: then mail that it "
        "hands over is judged by that alone. Empty: the desk computes.",
    ),
    Setting(
        name="nameservers",
        default="",
        help="DNS servers that are asked about senders, `address` or `address:port`. "
        "Empty: those of this machine.",
        convert=words,
    ),
    Setting(
        name="smarthost",
        default="",
        help="Mail server that takes the replies, `host:port`. Empty: files under DATA/outbox.",
    ),
    Setting(
        name="domain",
        default="desk.invalid",
        help="The desk's own mail domain: in its Message-IDs, and never answered.",
    ),
    Setting(name="workers", default="2", help="How many worker processes.", convert=int),
    Setting(name="max_size", default="26214400", help="Largest mail taken, in bytes.", convert=int),
    Setting(
        name="read_seconds",
        default="10",
        help="Whole seconds of the processor that reading one mail may take; by the clock half "
        "as much again.",
        convert=int,
    ),
    Setting(
        name="read_memory",
        default=str(512 << 20),
        help="Bytes of memory that reading one mail may take, over what its reader has anyway.",
        convert=int,
    ),
    Setting(
        name="lmtp",
        default="",
        help="Where a mail server in front hands mail over by LMTP, `host:port`. Empty: nowhere.",
    ),
    Setting(
        name="trusted_networks",
        default="",
        help="Networks without limits of their own, such as your mail servers: `192.0.2.0/28`.",
        convert=networks,
    ),
    Setting(
        name="tls_certificate",
        default="",
        help="File with the certificate chain (PEM) for STARTTLS. Empty: no TLS.",
    ),
    Setting(
        name="tls_key",
        default="",
        help="File with its private key. Empty: it is in the same file.",
    ),
    Setting(
        name="max_recipients",
        default="10",
        help="Recipients of one message; the others are put off with 452.",
        convert=int,
        at_least=1,
    ),
    Setting(
        name="max_messages",
        default="20",
        help="Messages in one connection.",
        convert=int,
        at_least=1,
    ),
    Setting(
        name="max_commands",
        default="100",
        help="Commands in one connection.",
        convert=int,
        at_least=1,
    ),
    Setting(
        name="max_errors",
        default="10",
        help="Refused commands in one connection.",
        convert=int,
        at_least=1,
    ),
    Setting(
        name="max_junk",
        default="20",
        help="Lines in one connection that are no command.",
        convert=int,
        at_least=1,
    ),
    Setting(
        name="command_seconds",
        default="60",
        help="Seconds that a client may take for a command.",
        convert=int,
        at_least=1,
    ),
    Setting(
        name="data_grace",
        default="30",
        help="Seconds that a message may take, and more as it grows.",
        convert=int,
        at_least=0,
    ),
    Setting(
        name="data_rate",
        default="500",
        help="Bytes of a message that win it another second.",
        convert=int,
        at_least=1,
    ),
    Setting(
        name="data_seconds",
        default="900",
        help="Seconds that a message may take, however large it is.",
        convert=int,
        at_least=1,
    ),
    Setting(
        name="dialogue_seconds",
        default="900",
        help="Seconds that a connection may take in all.",
        convert=int,
        at_least=1,
    ),
    Setting(
        name="handshake_seconds",
        default="30",
        help="Seconds that the beginning of TLS may take.",
        convert=int,
        at_least=1,
    ),
    Setting(
        name="connections",
        default="200",
        help="Connections at a time, also no more than a third of the open files allowed.",
        convert=int,
        at_least=1,
    ),
    Setting(
        name="network_connections",
        default="10",
        help="Connections at a time with one network (/24, or /64 of IPv6).",
        convert=int,
        at_least=1,
    ),
    Setting(
        name="network_rate",
        default="30",
        help="New connections a minute from one network.",
        convert=int,
        at_least=1,
    ),
    Setting(
        name="network_messages",
        default="1200",
        help="Messages an hour from one network.",
        convert=int,
        at_least=1,
    ),
    Setting(
        name="stress_percent",
        default="80",
        help="Percent of the connections from which on clients have less time and fewer errors.",
        convert=int,
        at_least=0,
    ),
    Setting(
        name="stress_seconds",
        default="10",
        help="Seconds for a command then.",
        convert=int,
        at_least=1,
    ),
    Setting(
        name="stress_errors",
        default="1",
        help="Refused commands in one connection then.",
        convert=int,
        at_least=1,
    ),
    Setting(
        name="min_free",
        default="1073741824",
        help="Bytes of disk that stay free: below, mail is put off with 452.",
        convert=int,
    ),
    Setting(
        name="database_url",
        default="",
        help="Database of the record, `sqlite:///file`. Empty: SQLite under DATA.",
    ),
    Setting(
        name="mailbox_url",
        default="",
        help="Mailbox that mail is collected from, `imaps://user@host/INBOX`. Empty: none.",
    ),
    Setting(name="mailbox_password_file", default="", help="File with the mailbox's password."),
    Setting(
        name="mailbox_token_file",
        default="",
        help="File with an access token for the mailbox (XOAUTH2), read at each login.",
    ),
    Setting(
        name="mailbox_token_command",
        default="",
        help="Command that prints an access token for the mailbox (XOAUTH2), run at each login.",
    ),
    Setting(
        name="mailbox_done",
        default="",
        help="Folder that collected mail is moved to. Empty: it stays, with a keyword set.",
    ),
    Setting(
        name="mailbox_seconds",
        default="60",
        help="Seconds between two visits to the mailbox.",
        convert=int,
    ),
    Setting(name="elasticsearch_url", default="", help="For the distributed form: not there yet."),
    Setting(name="redis_url", default="", help="For the distributed form: not there yet."),
    Setting(
        name="oncall", default="", help="Address that is paged: not there yet, see DATA/alerts."
    ),
    Setting(
        name="alert_webhook", default="", help="URL that is paged: not there yet, see DATA/alerts."
    ),
)
