"""Gives the desk a key to its own indices in Elasticsearch, and has those kept as snapshots.

Run at every start of docker-compose.yml, before the desk: what is there is brought up to date.
"""

from __future__ import annotations

import base64
import json
import os
import ssl
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: The name of the key; one that was lost is withdrawn by it.
NAME = "blackmail-desk"
#: What the desk's own indices and aliases are called, behind its prefix.
NAMES = ("findings-*", "read", "write", "retired-*")
REPOSITORY = "desk"
POLICY = "desk-daily"
#: Where the node may keep snapshots; `path.repo` of elasticsearch.yml.
SNAPSHOTS = "/usr/share/elasticsearch/logs/desk"
#: Nothing of the index is needed for longer: spool and record are what is kept. Nor may a snapshot
#: keep for longer what was erased there.
KEPT_FOR = "7d"
#: What it says of a key that is not there, or was withdrawn.
UNKNOWN = (400, 404)


@dataclass(frozen=True, kw_only=True)
class Node:
    """An Elasticsearch that is asked as its superuser."""

    url: str
    password: str
    trust: ssl.SSLContext

    def ask(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        """Ask it. Raises OSError, of which HTTPError says what it answered."""
        user = base64.b64encode(f"elastic:{self.password}".encode()).decode()
        request = urllib.request.Request(  # noqa: S310 - the URL that the operator has set
            f"{self.url}/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json", "Authorization": f"Basic {user}"},
        )
        with urllib.request.urlopen(request, timeout=60, context=self.trust) as answer:  # noqa: S310
            given: dict[str, Any] = json.load(answer)
        return given


def role(prefix: str) -> dict[str, Any]:
    """Give what the key may do: what triage/index/elastic.py asks for, in the desk's own indices.

    `manage` is for making, swapping and dropping whole indices; tests/compose/test_running.py holds
    all of it against what the adapter really asks.
    """
    return {
        "cluster": ["manage_index_templates"],
        "indices": [
            {
                "names": [f"{prefix}-{it}" for it in NAMES],
                "privileges": ["read", "write", "manage"],
                "allow_restricted_indices": False,
            }
        ],
    }


def give_key(node: Node, file: Path, prefix: str) -> None:
    """Make the key whose encoded form the file holds, or bring what it may do up to date."""
    descriptors = {"role_descriptors": {NAME: role(prefix)}}
    if file.exists():
        known = base64.b64decode(file.read_text(encoding="ascii")).decode().partition(":")[0]
        try:
            node.ask("PUT", f"_security/api_key/{known}", descriptors)
        except urllib.error.HTTPError as error:
            if error.code not in UNKNOWN:
                raise
        else:
            return
    node.ask("DELETE", "_security/api_key", {"name": NAME, "owner": True})
    made = node.ask("POST", "_security/api_key", {"name": NAME, **descriptors})
    _write(file, made["encoded"])


def keep_snapshots(node: Node, prefix: str) -> None:
    """Have the node keep a snapshot of the desk's indices each night."""
    settings = {"location": SNAPSHOTS, "compress": True}
    node.ask("PUT", f"_snapshot/{REPOSITORY}", {"type": "fs", "settings": settings})
    policy = {
        "schedule": "0 30 2 * * ?",
        "name": "<desk-{now/d}>",
        "repository": REPOSITORY,
        "config": {"indices": [f"{prefix}-*"], "include_global_state": False},
        "retention": {"expire_after": KEPT_FOR, "min_count": 1, "max_count": 14},
    }
    node.ask("PUT", f"_slm/policy/{POLICY}", policy)


def _write(file: Path, text: str) -> None:
    part = file.with_name(f"{file.name}.part")
    part.unlink(missing_ok=True)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(file)


def main(environ: Mapping[str, str]) -> int:
    """Do both, with the desk's own settings. Gives the exit code."""
    node = Node(
        url=environ["DESK_ELASTICSEARCH_URL"],
        password=Path(environ["ELASTIC_PASSWORD_FILE"]).read_text(encoding="ascii").strip(),
        trust=ssl.create_default_context(cafile=environ["DESK_ELASTICSEARCH_CA_FILE"]),
    )
    prefix = environ.get("DESK_ELASTICSEARCH_PREFIX", "desk")
    try:
        give_key(node, Path(environ["DESK_ELASTICSEARCH_KEY_FILE"]), prefix)
        keep_snapshots(node, prefix)
    except urllib.error.HTTPError as error:
        reason = error.read(2000).decode(errors="replace")
        print(f"Elasticsearch said {error.code} to {error.url}: {reason}", file=sys.stderr)  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(os.environ))
