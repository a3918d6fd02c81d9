"""Every setting of the desk, in the order in which they are listed."""

from __future__ import annotations

from desk.setting import Setting
from desk.settings_door import DOOR
from desk.settings_general import GENERAL
from desk.settings_mailbox import MAILBOX
from desk.settings_sending import SENDING
from desk.settings_servers import SERVERS
from desk.settings_watching import WATCHING

SETTINGS: tuple[Setting, ...] = (*GENERAL, *SENDING, *WATCHING, *DOOR, *MAILBOX, *SERVERS)
