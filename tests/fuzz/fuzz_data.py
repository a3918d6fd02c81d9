"""Fuzzes the reader of DATA: `python tests/fuzz/fuzz_data.py -max_total_time=60 [FOLDER]`.

Coverage-guided (atheris, libFuzzer's flags). An input is a wire and where it is cut. It fails where
the reader raises, where it differs from reading line by line as RFC 5321 has it, or where it holds
back more than the four bytes that can be the beginning of an end.
"""

from __future__ import annotations

import sys
from pathlib import Path

try:
    import atheris
except ImportError:
    sys.exit("atheris is not installed (no wheel for this Python?): not fuzzed")

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

with atheris.instrument_imports(include=["ingest.data"]):
    from ingest.data import DataReader

from doors.endings import by_lines  # noqa: E402 - the path to it is made above

MOST_HELD = 4


def once(data: bytes) -> None:
    """Hold one wire, cut by its own first bytes, against the slow reading."""
    count, cuts, wire = data[0] % 8 if data else 0, data[1:9], data[9:]
    places = sorted({cut % (len(wire) + 1) for cut in cuts[:count]})
    reader, message, start = DataReader(), b"", 0
    for place in [*places, len(wire)]:
        piece = wire[start:place]
        start = place
        if reader.rest is None:
            given = reader.feed(piece)
            message += given
            if reader.rest is None and message:
                held = wire[:place].count(b"") - 1 - len(message)
                stuffed = wire[:place].count(b"\r\n.") + wire[:place].startswith(b".")
                assert held <= MOST_HELD + stuffed, "too much is held back"
        else:
            reader.rest += piece
    expected, after = by_lines(wire)
    assert reader.rest == after, "the end is elsewhere"
    if after is not None:
        assert message == expected, "the message differs"


def main() -> None:
    """Fuzz until libFuzzer's flags say that it is enough."""
    atheris.Setup(sys.argv, once)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
