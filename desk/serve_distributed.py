"""The processes of the distributed form: the door, the workers of a host, the console."""

from __future__ import annotations

import logging
import os
import secrets
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing

from casefile.ports import Job
from desk.celery_worker import main as run_worker
from desk.child import as_flags
from desk.distributed import DistributedDesk
from desk.doorway import certificate_of, open_door, serve_door, tidy_up
from desk.parent import Child, listen, stop, watch
from desk.processes import place
from desk.settings import Settings, address_of
from desk.showing import show
from desk.steward import main as run_steward
from desk.watching_child import main as run_lookout
from desk.watching_targets import ways_of

log = logging.getLogger(__name__)

#: A task in hand may take so long to end; supervisors should wait a little longer.
STOP_SECONDS = 110.0
#: How far the one that looks out stands back behind those who answer.
BACK = 5


def run_door(desk: DistributedDesk, ready: Callable[[], None]) -> None:
    """Take mail until SIGTERM. Raises SettingsError where a port is taken."""
    settings = desk.settings
    certificate_of(settings)
    with ExitStack() as stack:
        listener = stack.enter_context(listen(settings.host, settings.port, "DESK_PORT"))
        lmtp = None
        if settings.lmtp:
            place = address_of(settings.lmtp, "DESK_LMTP")
            lmtp = stack.enter_context(listen(*place, "DESK_LMTP"))
        queue = stack.enter_context(closing(desk.open_queue()))
        tidy_up(desk.spool)
        door = open_door(desk, lambda key: _left_to_the_sweep(queue.put("triage", key)))
        ready()
        serve_door(door, listener, lmtp)


def run_work(desk: DistributedDesk, jobs: Sequence[Job], ready: Callable[[], None]) -> None:
    """Keep a Celery worker for these jobs and its steward alive until SIGTERM; then drain."""
    settings = desk.settings
    with closing(desk.open_queue()) as queue:  # a wrong setting is said once, and here
        desk.pipeline(queue)
    ways_of(settings, desk.profile)
    desk.close()  # a child that is forked must share no connection
    node = f"{place()}.{os.getpid()}.{secrets.token_hex(2)}"
    listing = settings.data / f"processes-{node}"
    children = _children(settings, node, jobs)
    try:
        watch(children, listing, ready)
    finally:
        stop(children, STOP_SECONDS)
        listing.unlink(missing_ok=True)


def run_console(desk: DistributedDesk, ready: Callable[[], None]) -> None:
    """Serve the console until SIGTERM. Raises SettingsError where its port is taken."""
    settings = desk.settings
    with listen(settings.console_host, settings.console_port, "DESK_CONSOLE_PORT") as listener:
        ready()
        show(desk, listener)


def _children(settings: Settings, node: str, jobs: Sequence[Job]) -> list[Child]:
    common = {"settings": as_flags(settings), "node": node}
    name = "+".join(jobs)
    worker = Child(
        name=f"worker-{name}",
        orders={"name": f"worker-{name}", "jobs": list(jobs), **common},
        main=run_worker,
    )
    steward = Child(
        name=f"steward-{name}",
        orders={"name": f"steward-{name}", **common},
        main=run_steward,
        partner=worker,
    )
    # Those that answer are those that reach mail servers; of all of them one looks out at a time.
    return [worker, steward, _lookout(settings, node)] if "answer" in jobs else [worker, steward]


def _lookout(settings: Settings, node: str) -> Child:
    orders = {"name": "lookout", "holder": f"{node}/lookout", "settings": as_flags(settings)}
    return Child(name="lookout", main=run_lookout, orders=orders, nice=BACK)


def _left_to_the_sweep(_: object) -> None:
    """Drop a value: a hint that found no room is found by the sweep."""
