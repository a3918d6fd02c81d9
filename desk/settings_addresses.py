"""Reads what settings say of hosts and ports."""

from __future__ import annotations

import ipaddress

from casefile.errors import SettingsError


def is_loopback(host: str) -> bool:
    """Tell whether an address reaches this machine only."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def address_of(value: str, variable: str) -> tuple[str, int]:
    """Read `host:port`. Raises SettingsError."""
    host, _, port = value.rpartition(":")
    if not host or not port.isdigit() or int(port) >= 1 << 16:
        raise SettingsError(f"{variable} is `host:port`, as in 127.0.0.1:8024.")
    return host.strip("[]"), int(port)
