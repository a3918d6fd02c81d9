"""An object store that is gone, hangs, is killed or breaks its promises: later, never lost."""

from __future__ import annotations

import errno
import http.client
import logging
import signal
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from doors.running_door import RunningDoor
from doors.senders import send

from casefile.errors import TryLater
from contracts.spool import ENVELOPE, drafted
from ingest.object_spool import ObjectSpool, open_object_spool
from services.s3 import (
    BUCKET,
    SECRET,
    S3Server,
    needs_gofakes3,
    running_gofakes3,
    running_versitygw,
)
from services.s3_fixtures import GOFAKES3, VERSITYGW, Home, home_on

#: So that what hangs is given up soon.
SHORT = {"timeout": "500ms", "connect_timeout": "500ms"}


@pytest.fixture(scope="module", params=[GOFAKES3, VERSITYGW])
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[S3Server]:
    """Give a server that may be stopped, of each kind."""
    running = {"gofakes3": running_gofakes3, "versitygw": running_versitygw}[request.param]
    with running(tmp_path_factory.mktemp("own")) as server:
        yield server


@pytest.fixture
def home(server: S3Server, tmp_path: Path) -> Home:
    home = home_on(server, tmp_path)
    return replace(home, options={**home.options, **SHORT})


@pytest.fixture
def spool(home: Home) -> ObjectSpool:
    return home.spool()


def asks(spool: ObjectSpool, key: str) -> dict[str, Callable[[], object]]:
    """Give everything that can be asked of a spool."""
    return {
        "put": lambda: spool.put(b"secret words", ENVELOPE),
        "get": lambda: spool.get(key),
        "bytes_of": lambda: spool.bytes_of(key),
        "keys": lambda: [*spool.keys()],
        "quarantine": lambda: spool.quarantine(key, "secret reason"),
        "restore": lambda: spool.restore(key),
        "quarantined": lambda: [*spool.quarantined()],
        "erase": lambda: spool.erase(key),
    }


@contextmanager
def stopped(server: S3Server) -> Iterator[None]:
    server.stop(signal.SIGKILL)
    try:
        yield
    finally:
        server.start()


@contextmanager
def hung(server: S3Server) -> Iterator[None]:
    with server.hung():
        yield


