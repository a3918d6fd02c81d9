"""The very commands of docker-compose.yml run as processes, boxed as it says: the desk works."""

from __future__ import annotations

import email
import secrets
import smtplib
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import psycopg
import pytest
import redis
from compose.box import needs_boxes
from compose.composed import example
from compose.front import Front
from compose.running_composed import Stack, running_stack

from running import FORCE, wait_until
from samples.forwards_sent import samples
from samples.originals import WALLET_CY
from services.elasticsearch import needs_elasticsearch
from services.postgres import needs_postgres

pytestmark = [needs_boxes, needs_elasticsearch, needs_postgres]
SAMPLES = samples()
OURS = ("door-1", "triage-1", "triage-2", "answer-1", "console-1")


@pytest.fixture(scope="module")
def set_up(elasticsearch: str) -> Iterator[tuple[Stack, Front]]:
    """Give the servers, set up by the file's own services."""
    # Who sends from this machine is believed, as no DNS of the tests knows our samples.
    with running_stack(elasticsearch, DESK_AUTHENTICATION="loopback") as (stack, front):
        door = stack.start("door")
        wait_until(door.is_well, 20, "the door is well before anything is set up")
        assert stack.run("elasticsearch-setup") == 0, stack.log("elasticsearch-setup").read_text()
        assert stack.run("migrate") == 0, stack.log("migrate").read_text()
        yield stack, front


@pytest.fixture(scope="module")
def stack(set_up: tuple[Stack, Front]) -> Stack:
    """Give the services, each of them well by its own check."""
    stack, _ = set_up
    for number in range(int(example()["TRIAGE_REPLICAS"])):
        stack.start("triage", number + 1)
    stack.start("answer")
    stack.start("console")
    for name in OURS:
        wait_until(stack.started[name].is_well, 90, f"{name} is well; see {stack.log(name)}")
    return stack


@pytest.fixture(scope="module")
def outbox(stack: Stack) -> Path:
    """Send every sample, and give the folder in which there is a reply for each."""
    for sample in SAMPLES:
        with smtplib.SMTP("127.0.0.1", stack.ports["door"], timeout=20) as client:
            client.sendmail(sample.reporter, [FORCE], sample.raw)
    folder = stack.volume("data") / "outbox"
    done = f"all are answered; see {stack.folder}"
    wait_until(lambda: len(list(folder.glob("*.eml"))) >= len(SAMPLES), 90, done)
    return folder


def test_each_is_answered_once(outbox: Path) -> None:
    """Whoever sent a sample has a reply, and nobody has two."""
    replies = [email.message_from_bytes(it.read_bytes()) for it in outbox.glob("*.eml")]
    assert sorted(str(it["To"]) for it in replies) == sorted(it.reporter for it in SAMPLES)


@pytest.mark.usefixtures("outbox")
def test_the_console_finds_what_came(stack: Stack) -> None:
    """A word and a wallet of a mail lead to it."""
    site = f"http://127.0.0.1:{stack.ports['console']}"
    for asked in ("hacio", WALLET_CY):

        def found(asked: str = asked) -> bool:
            answer = httpx.get(f"{site}/", params={"q": asked}, timeout=20)
            return answer.status_code == 200 and "/findings/" in answer.text

        wait_until(found, 20, f"{asked} is found")


@pytest.mark.usefixtures("outbox")
def test_the_key_may_do_all_that_the_desk_asks_and_nothing_idle(
    set_up: tuple[Stack, Front],
) -> None:
    """Its role refuses nothing, and has no privilege that no call needs."""
    stack, front = set_up
    rebuilt = beside(stack, "answer", "desk", "replay")
    assert rebuilt.returncode == 0, rebuilt.stderr
    assert front.refused == []
    (role,) = front.roles.values()
    asked = {it for it in front.used if not it.startswith("cluster:")}
    assert {it.split()[0] for it in asked} == set(role["indices"][0]["privileges"])
    assert {it for it in front.used if it not in asked} == {
        f"cluster:{it}" for it in role["cluster"]
    }
    prefix = stack.environ["DESK_ELASTICSEARCH_PREFIX"]
    assert all(it.split()[1].startswith(f"{prefix}-") for it in asked)


def test_snapshots_are_kept_of_the_desks_indices_alone(set_up: tuple[Stack, Front]) -> None:
    """And not for longer than what was erased may be."""
    stack, front = set_up
    policy = front.kept["/_slm/policy/desk-daily"]
    assert policy["config"]["indices"] == [f"{stack.environ['DESK_ELASTICSEARCH_PREFIX']}-*"]
    assert policy["config"]["include_global_state"] is False
    assert policy["retention"]["expire_after"] == "7d"
    assert front.kept["/_snapshot/desk"]["type"] == "fs"


