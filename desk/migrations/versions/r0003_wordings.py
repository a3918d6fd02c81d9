"""Keep wordings so that they can be placed from memory, and what accounts were named where."""

from __future__ import annotations

import struct
from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

#: As they were when this step was written: a core is what so many of the members have, and so many
#: of the first shingles of a text lead to its family.
CORE_SHARE = 0.3
SKETCH = 24


def upgrade() -> None:
    """Take the step."""
    families, versions = list(_old("register_family")), list(_old("register_version"))
    for name in ("register_posting", "register_version", "register_family"):
        op.drop_table(name)
    _make_wordings()
    _make_the_rest()
    _write(families, versions)
    op.execute("UPDATE record_version SET version = 3")


def _make_wordings() -> None:
    op.create_table(
        "register_family",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("campaign", sa.Integer, nullable=False),
        sa.Column("members", sa.Integer, nullable=False),
        sa.Column("likenesses", sa.Float, nullable=False),
        sa.Column("sure", sa.Integer, nullable=False),
        sa.Column("taught", sa.Integer, nullable=False),
        sa.Column("profile", sa.LargeBinary, nullable=False),
        sa.Column("changed", sa.Integer, nullable=False),
        sa.Index("register_family_changed", "changed"),
    )
    op.create_table(
        "register_version",
        sa.Column("serial", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("family", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("shingles", sa.LargeBinary, nullable=False),
        sa.Column("leads", sa.LargeBinary, nullable=False),
        sa.Index("register_version_family", "family", "number", unique=True),
    )


def _make_the_rest() -> None:
    op.create_table(
        "register_related",
        sa.Column("family", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("other", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("likeness", sa.Float, nullable=False),
        sa.Index("register_related_other", "other"),
    )
    op.create_table(
        "register_mention",
        sa.Column("kind", sa.String, primary_key=True),
        sa.Column("value", sa.String, primary_key=True),
        sa.Column("campaign", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("findings", sa.Integer, nullable=False),
        sa.Column("first_seen", sa.BigInteger, nullable=False),
        sa.Column("last_seen", sa.BigInteger, nullable=False),
        sa.Index("register_mention_campaign", "campaign"),
    )

    op.create_table(
        "register_alias",
        sa.Column("gone", sa.String, primary_key=True),
        sa.Column("now", sa.String, nullable=False),
    )


def _old(name: str) -> Iterator[sa.Row[tuple[object, ...]]]:
    table = sa.Table(name, sa.MetaData(), autoload_with=op.get_bind())
    yield from op.get_bind().execute(sa.select(table))


def _write(
    families: list[sa.Row[tuple[object, ...]]], versions: list[sa.Row[tuple[object, ...]]]
) -> None:
    """Write what was kept anew: a version is what most of its members say, in order."""
    db, metadata = op.get_bind(), sa.MetaData()
    new_families = sa.Table("register_family", metadata, autoload_with=db)
    new_versions = sa.Table("register_version", metadata, autoload_with=db)
    for row in families:
        counts = _counts(row.profile)
        packed = struct.pack(f"<{len(counts)}q{len(counts)}i", *counts, *counts.values())
        values = {"number": row.number, "campaign": row.campaign, "members": row.members}
        values |= {"likenesses": 0.0, "sure": 0, "taught": row.members, "changed": 1}
        db.execute(sa.insert(new_families), values | {"profile": packed})
    ordered = sorted(versions, key=lambda it: (it.family, it.number))
    for serial, row in enumerate(ordered, 1):
        core = [
            it for it, count in _counts(row.profile).items() if count >= CORE_SHARE * row.members
        ]
        values = {"serial": serial, "family": row.family, "number": row.number}
        packed = struct.pack(f"<{len(core)}q", *core)
        db.execute(
            sa.insert(new_versions), values | {"shingles": packed, "leads": packed[: 8 * SKETCH]}
        )
    sequences = sa.Table("register_sequence", metadata, autoload_with=db)
    if versions:
        numbers = [{"name": "change", "value": 1}, {"name": "version", "value": len(versions)}]
        db.execute(sa.insert(sequences), numbers)


def _counts(packed: bytes) -> dict[int, int]:
    """Read a profile, which was in the order of arrival, into the order of its shingles."""
    number = len(packed) // struct.calcsize("<qI")
    values = struct.unpack(f"<{number}q{number}I", packed)
    return dict(sorted(zip(values[:number], values[number:], strict=True)))
