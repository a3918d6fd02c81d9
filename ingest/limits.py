"""How much of what a client may have of the door: counts, rates and deadlines, with defaults."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """What one dialogue, one network (/24 or /64) and the whole door may take. Times in seconds."""

    #: In one dialogue: messages, commands, commands that were refused, lines that are no command.
    messages: int = 20
    commands: int = 100
    errors: int = 10
    junk: int = 20
    #: From one command's reply to the end of the next command.
    command_seconds: float = 60.0
    #: A message has so long, and a second more for so many bytes of it, but never more in advance
    #: than a command may take; and in all no longer than this.
    data_grace: float = 30.0
    data_rate: int = 500
    data_seconds: float = 900.0
    dialogue_seconds: float = 900.0
    handshake_seconds: float = 30.0
    #: Dialogues at a time, in all and with one network.
    connections: int = 200
    network_connections: int = 10
    #: From one network: new connections a minute, messages an hour.
    network_rate: int = 30
    network_messages: int = 1200
    #: From so many percent of the connections on, clients have less time and fewer errors.
    stress_percent: int = 80
    stress_seconds: float = 10.0
    stress_errors: int = 1
    #: Networks without limits of their own, such as the force's mail servers.
    trusted: tuple[Network, ...] = ()

    def patience(self, *, stressed: bool) -> float:
        """Give how long a command may take to come."""
        return min(self.stress_seconds, self.command_seconds) if stressed else self.command_seconds

    def forbearance(self, *, stressed: bool) -> int:
        """Give how many refused commands a dialogue survives."""
        return min(self.stress_errors, self.errors) if stressed else self.errors