@pytest.mark.parametrize("how", [stopped, hung])
def test_a_store_that_is_gone_or_hangs_says_try_later_and_never_that_nothing_is_there(
    server: S3Server,
    spool: ObjectSpool,
    how: Callable[[S3Server], ExitStack],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The log names what failed, and no word of a mail, a reason, an address or a password."""
    key = spool.put(b"raw", ENVELOPE)
    with how(server), caplog.at_level(logging.DEBUG), ThreadPoolExecutor(8) as pool:
        asked = {name: pool.submit(ask) for name, ask in asks(spool, key).items()}
        errors = {name: it.exception() for name, it in asked.items()}
    assert {name: type(error) for name, error in errors.items()} == dict.fromkeys(asked, TryLater)
    for error in errors.values():
        assert error is not None
        assert error.__suppress_context__
        assert isinstance(error.__cause__, OSError)
        assert error.__cause__.errno == errno.EREMOTEIO
    told = " ".join([caplog.text, *(f"{error!r} {error.__cause__!r}" for error in errors.values())])
    assert "GenericError" in told
    assert not [word for word in ("secret", "example", SECRET, "127.0.0.1") if word in told]
    assert spool.get(key).raw == b"raw"
    assert next(spool.keys()) == key


def test_a_bucket_that_is_gone_loses_nothing_by_hearsay(home: Home) -> None:
    """Whoever asks for a mail hears that it is to ask later, not that there is none."""
    key = home.spool().put(b"raw", ENVELOPE)
    gone = replace(home, url=home.url.replace(BUCKET, "another")).spool()
    for name, ask in asks(gone, key).items():
        with pytest.raises(TryLater):
            pytest.fail(f"{name} gave {ask()}")


def test_wrong_credentials_say_try_later(server: S3Server, home: Home) -> None:
    if "gofakes3" in server.words[0]:
        pytest.skip("gofakes3 takes anybody")
    wrong = replace(home, options={**home.options, "secret_access_key": "another secret"}).spool()
    with pytest.raises(TryLater):
        wrong.put(b"raw", ENVELOPE)


def test_the_door_answers_451_while_the_store_is_gone_and_250_once_it_is_there_again(
    server: S3Server, spool: ObjectSpool
) -> None:
    with RunningDoor(spool) as door:
        before = send(door.port, 5000)
        with stopped(server):
            during = send(door.port, 5000)
        after = send(door.port, 500_000)
    assert [it.code for it in (before, during, after)] == ["250", "451", "250"]
    assert [spool.get(it.key).sha256 for it in (before, after)] == [before.digest, after.digest]


def test_a_store_that_stays_away_closes_the_door_for_a_minute_and_calls_somebody(
    server: S3Server, spool: ObjectSpool
) -> None:
    with RunningDoor(spool) as door, stopped(server):
        assert [send(door.port, 5000).code for _ in range(4)] == ["451", "451", "451", "421"]
    assert len(door.alarms) == 1


class Between(BaseHTTPRequestHandler):
    """Hands requests on to a real server, each in its own way."""

    port = 0
    #: Passes over the condition of a request, as some stores do.
    careless = False
    #: Cuts the connection so many times when all is done, before a word is said.
    cuts = 0

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        passed = {"if-none-match"} if self.careless else set()
        kept = {name: it for name, it in self.headers.items() if name.lower() not in passed}
        self._pass_on(body, kept)

    def do_GET(self) -> None:
        self._pass_on(None, dict(self.headers.items()))

    def _pass_on(self, body: bytes | None, headers: dict[str, str]) -> None:
        there = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        there.request(self.command, self.path, body, headers)
        with there.getresponse() as reply:
            content = reply.read()
        there.close()
        if self.command == "PUT" and type(self).cuts:
            type(self).cuts -= 1
            return
        self.send_response(reply.status)
        for name, value in reply.getheaders():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def behind(handler: type[Between], home: Home) -> Iterator[ObjectSpool]:
    """Give a spool whose requests all go through something in between."""
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as between:
        thread = threading.Thread(target=between.serve_forever)
        thread.start()
        endpoint = f"http://127.0.0.1:{between.server_address[1]}"
        yield replace(home, options={**home.options, "endpoint": endpoint}).spool()
        between.shutdown()
        thread.join()


@needs_gofakes3
def test_a_store_that_overwrites_what_must_only_be_created_gets_no_mail_at_all(
    gofakes3: S3Server, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Two doors could lose each other's mails there; so the first one says later, and why."""
    handler = type("Careless", (Between,), {"port": gofakes3.port, "careless": True})
    with behind(handler, home_on(gofakes3, tmp_path)) as spool:
        for _ in range(2):
            with pytest.raises(TryLater):
                spool.put(b"raw", ENVELOPE)
    assert "overwrites" in caplog.text


@needs_gofakes3
@pytest.mark.parametrize("known", [False, True])
def test_a_mail_whose_acknowledgement_was_cut_off_is_asked_for_and_kept_once(
    gofakes3: S3Server, tmp_path: Path, *, known: bool
) -> None:
    """The second try finds what the first has made, sees that it is its own, and says so."""
    home = home_on(gofakes3, tmp_path)
    handler = type("Cutting", (Between,), {"port": gofakes3.port})
    with behind(handler, home) as spool:
        keys = [spool.put(b"before", ENVELOPE)] if known else []
        handler.cuts = 1
        keys.append(spool.put(b"raw", ENVELOPE))
    assert list(home.spool().keys()) == keys
    assert home.spool().get(keys[-1]).raw == b"raw"


@needs_gofakes3
def test_a_bucket_that_keeps_versions_is_named_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """What is erased would live on in them."""
    with running_gofakes3(tmp_path, backend="memory") as server:
        body = b"<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"
        where = f"http://127.0.0.1:{server.port}/{BUCKET}?versioning"
        request = urllib.request.Request(where, body, method="PUT")
        urllib.request.urlopen(request, timeout=5).close()  # noqa: S310
        spool = home_on(server, tmp_path).spool()
        for _ in range(2):
            spool.put(b"raw", ENVELOPE)
    assert caplog.text.count("keeps versions") == 1


def test_a_folder_that_is_gone_says_try_later_and_is_not_made_anew(tmp_path: Path) -> None:
    """A volume that dropped out must not be replaced by a folder on another disk."""
    folder, away = tmp_path / "store", tmp_path / "away"
    spool = open_object_spool(f"file://{folder}", {}, tmp_path / "scratch")
    key = spool.put(b"raw", ENVELOPE)
    folder.rename(away)
    for name, ask in asks(spool, key).items():
        with pytest.raises(TryLater):
            pytest.fail(f"{name} gave {ask()}")
    assert not folder.exists()
    away.rename(folder)
    assert list(spool.keys()) == [key]


def test_a_scratch_folder_that_is_full_says_try_later(tmp_path: Path) -> None:
    spool = open_object_spool("memory:///", {}, tmp_path / "scratch")
    draft = drafted(spool, b"x" * 300_000)
    draft.spill()
    [path] = (tmp_path / "scratch").iterdir()
    path.unlink()
    with pytest.raises(TryLater):
        spool.keep([draft])
    assert list(spool.keys()) == []


HOUSE = Path(__file__).parents[2]
FORKED = """
import os, signal, sys
from pathlib import Path
from casefile.errors import NotFound
from ingest.object_spool import open_object_spool

spool = open_object_spool("memory:///", {}, Path(sys.argv[1]))
if sys.argv[2] == "used":
    list(spool.keys())
if os.fork() == 0:
    signal.alarm(20)
    try:
        list(spool.keys())
    except RuntimeError as error:
        print(error)
    else:
        print("answered")
    sys.stdout.flush()
    os._exit(0)
os.wait()
"""


@pytest.mark.parametrize(("used", "said"), [("used", "after the fork"), ("unused", "answered")])
def test_a_process_that_was_forked_off_too_late_is_told_so_and_does_not_hang(
    tmp_path: Path, used: str, said: str
) -> None:
    words = [sys.executable, "-c", FORKED, str(tmp_path / "scratch"), used]
    run = subprocess.run(words, capture_output=True, text=True, check=True, cwd=HOUSE, timeout=60)
    assert said in run.stdout
