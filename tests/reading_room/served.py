"""The console behind a real server on this machine, in a thread of the test."""

from __future__ import annotations

import atexit
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import uvicorn
from reading_room.sample import Stores
from starlette.applications import Starlette

from console.app import build
from console.drawing import Drawn, Pencil
from desk.showing import facts_of
from responders.profile import load as load_profile

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "console"
PROFILE = load_profile(TEMPLATES.parents[1] / "profiles" / "dyfed-powys.toml")
#: One child draws for all tests.
PENCIL = Pencil()
atexit.register(PENCIL.close)
#: Nothing here speaks TLS; reading the system's certificates for each client takes longest.
_NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def built(
    stores: Stores,
    *,
    templates: Path = TEMPLATES,
    time_zone: str = "Europe/London",
    spoken: tuple[str, ...] = ("en", "cy"),
    pencil: Drawn = PENCIL,
) -> Starlette:
    """Give the console over these stores."""
    return build(
        index=stores.index,
        record=stores.record,
        ledger=stores.ledger,
        errands=stores.errands,
        templates=templates,
        force_names=dict.fromkeys(spoken, "Heddlu Enghraifft"),
        facts={it: facts_of(PROFILE, it, ("reports@force.example",)) for it in spoken},
        time_zone=time_zone,
        pencil=pencil,
    )


@contextmanager
def served(app: Starlette) -> Iterator[str]:
    """Serve the application on a free port of 127.0.0.1 and give its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    # asyncio sets it only where it knows the protocol by number; else each answer is 40 ms late.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
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


@contextmanager
def asked(app: Starlette) -> Iterator[httpx.Client]:
    """Serve the application and give a client that asks it and follows nothing."""
    with (
        served(app) as address,
        httpx.Client(base_url=address, trust_env=False, timeout=30, verify=_NO_TLS) as client,
    ):
        yield client
