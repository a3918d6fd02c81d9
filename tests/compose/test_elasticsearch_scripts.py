"""The scripts that start and ask Elasticsearch do so as its image's user, over a read-only image.

The image is not at hand, so its two programs are stood in for: what is held here is what the
scripts lay together and hand on, not what Elasticsearch makes of it.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from compose.box import Box, needs_boxes
from compose.composed import composed
from compose.front import Front, running_front
from compose.running_composed import Stack

from running import ROOT

pytestmark = needs_boxes
HOME = "/usr/share/elasticsearch"
KEYSTORE = """#!/bin/bash
echo "keystore $*"
[ "$1" = create ] && touch "$ES_PATH_CONF/elasticsearch.keystore"
[ "$1" = add ] && cat >>"$ES_PATH_CONF/elasticsearch.keystore" || true
"""
ENTRYPOINT = """#!/bin/bash
echo "entrypoint $* $ES_PATH_CONF $ES_JAVA_OPTS"
touch "$ES_PATH_CONF/written" /usr/share/elasticsearch/logs/written /tmp/written
cd "$ES_PATH_CONF" && find . -type f -printf '%m %p\\n' | sort
cmp /run/secrets/elastic_password elasticsearch.keystore &&
    cmp /run/secrets/elasticsearch_ca certs/ca.crt &&
    cmp elasticsearch.yml /etc/desk/elasticsearch.yml && cat jvm.options
"""


@pytest.fixture
def stack(tmp_path: Path) -> Stack:
    """Give secrets and volumes."""
    return Stack(tmp_path, {})


@pytest.fixture
def box(stack: Stack, tmp_path: Path) -> Box:
    """Give Elasticsearch's box, with what stands in for its image."""
    config = tmp_path / "config"
    (config / "jvm.options.d").mkdir(parents=True)
    (config / "jvm.options").write_text("of the image\n")
    (config / "elasticsearch.yml").write_text("of the image\n")
    programs = {}
    for path, text in (
        ("/usr/local/bin/docker-entrypoint.sh", ENTRYPOINT),
        ("/usr/local/bin/elasticsearch-keystore", KEYSTORE),
    ):
        file = tmp_path / Path(path).name
        file.write_text(text)
        file.chmod(0o755)
        programs[path] = (file, False)
    box = stack.box(composed().services["elasticsearch"], "elasticsearch-1")
    # Volumes lie over folders of the image, so its own come first.
    image = {f"{HOME}/config": (config, False), **programs}
    return replace(box, binds={**image, **box.binds})


def test_settings_and_secrets_are_laid_together_in_memory(
    box: Box, stack: Stack, tmp_path: Path
) -> None:
    """For the node's user alone; the superuser's password comes into the keystore whole."""
    log = tmp_path / "log"
    assert box.run(composed().services["elasticsearch"].command, log) == 0, log.read_text()
    said = log.read_text().splitlines()
    assert said[:2] == ["keystore create", "keystore add --stdin --force bootstrap.password"]
    assert said[2].startswith("entrypoint eswrapper /run/elasticsearch -Xms1g -Xmx1g")
    laid = dict(reversed(line.split()) for line in said if line[:2] in {"40", "60"})
    certificates = {f"./certs/{it}" for it in ("ca.crt", "elasticsearch.crt", "elasticsearch.key")}
    assert certificates | {"./elasticsearch.keystore", "./elasticsearch.yml"} <= set(laid)
    assert set(laid.values()) == {"400", "600"}
    assert said[-1] == "of the image"
    assert stack.secret("elastic_password").read_text().strip() not in log.read_text()


class TestHealth:
    """It is asked by TLS, as the superuser, and nothing less is healthy."""

    @pytest.fixture
    def front(self, stack: Stack) -> Iterator[tuple[Front, str]]:
        front = Front(
            node="http://127.0.0.1:1",
            password=stack.secret("elastic_password").read_text().strip(),
            certificate=stack.secret("elasticsearch_certificate"),
            key=stack.secret("elasticsearch_key"),
        )
        with running_front(front) as url:
            yield front, url.rpartition(":")[2]

    def ask(self, box: Box, port: str, folder: Path) -> int:
        """Run the file's script, on the port of the one who stands in."""
        script = (ROOT / "docker" / "elasticsearch" / "healthy.sh").read_text()
        assert "https://localhost:9200/" in script
        ours = folder / "healthy.sh"
        ours.write_text(script.replace("localhost:9200", f"localhost:{port}"))
        asked = replace(box, binds={**box.binds, "/etc/desk/healthy.sh": (ours, False)})
        return asked.run(composed().services["elasticsearch"].health, folder / "asked.log")

    def test_a_node_that_answers_is_healthy(
        self, box: Box, front: tuple[Front, str], tmp_path: Path
    ) -> None:
        assert self.ask(box, front[1], tmp_path) == 0, (tmp_path / "asked.log").read_text()

    def test_one_that_refuses_the_password_is_not(
        self, box: Box, front: tuple[Front, str], tmp_path: Path
    ) -> None:
        front[0].password = "another"
        assert self.ask(box, front[1], tmp_path) != 0

    def test_one_of_another_authority_is_not(
        self, box: Box, front: tuple[Front, str], stack: Stack, tmp_path: Path
    ) -> None:
        for name in ("elasticsearch_ca.crt", "elasticsearch.crt"):
            (stack.secrets / name).unlink()
        for name in ("elasticsearch_ca.key", "elasticsearch.key"):
            (stack.secrets / name).unlink()
        Stack.make_secrets(stack.secrets)
        assert self.ask(box, front[1], tmp_path) != 0


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not here")
def test_the_scripts_are_readable_for_whoever_runs_them() -> None:
    """A config is mounted as it lies on the host."""
    for name in composed().given["configs"]:
        assert composed().file_of("configs", name).stat().st_mode & 0o444 == 0o444
