"""The console behind a real server on this machine, in a thread of the test."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from reading_room.sample import Stores
from starlette.applications import Starlette

from console.app import build

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "console"


def built(
    stores: Stores,
    *,
    templates: Path = TEMPLATES,
    time_zone: str = "Europe/London",
    language: str = "en",
) -> Starlette:
    """Give the console over these stores."""
    return build(
        index=stores.index,
        record=stores.record,
        ledger=stores.ledger,
        templates=templates,
        force_name="Heddlu Enghraifft",
        time_zone=time_zone,
        language=language,
    )


@contextmanager
def served(app: Starlette) -> Iterator[str]:
    """Serve the application on a free port of 127.0.0.1 and give its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_config=None, access_log=False, server_header=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()
