"""A real webhook of one's own, which keeps what it is told and answers as it is bidden."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

KEY = bytes(range(32))
SECRET = "whsec_" + base64.b64encode(KEY).decode()


@dataclass
class Hook:
    """What it was told, and what it answers."""

    url: str = ""
    #: Each request: its headers by lower-case name, and its body.
    asked: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    code: int = 200
    location: str = ""
    #: Seconds between two letters of an answer that drips.
    drip: float = 0.0
    #: Whether it goes away once it has the request, without a word.
    mute: bool = False

    @property
    def told(self) -> list[dict[str, object]]:
        """Give the bodies, after checking the signature of each."""
        for headers, body in self.asked:
            signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
            right = base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode()
            assert headers["webhook-signature"] == f"v1,{right}"
            assert headers["idempotency-key"] == headers["webhook-id"]
            assert abs(time.time() - int(headers["webhook-timestamp"])) < 10**9
        return [json.loads(body) for _, body in self.asked]


@contextmanager
def running_hook(certificate: Path | None = None) -> Iterator[Hook]:
    """Run one until the block ends; over TLS with `cert.pem` and `key.pem` of a folder."""
    hook = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            hook.asked.append(({it.lower(): value for it, value in self.headers.items()}, body))
            if hook.mute:
                self.close_connection = True
                return
            for letter in b"HTTP/1.0" if hook.drip else b"":
                time.sleep(hook.drip)
                self.wfile.write(bytes([letter]))
            self.send_response(hook.code)
            if hook.location:
                self.send_header("Location", hook.location)
            self.end_headers()

        do_GET = do_POST  # noqa: N815 - the standard library's name

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """Say nothing of clients that went away."""

    server = Server(("127.0.0.1", 0), Handler)
    scheme = "http"
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
        server.socket = context.wrap_socket(server.socket, server_side=True)
        scheme = "https"
    host = "127.0.0.1" if certificate is None else "localhost"
    hook.url = f"{scheme}://{host}:{server.server_port}/secret-path"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield hook
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
