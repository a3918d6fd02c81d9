"""What every test of a door may ask for."""

from __future__ import annotations

from doors.fixtures import client, door, files, secure, spool

__all__ = ["client", "door", "files", "secure", "spool"]
