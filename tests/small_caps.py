"""Caps of the pre-scan that short inputs reach."""

from __future__ import annotations

from ingest.prescan_fields import Caps

SMALL = Caps(
    header_block=400,
    field=120,
    content_field=60,
    separators=8,
    crowded_field=40,
    fields=9,
    received=2,
    addresses=3,
    depth=3,
    parts=5,
    boundary=6,
    longest_boundary=12,
    lines=60,
)