def test_a_second_set_up_keeps_the_key(set_up: tuple[Stack, Front]) -> None:
    """Every `up` runs it; the desk's processes go on with the key that they have."""
    stack, front = set_up
    before = dict(front.roles)
    assert stack.run("elasticsearch-setup") == 0
    assert stack.run("migrate") == 0
    assert front.roles == before
    assert (stack.volume("keys") / "elasticsearch").stat().st_mode & 0o777 == 0o400


@pytest.mark.usefixtures("stack")
class TestSecrets:
    """Whoever has none is turned away, by each server."""

    def test_redis_answers_nobody_without_its_password(self, stack: Stack) -> None:
        client = redis.Redis(port=stack.ports["redis"])
        assert client.ping()
        with pytest.raises(redis.exceptions.NoPermissionError):
            client.keys()
        with pytest.raises(redis.exceptions.AuthenticationError):
            redis.Redis(port=stack.ports["redis"], username="desk", password="wrong").ping()
        client.close()

    def test_a_desk_cannot_wipe_redis(self, stack: Stack) -> None:
        password = stack.secret("redis_password").read_text().strip()
        client = redis.Redis(port=stack.ports["redis"], username="desk", password=password)
        for forbidden in (client.flushall, client.config_get, client.shutdown, client.keys):
            with pytest.raises(redis.exceptions.NoPermissionError):
                forbidden()
        client.close()

    def test_postgres_takes_the_desk_by_its_password_and_into_its_own_database(
        self, stack: Stack
    ) -> None:
        password = stack.secret("desk_database_password").read_text().strip()
        place = f"host=127.0.0.1 port={stack.ports['postgres']} user=desk"
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(f"{place} dbname=desk password=wrong")
        with pytest.raises(psycopg.OperationalError, match="permission denied"):
            psycopg.connect(f"{place} dbname=postgres password={password}")
        with psycopg.connect(f"{place} dbname=desk password={password}") as it:
            told = it.execute(
                "SELECT rolsuper OR rolcreatedb OR rolcreaterole,"
                " (SELECT string_agg(setting, ' ' ORDER BY name) FROM pg_settings"
                "  WHERE name IN ('fsync', 'synchronous_commit', 'data_checksums'))"
                " FROM pg_roles WHERE rolname = 'desk'"
            ).fetchone()
        assert told == (False, "on on on")

    def test_elasticsearch_is_believed_by_its_certificate_alone(self, stack: Stack) -> None:
        other = stack.folder / "other"
        Stack.make_secrets(other)
        said = asked_with(stack, DESK_ELASTICSEARCH_CA_FILE="/tmp/ca", ca=other)  # noqa: S108
        assert said.returncode == 3
        assert "cannot be reached" in said.stderr
        assert asked_with(stack).returncode == 0

    def test_elasticsearch_answers_nobody_without_a_key(self, stack: Stack) -> None:
        (stack.volume("data") / "wrong-key").write_text(secrets.token_hex(16))
        said = asked_with(stack, DESK_ELASTICSEARCH_KEY_FILE="/data/wrong-key")
        assert said.returncode == 3


def test_no_secret_is_in_a_log_or_an_environment(stack: Stack) -> None:
    """What a process is given by file stays there."""
    texts = [it.read_bytes() for it in stack.folder.glob("*.log")]
    for started in stack.started.values():
        process = Path(f"/proc/{started.process.pid}")
        texts += [(process / "environ").read_bytes(), (process / "cmdline").read_bytes()]
    for name in ("redis_password", "desk_database_password", "elastic_password"):
        secret = stack.secret(name).read_bytes().strip()
        assert not any(secret in it for it in texts), name


@pytest.mark.usefixtures("outbox")
def test_each_ends_in_order(stack: Stack) -> None:
    """SIGTERM drains the desk's own; this comes last, as nothing is there afterwards."""
    ours = [stack.started[name] for name in OURS]
    for it in ours:
        it.tell()
    assert {it.box.name: it.stop() for it in ours} == dict.fromkeys(OURS, 0)
    assert list(stack.volume("data").glob("processes-*")) == []
    servers = [stack.started[name].stop() for name in ("redis-1", "postgres-1")]
    assert servers == [0, 0]


def beside(stack: Stack, name: str, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a command beside a service, as `docker compose exec` does."""
    started = stack.started[f"{name}-1"]
    return started.box.ask(started.process, command)


def asked_with(
    stack: Stack, ca: Path | None = None, **environ: str
) -> subprocess.CompletedProcess[str]:
    """Search from the answer worker's box, with other settings."""
    if ca is not None:
        shown = stack.volume("data") / "ca"
        shown.write_bytes((ca / "elasticsearch_ca.crt").read_bytes())
        environ["DESK_ELASTICSEARCH_CA_FILE"] = "/data/ca"
    words = [f"{name}={value}" for name, value in environ.items()]
    return beside(stack, "answer", "env", *words, "desk", "search", "bitcoin")
