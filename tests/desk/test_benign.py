"""The operator's list of benign accounts is read at the start and holds for every mail."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest
import wallets

from casefile.errors import SettingsError
from casefile.report import Authentication, Submission
from desk.benign import benign_accounts
from desk.checks import run_checks
from desk.forms import open_desk
from desk.inspection import inspect
from desk.queue.local import LocalQueue
from desk.reading import Reader
from desk.settings import ROOT, load
from makers import envelope

NOBODY = Authentication(method="none", passed=False, reason="")
LIST = f'[accounts]\n"{wallets.P2PKH}" = "a charity"\n"{wallets.SEGWIT.upper()}" = "ours"\n'
RAW = f"Subject: hello\r\n\r\nSend bitcoin to {wallets.P2PKH} or {wallets.TAPROOT}\r\n".encode()


def listed(folder: Path, text: str = LIST) -> str:
    """Write a list. Gives its path."""
    place = folder / "benign.toml"
    place.write_text(text, encoding="utf-8")
    return str(place)


def test_values_are_canonical_and_no_file_is_no_list(tmp_path: Path) -> None:
    known = benign_accounts(listed(tmp_path))
    assert known == {wallets.P2PKH: "a charity", wallets.SEGWIT: "ours"}
    assert benign_accounts("") == {}


def test_the_example_can_be_read() -> None:
    assert len(benign_accounts(str(ROOT / "docs" / "benign.example.toml"))) == 3


@pytest.mark.parametrize(
    "text",
    ["accounts = 1", "[accounts]\na = 1", '[accounts]\na = " "', "[accounts", '[other]\na = "b"'],
)
def test_a_list_that_cannot_be_right_stops_the_start_and_is_named(
    tmp_path: Path, text: str
) -> None:
    place = listed(tmp_path, text)
    desk = open_desk(load({"data": tmp_path / "data"}, {"DESK_BENIGN": place}, tmp_path))
    with closing(LocalQueue.make()) as queue, pytest.raises(SettingsError, match="DESK_BENIGN"):
        desk.pipeline(queue)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"DESK_BENIGN: .*nothing\.toml"):
        benign_accounts(str(tmp_path / "nothing.toml"))


def test_what_the_reader_says_of_a_mail_carries_the_marks(tmp_path: Path) -> None:
    known = benign_accounts(listed(tmp_path))
    with closing(Reader(benign=known)) as reader:
        submission = Submission(key="k", envelope=envelope(), raw=RAW, sha256="")
        (finding,) = reader.examine(submission, NOBODY).findings
    assert [(one.value, one.benign, one.links) for one in finding.accounts] == [
        (wallets.P2PKH, "a charity", False),
        (wallets.TAPROOT, "", True),
    ]


def test_inspect_shows_them_and_check_counts_them(tmp_path: Path) -> None:
    mail = tmp_path / "mail.eml"
    mail.write_bytes(RAW)
    environ = {"DESK_BENIGN": listed(tmp_path), "DESK_MIN_FREE": "0"}
    settings = load({"data": tmp_path / "data"}, environ, tmp_path)
    ((shape, _),) = inspect([str(mail)], settings)
    assert [it["benign"] for it in json.loads(json.dumps(shape))["accounts"]] == ["a charity", ""]
    assert "2 that link no campaigns" in [it.text for it in run_checks(settings)]
