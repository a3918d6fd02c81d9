"""A greylisting service for Postfix (its policy protocol): who comes for the first time waits."""

from __future__ import annotations

import contextlib
import socketserver
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

PUT_OFF = "451 4.7.1 you are new here, come again"


@dataclass
class Greylist:
    """Where it is asked, and who was put off once."""

    address: str
    seen: list[tuple[str, str]] = field(default_factory=list)

    def verdict(self, asked: dict[str, str]) -> str:
        """Give the action for a sender and a recipient."""
        pair = (asked.get("sender", ""), asked.get("recipient", ""))
        self.seen.append(pair)
        return PUT_OFF if self.seen.count(pair) == 1 else "dunno"


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


@contextlib.contextmanager
def running_greylist() -> Iterator[Greylist]:
    """Run one until the block ends."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            asked: dict[str, str] = {}
            for line in self.rfile:
                name, _, value = line.decode("utf-8", "replace").strip().partition("=")
                if name:
                    asked[name] = value
                    continue
                self.wfile.write(f"action={it.verdict(asked)}\n\n".encode())
                asked = {}

    with _Server(("127.0.0.1", 0), Handler) as server:
        it = Greylist(address=f"inet:127.0.0.1:{server.server_address[1]}")
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield it
        finally:
            server.shutdown()
