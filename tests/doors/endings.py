"""What ends a message in DATA, and what some servers have taken for an end and others not."""

from __future__ import annotations

#: The sequences that SMTP smuggling was found with (SEC Consult, 2023) and its testers try.
NEARLY = {
    "LF . LF": b"\n.\n",
    "CR . CR": b"\r.\r",
    "CR . LF": b"\r.\n",
    "LF . CR": b"\n.\r",
    "LF . CR LF": b"\n.\r\n",
    "CR LF . LF": b"\r\n.\n",
    "CR . CR LF": b"\r.\r\n",
    "CR LF . CR": b"\r\n.\r",
    "CR LF NUL . CR LF": b"\r\n\0.\r\n",
    "CR LF . NUL CR LF": b"\r\n.\0\r\n",
    "LF LF . CR LF": b"\n\n.\r\n",
    "CR LF NUL . CR": b"\r\n\0.\r",
}


def by_lines(wire: bytes) -> tuple[bytes, bytes | None]:
    """Read a message by RFC 5321, 4.5.2, line by line: the slow and evident way.

    Gives it, and what comes after its end; None where it has none.
    """
    message = b""
    while b"\r\n" in wire:
        line, _, wire = wire.partition(b"\r\n")
        if line == b".":
            return message, wire
        message += line.removeprefix(b".") + b"\r\n"
    return message, None
