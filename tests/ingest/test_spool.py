from __future__ import annotations

import errno
import logging
import os
import shutil
import stat
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from casefile.errors import NotFound, SettingsError, TryLater
from casefile.ports import Spool
from contracts.spool import ENVELOPE, SpoolContract
from ingest.keys import first_key_at, moment_of
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


def segment_of(spool: DirectorySpool, key: str) -> Path:
    return spool._found(key)[0].path


class TestDirectorySpool(SpoolContract):
    def damage(self, spool: Spool, key: str) -> None:
        assert isinstance(spool, DirectorySpool)
        segment, offset = spool._found(key)
        with segment.path.open("r+b") as file:
            file.seek(offset)
            line = file.readline()
            file.seek(offset + len(line))
            byte = file.read(1)
            file.seek(offset + len(line))
            file.write(bytes([byte[0] ^ 1]))


def test_mails_lie_in_a_segment_of_their_day_for_its_owner_only(
    root: Path, spool: DirectorySpool, clock: Clock
) -> None:
    keys = [spool.put(b"raw", ENVELOPE), spool.put(b"other", ENVELOPE)]
    [path] = files(root / "new")
    assert {segment_of(spool, key) for key in keys} == {path}
    assert path.parent == root / "new" / f"{clock.now:%Y-%m-%d}"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in (root, *path.parents[:3])} == {0o700}
    content = path.read_bytes()
    assert content.startswith(b'{"key":"' + keys[0].encode())
    assert content.endswith(b"\nother")


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
    segment_of(spool, old).unlink()
    folder.rmdir()
    folder.touch()
    assert list(spool.keys(young[0])) == young[1:]
    with pytest.raises(TryLater):
        list(spool.keys())


def test_keys_opens_only_segments_that_can_hold_greater_ones(
    root: Path, spool: DirectorySpool, clock: Clock
) -> None:
    clock.now = (clock.now + timedelta(days=1)).replace(hour=12)
    old = spool.put(b"old", ENVELOPE)
    clock.now += timedelta(hours=1)
    later = DirectorySpool(root, clock=clock, min_free=0)
    young = later.put(b"young", ENVELOPE)
    segment_of(spool, old).write_bytes(b"no longer a segment\n")
    assert list(later.keys(first_key_at(clock.now - timedelta(minutes=5)))) == [young]


def test_foreign_files_are_left_alone(root: Path, spool: DirectorySpool) -> None:
    key = spool.put(b"raw", ENVELOPE)
    path = segment_of(spool, key)
    for name in ("notes.txt", ".mails", "x.mails", f"{path.name}.bak", "0000000G.mails"):
        (path.parent / name).touch()
    (root / "new" / "lost+found").mkdir()
    assert list(spool.keys()) == [key]


def test_the_disk_low_refuses_before_anything_is_written(root: Path, clock: Clock) -> None:
    spool = DirectorySpool(root, clock=clock, min_free=2**62)
    with pytest.raises(DiskLow):
        spool.put(b"raw", ENVELOPE)
    assert files(root) == [root / "erasures"]


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


def test_a_day_folder_that_was_removed_costs_one_try(
    root: Path, spool: DirectorySpool, clock: Clock
) -> None:
    key = spool.put(b"raw", ENVELOPE)
    shutil.rmtree(segment_of(spool, key).parent)
    later = DirectorySpool(root, clock=clock, min_free=0)
    later._tail._days = set(spool._tail._days)
    with pytest.raises(TryLater):
        later.put(b"raw", ENVELOPE)
    assert files(root / "new") == []
    assert later.get(later.put(b"raw", ENVELOPE)).raw == b"raw"


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
    spool.put(b"raw", ENVELOPE)
    for name, age in (("old", 61), ("young", 50)):
        draft = root / "tmp" / name
        draft.touch()
        os.utime(draft, (clock.now.timestamp() - age,) * 2)
    assert spool.sweep_tmp() == 1
    assert [path.name for path in files(root / "tmp")] == ["young"]


