"""What the reading of mail never calls: it costs gigabytes, writes files or runs programs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
#: `policy.default` parses each header by a grammar (gigabytes for one Subject); the others are
#: functions of mail-parser that write attachments to disk, or hand .msg files to a Perl program.
FORBIDDEN = re.compile(
    r"policy\.default|policy\.SMTP|import default\b|from_file_msg|write_attachments"
    r"|msgconvert|\bpickle\b|\bmarshal\b"
)


@pytest.mark.parametrize("room", ["ingest", "triage", "desk"])
def test_no_room_that_sees_strangers_bytes_calls_it(room: str) -> None:
    found = [
        f"{place.relative_to(ROOT)}:{number}: {line.strip()}"
        for place in sorted((ROOT / room).rglob("*.py"))
        for number, line in enumerate(place.read_text(encoding="utf-8").splitlines(), start=1)
        if FORBIDDEN.search(line.partition("#")[0])
    ]
    assert [it for it in found if "no pickle" not in it] == []
