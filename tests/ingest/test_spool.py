from __future__ import annotations

import errno
import logging
import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from casefile.errors import NotFound, SettingsError, TryLater
from casefile.ports import Spool
from contracts.spool import ENVELOPE, SpoolContract
from ingest.keys import moment_of
from ingest.spool import DirectorySpool, DiskLow, new_key


class Clock:
    """Stands still at the time of the newest key, which other tests may have put ahead."""

    def __init__(self) -> None:
        now = moment_of(new_key(datetime.now(UTC)))
        assert now is not None
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "var" / "spool"


@pytest.fixture
def spool(root: Path, clock: Clock) -> DirectorySpool:
    return DirectorySpool(root, clock=clock, min_free=0)


def files(root: Path) -> list[Path]:
    return sorted(path for path in root.rglob("*") if path.is_file())


class TestDirectorySpool(SpoolContract):
    def damage(self, spool: Spool, key: str) -> None:
        assert isinstance(spool, DirectorySpool)
        path = spool._home(key)
        content = bytearray(path.read_bytes())
        content[-1] ^= 1  # of the last of its batch
        path.unlink()
        path.write_bytes(content)


def test_a_submission_lies_in_the_folder_of_its_keys_day_for_its_owner_only(
    root: Path, spool: DirectorySpool, clock: Clock
) -> None:
    key = spool.put(b"raw", ENVELOPE)
    path = root / "new" / f"{clock.now:%Y-%m-%d}" / f"{key}.mail"
    assert stat.S_IMODE(path.stat().st_mode) == 0o400
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in (root, *path.parents[:3])} == {0o700}
    head, _, raw = path.read_bytes().partition(b"\n")
    assert raw == b"raw"
    assert head.startswith(b"{")
    assert files(root) == [path]


def test_another_spool_on_the_same_folder_sees_the_same(root: Path, spool: DirectorySpool) -> None:
    key = spool.put(b"raw", ENVELOPE)
    assert DirectorySpool(root, min_free=0).get(key).raw == b"raw"


def test_keys_lists_only_days_that_can_hold_greater_ones(
    root: Path, spool: DirectorySpool, clock: Clock
) -> None:
    """Yesterday's folder is made a file: listing it would fail."""
    old = spool.put(b"old", ENVELOPE)
    clock.now += timedelta(days=1)
    young = [spool.put(b"young", ENVELOPE) for _ in range(3)]
    assert list(spool.keys()) == [old, *young]
    folder = root / "new" / f"{clock.now - timedelta(days=1):%Y-%m-%d}"
    (folder / f"{old}.mail").unlink()
    folder.rmdir()
    folder.touch()
    assert list(spool.keys(young[0])) == young[1:]
    with pytest.raises(TryLater):
        list(spool.keys())


def test_foreign_files_are_left_alone(root: Path, spool: DirectorySpool) -> None:
    key = spool.put(b"raw", ENVELOPE)
    day = spool._home(key).parent
    for name in ("notes.txt", ".mail", "x.mail", f"{key}.mail.bak"):
        (day / name).touch()
    (root / "new" / "lost+found").mkdir()
    assert list(spool.keys()) == [key]


def test_the_disk_low_refuses_before_anything_is_written(root: Path, clock: Clock) -> None:
    spool = DirectorySpool(root, clock=clock, min_free=2**62)
    with pytest.raises(DiskLow):
        spool.put(b"raw", ENVELOPE)
    assert files(root) == []


def test_a_spool_that_is_gone_says_try_later_and_is_not_made_anew(
    root: Path, spool: DirectorySpool
) -> None:
    """A volume that dropped out must not be replaced by a folder on another disk."""
    key = spool.put(b"raw", ENVELOPE)
    away = root.with_name("away")
    root.rename(away)
    for ask in (
        lambda: spool.put(b"raw", ENVELOPE),
        lambda: spool.get(key),
        lambda: [*spool.keys()],
    ):
        with pytest.raises(TryLater):
            ask()
    assert not root.exists()
    away.rename(root)
    again = spool.put(b"again", ENVELOPE)
    assert list(spool.keys()) == [key, again]


def test_a_day_folder_that_was_removed_costs_one_try(root: Path, spool: DirectorySpool) -> None:
    key = spool.put(b"raw", ENVELOPE)
    spool.erase(key)
    spool._home(key).parent.rmdir()
    with pytest.raises(TryLater):
        spool.put(b"raw", ENVELOPE)
    assert files(root) == []
    assert spool.get(spool.put(b"raw", ENVELOPE)).raw == b"raw"


def test_trouble_is_logged_by_key_and_errno_only(
    root: Path, spool: DirectorySpool, caplog: pytest.LogCaptureFixture
) -> None:
    root.rename(root.with_name("away"))
    with caplog.at_level(logging.DEBUG), pytest.raises(TryLater) as caught:
        spool.put(b"secret words", ENVELOPE)
    assert f"errno {errno.ENOENT}" in caplog.text
    for text in (caplog.text, str(caught.value)):
        assert "example" not in text
        assert str(root) not in text


def test_a_place_where_no_spool_can_be_is_a_settings_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match=r"file/spool.*Give a folder"):
        DirectorySpool(tmp_path / "file" / "spool")


def test_the_sweep_removes_drafts_older_than_a_minute_and_no_younger_ones(
    root: Path, spool: DirectorySpool, clock: Clock
) -> None:
    kept = spool.put(b"raw", ENVELOPE)
    for name, age in (("old", 61), ("young", 50)):
        draft = root / "tmp" / name
        draft.touch()
        os.utime(draft, (clock.now.timestamp() - age,) * 2)
    assert spool.sweep_tmp() == 1
    assert [path.name for path in files(root)] == [f"{kept}.mail", "young"]


def test_erase_finds_drafts_and_reasons_too(root: Path, spool: DirectorySpool) -> None:
    key = spool.put(b"raw", ENVELOPE)
    (root / "tmp" / f"{key}.mail").touch()
    spool.quarantine(key, "why")
    spool.erase(key)
    assert files(root) == []


def test_nothing_is_left_of_what_was_erased_among_others(root: Path, spool: DirectorySpool) -> None:
    drafts = []
    for raw in (b"one", b"canary of a secret", b"three"):
        drafts.append(spool.draft(ENVELOPE))
        drafts[-1].add(raw)
    keys = spool.keep(drafts)
    spool.erase(keys[1])
    assert not [path for path in files(root) if b"canary" in path.read_bytes()]
    for key in keys:
        spool.erase(key)
    assert files(root) == []


def test_mails_that_come_together_share_a_file_and_large_ones_have_their_own(
    root: Path, spool: DirectorySpool
) -> None:
    small = [spool.draft(ENVELOPE) for _ in range(5)]
    large = spool.draft(ENVELOPE)
    for _ in range(9):
        if large.add(b"x" * 100_000):
            large.spill()
    assert large.alone
    assert not small[0].alone
    spool.keep(small)
    spool.keep([large])
    assert len(files(root / "new")) == 2


def test_a_path_for_a_key_reaches_no_file(root: Path, spool: DirectorySpool) -> None:
    outside = root.parent / "outside.mail"
    outside.touch()
    with pytest.raises(NotFound):
        spool.get("../../outside")
    spool.erase("../../outside")
    assert outside.exists()
