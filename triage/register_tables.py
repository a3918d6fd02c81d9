"""The tables of the register, and how a wording's profile is laid out in one of their columns."""

from __future__ import annotations

import struct

from sqlalchemy import BigInteger, Boolean, Column, Integer, LargeBinary, MetaData, String, Table

from triage.cluster import Profile

_BYTES_A_SHINGLE = struct.calcsize("<qI")

metadata = MetaData()
sequences = Table(
    "register_sequence",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", Integer, nullable=False),
)
families = Table(
    "register_family",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("campaign", Integer, nullable=False),
    Column("versions", Integer, nullable=False),
    Column("members", Integer, nullable=False),
    Column("profile", LargeBinary, nullable=False),
)
versions = Table(
    "register_version",
    metadata,
    Column("family", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("members", Integer, nullable=False),
    Column("profile", LargeBinary, nullable=False),
)
postings = Table(
    "register_posting",
    metadata,
    Column("shingle", BigInteger, primary_key=True, autoincrement=False),
    Column("family", Integer, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
#: The campaigns that were opened for an account because the text told nothing.
account_campaigns = Table(
    "register_account",
    metadata,
    Column("kind", String, primary_key=True),
    Column("value", String, primary_key=True),
    Column("campaign", Integer, nullable=False),
)
placements = Table(
    "register_placement",
    metadata,
    Column("finding", String, primary_key=True),
    Column("wording", String),
    Column("version", String),
    Column("campaign", String),
    Column("why", String, nullable=False),
    Column("ambiguous", Boolean, nullable=False),
)


def pack(profile: Profile) -> bytes:
    """Lay the profile out as little-endian shingles (64 bits), then their counts (32 bits)."""
    counts, number = profile.counts, len(profile.counts)
    return struct.pack(f"<{number}q{number}I", *counts, *counts.values())


def unpack(members: int, packed: bytes) -> Profile:
    """Read back what `pack` laid out."""
    number = len(packed) // _BYTES_A_SHINGLE
    values = struct.unpack(f"<{number}q{number}I", packed)
    return Profile(members=members, counts=dict(zip(values[:number], values[number:], strict=True)))
