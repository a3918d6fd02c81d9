"""A pasted text is known again, by its wording and by the accounts that it names."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import forwards
from running import ROOT
from samples.forwards_sent import FORCE
from samples.originals import BLUFF_EN, WALLET_EN, mail


def run(*words: str, given: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "desk.cli", *words],
        input=given,
        text=True,
        cwd=ROOT,
        capture_output=True,
        timeout=60,
        check=True,
    )


def test_a_text_that_was_reported_is_known_and_another_is_not(tmp_path: Path) -> None:
    data = f"--data={tmp_path / 'data'}"
    text = BLUFF_EN.format(name="Sam", password="tulip77", amount="1,400", wallet=WALLET_EN)
    raw = forwards.gmail(mail(text, subject="hello"), reporter="sam@reporter.example", to=FORCE, note="")
    (tmp_path / "one.eml").write_bytes(raw)
    run("collect", str(tmp_path / "one.eml"), data)

    other = BLUFF_EN.format(name="Ann", password="rose12", amount="900", wallet=WALLET_EN)
    known = json.loads(run("seen", "--json", data, given=other).stdout)
    (wording,) = known["wordings"]
    assert (wording["wording"], wording["same"], wording["findings"]) == ("W-1", True, 1)
    assert [it["value"] for it in known["accounts"]] == [WALLET_EN]
    assert known["accounts"][0]["campaigns"]

    unknown = run("seen", data, given="Dear all, the library opens at nine from Monday on.")
    assert "We have not seen it." in unknown.stdout
    assert len(json.loads(run("findings", "--json", data).stdout.splitlines()[0])) > 1
