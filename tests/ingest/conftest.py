"""What every test of the front door may ask for."""

from __future__ import annotations

from doors.fixtures import client, door, spool

from services.s3_fixtures import gofakes3, home, shared_home, versitygw

__all__ = ["client", "door", "gofakes3", "home", "shared_home", "spool", "versitygw"]
