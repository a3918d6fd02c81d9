"""Whoever gets the spool's URL or options wrong is told which and how to mend it, and no secret."""

from __future__ import annotations

import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from casefile.errors import SettingsError
from ingest.object_settings import open_store
from ingest.object_spool import open_object_spool

S3 = "s3://bucket/folder"
KEYS = {"access_key_id": "desk", "secret_access_key": "hush", "region": "eu-central-2"}


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the machine has set for the stores' own tools is not ours."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AZURE_STORAGE_ACCOUNT_NAME"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("url", "options", "told"),
    [
        ("", {}, "names no kind of store.*Give s3://"),
        ("/var/spool", {}, "names no kind of store.*Give s3://"),
        ("ftp://bucket/hush", {}, "names no kind of store.*Give s3://"),
        ("https://bucket/hush", {}, "names no kind of store.*Give s3://"),
        ("s3://[hush", {}, "cannot be read.*Give s3://"),
        ("s3:///folder", {}, "names no bucket.*Give s3://bucket"),
        ("gs://", {}, "names no bucket.*Give gs://bucket"),
        ("file://folder/hush", {}, "names no folder.*Give file:///"),
        ("file:///", {}, "names no folder.*Give file:///"),
        ("s3://desk:hush@bucket/folder", KEYS, "Give credentials as options"),
        ("s3://bucket/folder?secret=hush", KEYS, "Give credentials as options"),
        (S3, {**KEYS, "sekret": "hush"}, "option sekret is none that s3:// knows"),
        (S3, {"access_key_id": "desk"}, "options: access_key_id .*both halves"),
        (S3, {**KEYS, "timeout": "hush"}, "options: .*timeout.*times as 10s"),
        (S3, {**KEYS, "endpoint": "http://store.example"}, "endpoint is not encrypted.*https://"),
        (S3, {**KEYS, "root_certificate_file": "/none"}, "/none: no certificate.*PEM file"),
        ("az://container/folder", {}, "wants account_name"),
    ],
)
def test_what_is_wrong_is_named_with_the_way_to_mend_it_and_no_secret(
    url: str, options: dict[str, str], told: str, tmp_path: Path
) -> None:
    with pytest.raises(SettingsError) as caught:
        open_object_spool(url, options, tmp_path)
    assert re.search(told, str(caught.value))
    assert "hush" not in str(caught.value)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


@pytest.mark.parametrize(
    ("url", "options"),
    [
        (S3, KEYS),
        (S3, {**KEYS, "endpoint": "https://store.example", "timeout": "30s"}),
        (S3, {**KEYS, "endpoint": "http://127.0.0.1:9000", "allow_http": "true"}),
        ("gs://bucket/folder", {}),
        ("az://container/folder", {"account_name": "desk", "account_key": "aHVzaA=="}),
        ("memory:///", {}),
    ],
)
def test_a_store_is_opened_without_being_asked_anything(
    url: str, options: dict[str, str], tmp_path: Path
) -> None:
    """So that a door starts, and says later, where the store is away just then."""
    open_object_spool(url, options, tmp_path)


def test_a_certificate_of_one_s_own_is_read_from_its_file(tmp_path: Path) -> None:
    path = tmp_path / "ca.pem"
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=desk.example"]
    words = [*make, "-keyout", str(tmp_path / "key"), "-out", str(path)]
    subprocess.run(words, check=True, capture_output=True)
    open_store(S3, {**KEYS, "root_certificate_file": str(path)})


def test_a_place_where_no_folder_can_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for url, scratch in (
        (f"file://{tmp_path}/file/spool", tmp_path / "scratch"),
        ("memory:///", tmp_path / "file" / "scratch"),
    ):
        with pytest.raises(SettingsError, match=r"/file/.*Give a folder"):
            open_object_spool(url, {}, scratch)


def test_a_folder_of_mails_is_for_its_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "var" / "store"
    open_object_spool(f"file://{folder}", {}, tmp_path / "scratch")
    made = (folder, folder.parent, folder / "new", folder / "quarantine", tmp_path / "scratch")
    assert {stat.S_IMODE(it.stat().st_mode) for it in made} == {0o700}


WRITER = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from casefile.report import Envelope
from ingest.object_spool import open_object_spool
envelope = Envelope(sender="", recipients=(), client="", helo="", tls=False,
                    received_at=datetime.now(UTC), door="smtp")
spool = open_object_spool("file://" + sys.argv[1], {}, Path(sys.argv[2]))
os.write(1, spool.put(b"raw", envelope).encode())
"""


@pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")
def test_in_a_folder_the_answer_comes_after_the_bytes_and_the_names_are_synced(
    tmp_path: Path,
) -> None:
    """The library itself syncs nothing."""
    log, folder = tmp_path / "trace", tmp_path / "store"
    calls = "-etrace=fsync,linkat,write"
    trace = ["strace", "-f", "-qqq", "-y", "-o", str(log), calls, "-s60"]
    words = [*trace, sys.executable, "-B", "-c", WRITER, str(folder), str(tmp_path / "scratch")]
    subprocess.run(words, check=True, capture_output=True, cwd=Path(__file__).parents[2])
    day = rf"{folder}/new/\d{{4}}-\d\d-\d\d"
    steps = [
        rf'linkat\(.*"{day}/[0-9a-f]{{8}}\.mails", 0\)',
        rf"fsync\(\d+<{day}/[0-9a-f]{{8}}\.mails>",
        rf"fsync\(\d+<{day}>",
        rf"fsync\(\d+<{folder}/new>",
        r'write\(1<.*"[0-9a-f]{8}-',
    ]
    text = log.read_text()
    found = [re.search(".*".join(steps[: n + 1]), text, re.DOTALL) for n in range(len(steps))]
    assert [bool(step) for step in found] == [True] * len(steps)
