"""Reads the message after DATA out of the bytes of a connection, whatever they look like."""

from __future__ import annotations

_END = b"\r\n.\r\n"
_DOT = b"\r\n."
_LINE_END = b"\r\n"


class DataReader:
    r"""Takes bytes as they come and gives the message, the dots of the dialogue taken off.

    Only CR LF dot CR LF ends a message (RFC 5321, 4.1.1.4): a bare CR or LF is a byte like any
    other, so that nothing can hide a second mail in a first. Lines may have any length. At most
    four bytes are held back.
    """

    __slots__ = ("_begun", "_held", "rest")

    def __init__(self) -> None:
        # A dot at the very beginning stands at the beginning of a line, too.
        self._held = _LINE_END
        self._begun = False
        #: What came after the end of the message; None until it has come.
        self.rest: bytes | None = None

    def feed(self, data: bytes) -> bytes:
        """Give the next piece of the message, perhaps empty; sets `rest` where it has ended.

        Raises ValueError after the end.
        """
        if self.rest is not None:
            raise ValueError("the message has ended")
        seen = self._held + data
        end = seen.find(_END)
        if end < 0:
            known = len(seen) - _unsure(seen)
            self._held = seen[known:]
            piece = seen[:known]
        else:
            self.rest = seen[end + len(_END) :]
            piece = seen[: end + len(_LINE_END)]
        if not self._begun and piece:
            self._begun = True
            return piece.replace(_DOT, _LINE_END)[len(_LINE_END) :]
        return piece.replace(_DOT, _LINE_END)


def _unsure(seen: bytes) -> int:
    """Give how many of the last bytes may be the beginning of the end, or of a dot to take off."""
    for length in range(len(_END) - 1, 0, -1):
        if seen.endswith(_END[:length]):
            return length
    return 0
