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
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

with atheris.instrument_imports(include=["ingest", "email"]):
    from ingest.prescan import prescan, prescan_head
    from ingest.read_parse import parsed

from small_caps import SMALL  # noqa: E402 - the path to it is made above

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
    scanned = prescan(raw, SMALL)
    took = time.process_time() - start
    assert took < SECONDS_FOR_64_KIB * max(1, len(raw) / 65536), f"{took:.2f} s"
    assert prescan_head(raw, SMALL).raw == scanned.raw[: scanned.body]
    found = list(walked(parsed(scanned.raw)))
    assert len(found) - 1 == scanned.parts <= SMALL.parts
    for message, depth in found:
        assert depth <= SMALL.depth
        fields = list(message.raw_items())
        assert len(fields) <= SMALL.fields
        assert sum(name.lower() == "received" for name, _ in fields) <= SMALL.received
        assert all(len(value) <= SMALL.field for _, value in fields)


def main() -> None:
    """Fuzz until an input fails or the time is over."""
    words = Path(sys.argv[0]).with_suffix(".dict")
    flags = [f"-dict={words}", "-max_len=4096", "-timeout=10", *sys.argv[1:]]
    atheris.Setup([sys.argv[0], *flags], once)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
