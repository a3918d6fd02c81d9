"""Fuzzes the pre-scan: `python tests/fuzz/fuzz_prescan.py -max_total_time=60 [FOLDER]`.

Coverage-guided (atheris, libFuzzer's flags). An input fails where the pre-scan raises, where it
takes more than a second of the processor for 64 KiB, where the parser that comes next finds another
structure than the pre-scan did, or where what it let through is not within the caps.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from email.message import Message
from pathlib import Path

try:
    import atheris
except ImportError:
    sys.exit("atheris is not installed (no wheel for this Python?): not fuzzed")

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

with atheris.instrument_imports(include=["ingest", "email"]):
    from ingest.prescan import prescan, prescan_head
    from ingest.prescan_fields import Caps
    from ingest.read_parse import parsed

#: Small, so that short inputs reach them.
CAPS = Caps(
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
SECONDS_FOR_64_KIB = 1.0


def walked(message: Message, depth: int = 0) -> Iterator[tuple[Message, int]]:
    """Give every container and leaf with its depth."""
    yield message, depth
    if message.is_multipart():
        for part in message.get_payload():
            yield from walked(part, depth + 1)


def once(raw: bytes) -> None:
    """Hold one input against what the pre-scan promises."""
    start = time.process_time()
    scanned = prescan(raw, CAPS)
    took = time.process_time() - start
    assert took < SECONDS_FOR_64_KIB * max(1, len(raw) / 65536), f"{took:.2f} s"
    assert prescan_head(raw, CAPS).raw == scanned.raw[: scanned.body]
    found = list(walked(parsed(scanned.raw)))
    assert len(found) - 1 == scanned.parts <= CAPS.parts
    for message, depth in found:
        assert depth <= CAPS.depth
        fields = list(message.raw_items())
        assert len(fields) <= CAPS.fields
        assert sum(name.lower() == "received" for name, _ in fields) <= CAPS.received
        assert all(len(value) <= CAPS.field for _, value in fields)


def main() -> None:
    """Fuzz until an input fails or the time is over."""
    words = Path(sys.argv[0]).with_suffix(".dict")
    flags = [f"-dict={words}", "-max_len=4096", "-timeout=10", *sys.argv[1:]]
    atheris.Setup([sys.argv[0], *flags], once)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
