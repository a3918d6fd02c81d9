"""A pasted text is known again, by its wording and by the accounts that it names."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from commands import command

import forwards
from samples.forwards_sent import FORCE
from samples.originals import BLUFF_EN, WALLET_EN, mail


def run(*words: str, given: str = "") -> subprocess.CompletedProcess[str]:
    done = command(*words, given=given.encode())
    done.check_returncode()
    return done


def test_a_text_that_was_reported_is_known_and_another_is_not(tmp_path: Path) -> None:
    data = f"--data={tmp_path / 'data'}"
    text = BLUFF_EN.format(name="Sam", password="tulip77", amount="1,400", wallet=WALLET_EN)
    raw = forwards.gmail(
        mail(text, subject="hello"), reporter="sam@reporter.example", to=FORCE, note=""
    )
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


def test_a_campaign_shows_what_three_reporters_brought_and_no_victim(tmp_path: Path) -> None:
    data = f"--data={tmp_path / 'data'}"
    for at, name in enumerate(("Sam", "Ann", "Hortensia")):
        text = BLUFF_EN.format(name=name, password=f"tulip{at}7", amount="1,400", wallet=WALLET_EN)
        letter = mail(text, subject=f"hello {at}")
        reporter = f"{name.lower()}@reporter.example"
        raw = forwards.gmail(letter, reporter=reporter, to=FORCE, note="")
        (tmp_path / f"{at}.eml").write_bytes(raw)
    run("collect", *(str(it) for it in sorted(tmp_path.glob("*.eml"))), data)

    (campaign,) = map(json.loads, run("campaigns", "--json", data).stdout.splitlines())
    text = json.loads(run("campaign", campaign["id"], "--json", data).stdout)["text"]
    assert "{account}" in text
    assert "hortensia" not in text.lower()
    assert "tulip" not in text
