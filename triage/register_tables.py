"""The tables of the register, and how shingles and profiles are laid out in their columns."""

from __future__ import annotations

import numpy as np
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
)

from triage.cluster import Profile, Shingles

_BYTES_A_SHINGLE = 12

metadata = MetaData()
#: The last number of its kind that was given: `campaign`, `wording`, `version` (serial numbers of
#: all versions), `change` (of the transactions that changed a family), and `correction`.
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
    Column("members", Integer, nullable=False),
    # How alike those are that joined without doubt: the sum, and how many they are.
    Column("likenesses", Float, nullable=False),
    Column("sure", Integer, nullable=False),
    # Members that are counted in the profile.
    Column("taught", Integer, nullable=False),
    Column("profile", LargeBinary, nullable=False),
    # The transaction that changed it last: so others know what they no longer know.
    Column("changed", Integer, nullable=False),
    Index("register_family_changed", "changed"),
)
#: Never changed once written: what others know of it stays right.
versions = Table(
    "register_version",
    metadata,
    Column("serial", Integer, primary_key=True, autoincrement=False),
    Column("family", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    # The text that opened it, and which of its shingles lead to the family since then.
    Column("shingles", LargeBinary, nullable=False),
    Column("leads", LargeBinary, nullable=False),
    Index("register_version_family", "family", "number", unique=True),
)
#: Families that were alike when the younger was opened, but not enough to be one.
related = Table(
    "register_related",
    metadata,
    Column("family", Integer, primary_key=True, autoincrement=False),
    Column("other", Integer, primary_key=True, autoincrement=False),
    Column("likeness", Float, nullable=False),
    Index("register_related_other", "other"),
)
#: The campaigns that were opened for an account because the text told nothing.
account_campaigns = Table(
    "register_account",
    metadata,
    Column("kind", String, primary_key=True),
    Column("value", String, primary_key=True),
    Column("campaign", Integer, nullable=False),
)
#: Which accounts were named in which campaign, in how many findings, from when to when.
mentions = Table(
    "register_mention",
    metadata,
    Column("kind", String, primary_key=True),
    Column("value", String, primary_key=True),
    Column("campaign", Integer, primary_key=True, autoincrement=False),
    Column("findings", Integer, nullable=False),
    # Microseconds since 1970, UTC.
    Column("first_seen", BigInteger, nullable=False),
    Column("last_seen", BigInteger, nullable=False),
    Index("register_mention_campaign", "campaign"),
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
    Index("register_placement_campaign", "campaign"),
)
#: What people corrected, in order. Placements stay as the machine made them: corrections are laid
#: over them, so each can be taken back.
corrections = Table(
    "register_correction",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    # UTC in ISO 8601.
    Column("at", String(32), nullable=False),
    Column("actor", String(64), nullable=False),
    Column("action", String(16), nullable=False),
    Column("subject", String, nullable=False),
    Column("target", String, nullable=False),
    # Campaigns by number: what is merged, or pinned or split off, and into what.
    Column("gone", Integer),
    Column("into", Integer),
    Column("undone_by", Integer),
    Column("applied", Boolean, nullable=False),
    # Of the journal, with the reason; NULL where a desk did not keep it yet.
    Column("entry", Integer),
)
#: Findings that a person placed, by a split or a pin.
corrected = Table(
    "register_corrected",
    metadata,
    Column("correction", Integer, primary_key=True, autoincrement=False),
    Column("finding", String, primary_key=True),
    Column("wording", String),
    Column("version", String),
    Index("register_corrected_finding", "finding"),
)


def pack_shingles(shingles: Shingles) -> bytes:
    """Lay shingles out as little-endian numbers of 64 bits."""
    return shingles.astype("<i8", copy=False).tobytes()


def unpack_shingles(packed: bytes) -> Shingles:
    """Read back what `pack_shingles` laid out."""
    return np.frombuffer(packed, dtype="<i8").astype(np.int64, copy=False)


def pack(profile: Profile) -> bytes:
    """Lay the profile out as little-endian shingles (64 bits), then their counts (32 bits)."""
    return pack_shingles(profile.shingles) + profile.counts.astype("<i4", copy=False).tobytes()


def unpack(taught: int, packed: bytes) -> Profile:
    """Read back what `pack` laid out."""
    number = len(packed) // _BYTES_A_SHINGLE
    counts = np.frombuffer(packed, dtype="<i4", offset=8 * number)
    return Profile(
        shingles=unpack_shingles(packed[: 8 * number]),
        counts=counts.astype(np.int32),  # a copy, which can be written
        taught=taught,
    )
