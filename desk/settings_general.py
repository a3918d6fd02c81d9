"""Settings of the desk as a whole, and of those who work in it."""

from __future__ import annotations

from pathlib import Path

from desk.setting import ROOT, Setting, switch, words

GENERAL: tuple[Setting, ...] = (
    Setting(name="data", default="var", help="Folder of everything the desk keeps.", convert=Path),
    Setting(
        name="profile",
        default=str(ROOT / "profiles" / "dyfed-powys.toml"),
        help="File that says whose desk this is: names, numbers, languages.",
        convert=Path,
    ),
    Setting(
        name="benign",
        default="",
        help="File with accounts that are known to be benign, so that they link no campaigns, as "
        "`docs/benign.example.toml` shows. Empty: none.",
    ),
    Setting(name="host", default="127.0.0.1", help="Address the SMTP door listens on."),
    Setting(name="port", default="8025", help="Port of the SMTP door.", convert=int),
    Setting(
        name="console_host",
        default="127.0.0.1",
        help="Address the console listens on. It has no accounts yet: anything but a loopback "
        "address is for a container whose port is published on loopback only.",
    ),
    Setting(name="console_port", default="8080", help="Port of the console.", convert=int),
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
        name="domain",
        default="desk.invalid",
        help="The desk's own mail domain: in its Message-IDs, and never answered.",
    ),
    Setting(
        name="secret_file",
        default="",
        help="File with the key (32 bytes) of the hashes of reporters' addresses; the same on "
        "every host. Empty: DATA/secret.key, made where it is missing.",
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
        name="images",
        default="off",
        help="`on` looks for QR codes and words in pictures and pages, in memory: nothing of a "
        "picture is kept or shown. Needs the extra `images` (`requirements/images.txt`), a GiB of "
        "memory more a worker, and some seconds a picture.",
        convert=switch,
    ),
    Setting(
        name="oncall",
        default="",
        help="Address of somebody who is mailed, through the smarthost, when a person is in "
        "danger. Besides, and where it is empty: files in DATA/alerts.",
    ),
    Setting(
        name="alert_webhook",
        default="",
        help="URL that is told of the same by POST (JSON), `https://…`.",
    ),
)
