"""Writing: whole, however little the system takes at a time."""

from __future__ import annotations

import socket
import struct
import threading
import time

import pytest

from ingest.durable import write_all

#: A tenth of a second: so long a write blocks before the system says how far it came.
PATIENCE = struct.pack("ll", 0, 100_000)


@pytest.mark.parametrize("pieces", [1, 3, 1_500])
def test_what_the_system_takes_in_part_is_written_whole(pieces: int) -> None:
    """A socket that nobody reads from for a while takes what it has room for."""
    chunks = [bytes([number % 251]) * (3_000_000 // pieces) for number in range(pieces)]
    writer, reader = socket.socketpair()
    writer.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, PATIENCE)
    came: list[bytes] = []

    def read_late() -> None:
        time.sleep(0.15)
        while piece := reader.recv(1 << 20):
            came.append(piece)

    thread = threading.Thread(target=read_late)
    with reader:
        thread.start()
        with writer:
            write_all(writer.fileno(), chunks)
        thread.join(10)
    assert b"".join(came) == b"".join(chunks)