def test_the_sweep_leaves_what_somebody_still_writes_to_however_slowly(
    root: Path, spool: DirectorySpool, clock: Clock
) -> None:
    """A sender may take many minutes; so another process may sweep, and at any time."""
    draft = spool.draft(ENVELOPE)
    draft.add(b"x" * 300_000)
    draft.spill()
    [path] = files(root / "tmp")
    os.utime(path, (clock.now.timestamp() - 900,) * 2)
    assert DirectorySpool(root, clock=clock, min_free=0).sweep_tmp() == 0
    draft.add(b"the end")
    [key] = spool.keep([draft])
    assert spool.get(key).raw == b"x" * 300_000 + b"the end"


@pytest.mark.parametrize("large", [False, True])
def test_no_byte_is_left_of_what_was_erased(
    root: Path, spool: DirectorySpool, *, large: bool
) -> None:
    secret = b"canary of a secret\n" * (30_000 if large else 1)
    kept = spool.put(b"one", ENVELOPE)
    erased = spool.put(secret, replace(ENVELOPE, sender="canary@post.example"))
    after = spool.put(b"three", ENVELOPE)
    spool.quarantine(erased, "canary of a reason")
    spool.erase(erased)
    assert not [path for path in files(root) if b"canary" in path.read_bytes()]
    assert list(spool.keys()) == [kept, after]
    assert spool.get(after).raw == b"three"


def test_a_segment_goes_with_the_last_of_its_mails_once_nobody_writes_to_it(
    root: Path, spool: DirectorySpool, clock: Clock
) -> None:
    keys = [spool.put(b"%d" % number, ENVELOPE) for number in range(3)]
    spool.erase(keys[0])
    clock.now += timedelta(hours=1)
    spool.erase(keys[2])
    assert len(files(root / "new")) == 1
    spool.erase(keys[1])
    assert files(root / "new") == []


def test_large_messages_have_a_segment_of_their_own(root: Path, spool: DirectorySpool) -> None:
    small = [spool.draft(ENVELOPE) for _ in range(5)]
    large = spool.draft(ENVELOPE)
    for _ in range(9):
        if large.add(b"x" * 100_000):
            large.spill()
    assert large.alone
    assert not small[0].alone
    with pytest.raises(ValueError, match="together"):
        spool.keep([large, small[0]])
    spool.keep(small)
    spool.keep([large])
    assert len(files(root / "new")) == 2
    assert files(root / "tmp") == []


def test_a_segment_is_left_when_it_is_full_or_old(
    root: Path, spool: DirectorySpool, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = [spool.put(b"x" * 100, ENVELOPE)]
    monkeypatch.setattr("ingest.tail.SEGMENT_BYTES", 50)
    keys.append(spool.put(b"y" * 100, ENVELOPE))
    monkeypatch.setattr("ingest.tail.SEGMENT_BYTES", 5000)
    keys.append(spool.put(b"z" * 100, ENVELOPE))
    monkeypatch.setattr("ingest.tail.SEGMENT_SECONDS", 0.0)
    keys.append(spool.put(b"!" * 100, ENVELOPE))
    assert len(files(root / "new")) == 3
    assert list(spool.keys()) == keys


def test_a_path_for_a_key_reaches_no_file(root: Path, spool: DirectorySpool) -> None:
    outside = root.parent / "outside.mail"
    outside.touch()
    with pytest.raises(NotFound):
        spool.get("../../outside")
    spool.erase("../../outside")
    assert outside.exists()


@pytest.mark.parametrize("large", [False, True])
def test_a_segment_s_number_that_is_taken_is_drawn_again(
    root: Path, spool: DirectorySpool, monkeypatch: pytest.MonkeyPatch, *, large: bool
) -> None:
    """Above all, what lies there already is not written over."""
    first = spool.put(b"first", ENVELOPE)
    spool.close()
    drawn = iter([0] * 4 + list(range(1, 100)))
    taken = segment_of(spool, first)
    day, second = taken.parent.name, int(taken.stem, 16) & ~0x7FFF
    monkeypatch.setattr(
        "ingest.tail.new_segment",
        lambda _: (day, second | next(drawn), int(first[:8] + first[9:13], 16)),
    )
    taken.rename(taken.with_name(f"{second:08x}.mails"))
    before = taken.with_name(f"{second:08x}.mails").read_bytes()
    draft = spool.draft(ENVELOPE)
    draft.add(b"second")
    if large:
        draft.spill()
    spool.keep([draft])
    assert taken.with_name(f"{second:08x}.mails").read_bytes() == before
    assert len(files(root / "new")) == 2
