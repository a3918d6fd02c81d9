"""What Elasticsearch's core lacks on a test machine, before a real node: TLS, keys, their limits.

The modules for them are on no registry. So this stands in for the answers of the security and
snapshot calls, by their documentation; whatever else is asked goes to the node, if the key's role
allows it.
"""

from __future__ import annotations

import base64
import contextlib
import fnmatch
import http.client
import json
import re
import secrets
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import unquote, urlsplit

#: Which privilege each call needs: of the cluster, or of the index that the first group names. The
#: privilege `manage` holds create_index, delete_index, maintenance and view_index_metadata.
CLUSTER = "cluster"
CALLS = (
    ("(?:PUT|DELETE) /_index_template/[^/]+", f"{CLUSTER}:manage_index_templates"),
    ("POST /_aliases", "aliases"),
    ("DELETE /_pit", ""),
    ("POST /_search", "read"),
    ("(?:PUT|DELETE|GET|HEAD) /([^_/][^/]*)", "manage"),
    ("(?:POST|PUT|GET) /([^_/][^/]*)/_(?:refresh|settings|mapping|alias)", "manage"),
    ("(?:PUT|POST) /([^_/][^/]*)/_bulk", "write"),
    ("(?:GET|POST) /([^_/][^/]*)/_(?:search|count|mget|pit|msearch)", "read"),
    ("(?:GET|HEAD) /([^_/][^/]*)/_doc/[^/]+", "read"),
)
_KEPT = ("content-type", "content-encoding", "x-elastic-product", "warning")
Role = dict[str, Any]


@dataclass
class Front:
    """The keys that were given, what they may do, and what was asked with them."""

    node: str
    password: str
    certificate: Path
    key: Path
    roles: dict[str, Role] = field(default_factory=dict)
    #: Each as `privilege name`, or `cluster:privilege`.
    used: set[str] = field(default_factory=set)
    refused: list[str] = field(default_factory=list)
    #: What was set up besides keys, by path.
    kept: dict[str, Any] = field(default_factory=dict)

    def allowed(self, encoded: str, call: str, body: bytes) -> bool:
        """Tell whether a key may do this, and note by which privilege."""
        role = self.roles.get(encoded)
        if role is None:
            return False
        wanted = list(_wanted(call, body))
        if wanted and all(_grants(role, it) for it in wanted):
            self.used |= {it for it in wanted if it}
            return True
        self.refused.append(f"{call} {wanted}")
        return False

    def administer(self, method: str, path: str, body: Any) -> tuple[int, object]:  # noqa: ANN401
        """Answer the superuser."""
        if not path.startswith("/_security/api_key"):
            self.kept[path] = body
            return 200, {"acknowledged": True}
        if method == "POST":
            encoded = base64.b64encode(f"{secrets.token_hex(8)}:{secrets.token_hex(16)}".encode())
            self.roles[encoded.decode()] = _only(body["role_descriptors"])
            return 200, {"encoded": encoded.decode()}
        if method == "DELETE":
            known, self.roles = list(self.roles), {}
            return 200, {"invalidated_api_keys": known}
        for encoded in self.roles:
            if base64.b64decode(encoded).decode().startswith(path.rpartition("/")[2] + ":"):
                self.roles[encoded] = _only(body["role_descriptors"])
                return 200, {"updated": True}
        return 404, {"error": "no such key"}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    front: ClassVar[Front]

    def handle_one(self) -> None:
        """Answer one request by its authority."""
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        kind, _, given = self.headers.get("authorization", "").partition(" ")
        path = unquote(urlsplit(self.path).path)
        superuser = base64.b64encode(f"elastic:{self.front.password}".encode()).decode()
        if (kind, given) == ("Basic", superuser):
            asked = json.loads(body) if body else None
            self._say(*self.front.administer(self.command, path, asked))
        elif kind != "ApiKey" or given not in self.front.roles:
            self._say(401, {"error": "missing authentication credentials"})
        elif not self.front.allowed(given, f"{self.command} {path}", body):
            self._say(403, {"error": "the key may not do this"})
        else:
            self._forward(body)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = handle_one  # noqa: N815 - the server's names

    def _forward(self, body: bytes) -> None:
        node = http.client.HTTPConnection(urlsplit(self.front.node).netloc, timeout=60)
        skipped = {"host", "authorization", "connection", "content-length"}
        headers = {name: it for name, it in self.headers.items() if name.lower() not in skipped}
        try:
            node.request(self.command, self.path, body or None, headers)
            answer = node.getresponse()
            kept = {it: answer.headers[it] for it in _KEPT if it in answer.headers}
            self._send(answer.status, answer.read(), kept)
        except OSError:
            self._say(503, {"error": "the node is away"})
        finally:
            node.close()

    def _say(self, status: int, what: object) -> None:
        headers = {"content-type": "application/json", "x-elastic-product": "Elasticsearch"}
        self._send(status, json.dumps(what).encode(), headers)

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "content-length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing of requests."""


@contextlib.contextmanager
def running_front(front: Front) -> Iterator[str]:
    """Run it on a free port until the block ends. Gives its URL."""
    handler = type("Handler", (_Handler,), {"front": front})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        trust = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        trust.load_cert_chain(front.certificate, front.key)
        server.socket = trust.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"https://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


def _only(descriptors: dict[str, Role]) -> Role:
    (role,) = descriptors.values()
    return role


def _wanted(call: str, body: bytes) -> Iterator[str]:
    """Give the privileges that a call needs, as `privilege name` or `cluster:privilege`."""
    for pattern, privilege in CALLS:
        found = re.fullmatch(pattern, call)
        if found is None:
            continue
        if privilege == "aliases":
            yield from _of_aliases(json.loads(body))
        elif found.re.groups:
            yield from (f"{privilege} {name}" for name in found[1].split(","))
        else:
            yield privilege if privilege.startswith(CLUSTER) else ""
        return


def _of_aliases(asked: dict[str, Any]) -> Iterator[str]:
    """Who changes an alias manages it, and the index that it leads to."""
    for action in asked["actions"]:
        for what in action.values():
            names = [what.get(it) for it in ("index", "alias")]
            yield from (f"manage {name}" for name in names if name)


def _grants(role: Role, wanted: str) -> bool:
    if not wanted:  # open to whoever has a key: what a search opened, by its secret name
        return True
    if wanted.startswith(CLUSTER):
        return wanted.partition(":")[2] in role["cluster"]
    privilege, name = wanted.split()
    return any(
        privilege in it["privileges"]
        and any(fnmatch.fnmatchcase(name, pattern) for pattern in it["names"])
        for it in role["indices"]
    )
