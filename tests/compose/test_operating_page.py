"""What docs/operating.md tells an operator to type is typed, word by word, over boxes."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import smtplib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from compose.box import needs_boxes
from compose.checking import check
from compose.composed import EXAMPLE, FILE, example
from compose.running_composed import Stack, running_stack

from running import FORCE, ROOT, wait_until
from samples.forwards_sent import samples
from services.elasticsearch import needs_elasticsearch
from services.postgres import needs_postgres

PAGE = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
SAMPLES = samples()
OURS = ("door", "triage", "answer", "console")
LISTS = (["findings"], ["replies"], ["campaigns"], ["queue"])


def commands(heading: str, number: int) -> list[str]:
    """Give the lines of a block of the page below a heading, whole and without comments."""
    _, _, below = PAGE.partition(f"### {heading}\n")
    block = re.findall(r"^```\n(.*?)^```", below, re.MULTILINE | re.DOTALL)[number]
    lines = block.replace("\\\n", " ").splitlines()
    return [re.sub(r"\s+#.*$", "", line).strip() for line in lines]


@dataclass
class Typed:
    """Does what `docker compose` would do, with a stack's services."""

    stack: Stack
    #: Where the files lie that are written and read.
    folder: Path

    def type(self, line: str) -> None:
        """Do one line of the page."""
        line, given, out = self._redirected(line)
        docker, compose, verb, *words = shlex.split(line)
        assert (docker, compose) == ("docker", "compose")
        options = [it for it in words if it in {"--rm", "-T", "--detach", "--wait"}]
        words = words[len(options) :]
        if verb == "exec":
            started = self.stack.of(words[0])[0]
            assert started.box.pipe(started.process, words[1:], given, out) == 0, line
        elif verb == "run":
            assert self.stack.run(words[0], *words[1:], given=given) == 0, line
        elif verb == "stop":
            for it in [it for name in words for it in self.stack.of(name)]:
                assert it.stop() == 0
                del self.stack.started[it.box.name]
        else:
            assert verb in {"up", "start"}
            self._start(words or ["elasticsearch-setup", "migrate", *OURS])

    def _redirected(self, line: str) -> tuple[str, Path, Path]:
        files = {"<": Path(os.devnull), ">": Path(os.devnull)}
        for sign, name in re.findall(r"\s([<>])(\S+)", line):
            files[sign] = self.folder / name
        return re.sub(r"\s[<>]\S+", "", line), files["<"], files[">"]

    def _start(self, names: list[str]) -> None:
        for name in names:
            service = self.stack.file.services[name]
            if service.ends:
                assert self.stack.run(name) == 0, self.stack.log(name).read_text()
            elif name in OURS and not self.stack.of(name):
                replicas = service.given.get("deploy", {}).get("replicas", 1)
                for number in range(int(replicas)):
                    self.stack.start(name, number + 1)
        for it in [it for name in names for it in self.stack.of(name)]:
            wait_until(it.is_well, 90, f"{it.box.name} is well")


@pytest.mark.long
@needs_boxes
@needs_elasticsearch
@needs_postgres
class TestABackup:
    """A desk is put together again from its backup on an empty host."""

    @pytest.fixture
    def stack(self, elasticsearch: str) -> Iterator[Stack]:
        with running_stack(elasticsearch, DESK_AUTHENTICATION="loopback") as (stack, _):
            yield stack

    def test_brings_back_the_same_desk_and_answers_nobody(
        self, stack: Stack, elasticsearch: str, tmp_path: Path
    ) -> None:
        typed = Typed(stack, tmp_path)
        typed.type("docker compose up --detach --wait")
        outbox = stack.volume("data") / "outbox"
        send(stack)
        wait_until(lambda: len(list(outbox.glob("*.eml"))) == len(SAMPLES), 90, "answered")
        for line in commands("Back up and restore", 0):
            typed.type(line)
        before = told(stack)
        assert before["findings"]
        environ = {"DESK_AUTHENTICATION": "loopback"}
        with running_stack(elasticsearch, secrets_of=stack, **environ) as (empty, front):
            restored = Typed(empty, tmp_path)
            for line in commands("Back up and restore", 1):
                if line.endswith("desk check"):  # it says so by its code that nobody is paged
                    continue
                restored.type(line)
            assert front.refused == []
            assert told(empty) == before
            time.sleep(25)  # two sweeps
            again = empty.volume("data") / "outbox"
            assert {it.name for it in again.iterdir()} == {it.name for it in outbox.iterdir()}
            assert told(empty) == before


def send(stack: Stack) -> None:
    """Send every sample through the door."""
    for sample in SAMPLES:
        with smtplib.SMTP("127.0.0.1", stack.ports["door"], timeout=20) as client:
            client.sendmail(sample.reporter, [FORCE], sample.raw)


def told(stack: Stack) -> dict[str, list[object]]:
    """Give what the desk's lists say."""
    (answer,) = stack.of("answer")
    found = {}
    for words in LISTS:
        said = answer.box.ask(answer.process, ["desk", *words, "--json"])
        assert said.returncode == 0, said.stderr
        found[words[0]] = [json.loads(line) for line in said.stdout.splitlines()]
    return found


def test_the_override_of_the_page_is_valid(tmp_path: Path) -> None:
    """And adds to what is there instead of taking its place."""
    for path in (FILE, ROOT / ".env.example"):
        shutil.copy(path, tmp_path)
    _, _, below = PAGE.partition("`docker-compose.override.yml`")
    block = re.search(r"^  ```yaml\n(.*?)^  ```", below, re.MULTILINE | re.DOTALL)
    assert block
    (tmp_path / "docker-compose.override.yml").write_text(re.sub("(?m)^  ", "", block[1]))
    door = check("compose", tmp_path, EXAMPLE)["services"]["door"]
    assert door["environment"]["DESK_LMTP"] == "0.0.0.0:8024"
    assert door["environment"]["DESK_HOST"] == "0.0.0.0"
    assert {it["published"] for it in door["ports"]} == {example()["DOOR_PORT"], "8024"}
    assert len(door["volumes"]) == 2
