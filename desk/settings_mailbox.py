"""Settings of the mailbox that mail is collected from."""

from __future__ import annotations

from desk.setting import Setting

MAILBOX: tuple[Setting, ...] = (
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
)
