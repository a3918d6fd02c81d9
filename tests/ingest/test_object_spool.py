"""The spool on every kind of object store keeps what the directory's promises."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from casefile.errors import NotFound
from casefile.ports import Spool
from contracts.spool import ENVELOPE, SpoolContract, drafted
from ingest.keys import first_key_at, moment_of, new_key, new_segment, place_of
from ingest.object_spool import GLANCE, ObjectSpool, open_object_spool
from ingest.object_store import Store
from ingest.room import DiskLow
from ingest.spool import DirectorySpool
from services.s3_fixtures import Home


@pytest.fixture
def spool(home: Home) -> ObjectSpool:
    return home.spool()


def now() -> datetime:
    """Give the time of the newest key, which other tests may have put ahead."""
    moment = moment_of(new_key(datetime.now(UTC)))
    assert moment is not None
    return moment


def raw_store(spool: ObjectSpool) -> Store:
    return spool._store


def objects(spool: ObjectSpool) -> dict[str, bytes]:
    """Give everything that lies in the store."""
    store = raw_store(spool)
    names = [
        *(it.name for day in store.folders("new") for it in store.names(f"new/{day}")),
        *(it.name for it in store.names("quarantine")),
    ]
    return {name: store.whole(name).content for name in names}


def object_of(key: str) -> str:
    place = place_of(key)
    assert place is not None
    return f"new/{place.day}/{place.segment:08x}.mails"


def another(spool: ObjectSpool, scratch: Path, *, ahead: timedelta = timedelta()) -> ObjectSpool:
    """Give another process's spool on the same store, whose clock is so far ahead."""
    return ObjectSpool(raw_store(spool), scratch, clock=lambda: now() + ahead)


class TestObjectSpool(SpoolContract):
    def damage(self, spool: Spool, key: str) -> None:
        """Do what another program could."""
        assert isinstance(spool, ObjectSpool)
        place = place_of(key)
        assert place is not None
        content = bytearray(objects(spool)[object_of(key)])
        content[content.index(b"\n", place.offset) + 1] ^= 1
        raw_store(spool)._store.put(object_of(key), content)


def test_what_is_kept_together_is_one_object_of_its_day(spool: ObjectSpool) -> None:
    keys = spool.keep([drafted(spool, b"%d" % number) for number in range(20)])
    alone = spool.put(b"alone", ENVELOPE)
    assert set(objects(spool)) == {object_of(keys[0]), object_of(alone)}
    assert {object_of(key) for key in keys} == {object_of(keys[0])}
    assert objects(spool)[object_of(alone)].startswith(b'{"key":"' + alone.encode())


def test_another_process_sees_the_same_at_once(spool: ObjectSpool, tmp_path: Path) -> None:
    other = another(spool, tmp_path / "other")
    key, damaged = spool.keep([drafted(spool, b"raw"), drafted(spool, b"bad")])
    assert list(other.keys()) == [key, damaged]
    other.quarantine(damaged, "why")
    with pytest.raises(NotFound):
        spool.get(damaged)
    assert list(spool.keys()) == [key]
    spool.erase(key)
    assert list(other.keys()) == []
    other.restore(damaged)
    assert list(spool.keys()) == [damaged]


@pytest.mark.parametrize("large", [False, True])
def test_no_byte_is_left_of_what_was_erased(spool: ObjectSpool, *, large: bool) -> None:
    """Neither of the mail nor of who sent it; what lay beside it lies where it lay."""
    secret = drafted(spool, b"canary of a secret\n" * (30_000 if large else 1))
    secret.envelope = replace(ENVELOPE, sender="canary@post.example")
    if large:
        secret.spill()
    groups = [[secret]] if large else [[drafted(spool, b"one"), secret, drafted(spool, b"three")]]
    keys = [key for group in groups for key in spool.keep(group)]
    erased = keys[len(keys) // 2]
    spool.quarantine(erased, "canary of a reason")
    sizes = {name: len(content) for name, content in objects(spool).items() if "new/" in name}
    spool.erase(erased)
    left = objects(spool)
    assert not [name for name, content in left.items() if b"canary" in content]
    assert {name: len(content) for name, content in left.items()} == sizes
    others = [key for key in keys if key != erased]
    assert [spool.get(key).raw for key in others] == [b"one", b"three"][: len(others)]


def test_an_object_goes_with_the_last_of_its_mails_once_its_second_is_long_past(
    spool: ObjectSpool, tmp_path: Path
) -> None:
    keys = spool.keep([drafted(spool, b"%d" % number) for number in range(3)])
    spool.erase(keys[0])
    later = another(spool, tmp_path / "later", ahead=timedelta(hours=1))
    later.erase(keys[2])
    assert list(later.keys()) == [keys[1]]
    later.erase(keys[1])
    assert objects(spool) == {}


def test_mails_of_one_object_that_are_erased_at_the_same_time_are_all_gone(
    spool: ObjectSpool, tmp_path: Path
) -> None:
    """Two who rewrite the object at once do not bring back what the other destroyed."""
    keys = spool.keep([drafted(spool, b"%d" % number) for number in range(8)])
    spools = [another(spool, tmp_path / str(number)) for number in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda it: it[0].erase(it[1]), zip(spools, keys[:4], strict=True)))
    assert list(spool.keys()) == keys[4:]
    assert [spool.get(key).raw for key in keys[4:]] == [b"4", b"5", b"6", b"7"]


def test_a_large_message_comes_by_way_of_the_scratch_folder_and_leaves_nothing_there(
    spool: ObjectSpool, home: Home
) -> None:
    draft = spool.draft(ENVELOPE)
    for _ in range(9):
        if draft.add(b"x" * 100_000):
            draft.spill()
    assert draft.alone
    assert len(list(home.scratch.iterdir())) == 1
    with pytest.raises(ValueError, match="together"):
        spool.keep([draft, drafted(spool, b"small")])
    draft.add(b"the end")
    [key] = spool.keep([draft])
    assert spool.get(key).raw == b"x" * 900_000 + b"the end"
    assert list(home.scratch.iterdir()) == []


@pytest.mark.parametrize("size", [GLANCE - 2000, GLANCE, GLANCE + 1, 5 * GLANCE])
def test_a_mail_is_read_whole_whether_or_not_it_comes_at_once(
    spool: ObjectSpool, size: int
) -> None:
    keys = spool.keep([drafted(spool, raw) for raw in (b"before", b"y" * size, b"after")])
    assert [len(spool.get(key).raw) for key in keys] == [6, size, 5]
    assert spool.bytes_of(keys[1]).endswith(b"y" * size)
    assert list(spool.keys()) == keys


@pytest.fixture
def first_second_again(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Let the same segment's number be drawn twice before another one is."""
    drawn = [new_segment(datetime.now(UTC))] * 2
    monkeypatch.setattr(
        "ingest.object_spool.new_segment",
        lambda now: drawn.pop() if drawn else new_segment(now),
    )
    return [f"new/{drawn[0][0]}/{drawn[0][1]:08x}.mails"]


def test_a_segment_s_number_that_is_taken_is_drawn_again(
    spool: ObjectSpool, first_second_again: list[str]
) -> None:
    """Above all, what lies there already is not written over."""
    [taken] = first_second_again
    first = spool.put(b"first", ENVELOPE)
    assert object_of(first) == taken
    second = spool.put(b"second", ENVELOPE)
    assert object_of(second) != taken
    assert [spool.get(key).raw for key in (first, second)] == [b"first", b"second"]


def test_an_object_that_is_there_with_our_own_bytes_is_ours(spool: ObjectSpool) -> None:
    """A request that was tried again may find what it has made itself the first time."""
    store = raw_store(spool)
    store.create("new/2026-01-01/00000000.mails", [b"one", b"two"])
    store.create("new/2026-01-01/00000000.mails", [b"onetwo"])
    with pytest.raises(FileExistsError):
        store.create("new/2026-01-01/00000000.mails", [b"other"])


def test_keys_reads_no_object_that_cannot_hold_a_greater_one(
    spool: ObjectSpool, tmp_path: Path
) -> None:
    """The old ones are damaged so that reading them would show."""
    known = now().replace(hour=12) + timedelta(days=1)
    old = ObjectSpool(raw_store(spool), tmp_path / "old", clock=lambda: known)
    olds = [old.put(b"old", ENVELOPE) for _ in range(2)]
    later = ObjectSpool(raw_store(spool), tmp_path / "l", clock=lambda: known + timedelta(hours=1))
    young = later.put(b"young", ENVELOPE)
    for key in olds:
        raw_store(spool).write(object_of(key), b"no longer a segment\n")
    assert list(later.keys(first_key_at(known + timedelta(minutes=55)))) == [young]
    assert set(later._listing._known) == {object_of(young)}


def test_an_object_that_was_listed_is_read_again_only_where_it_was_changed(
    spool: ObjectSpool, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = spool.keep([drafted(spool, b"%d" % number) for number in range(3)])
    others = [spool.put(b"other", ENVELOPE) for _ in range(3)]
    assert list(spool.keys()) == keys + others
    spool.erase(keys[1])
    read: list[str] = []
    begin = Store.begin
    monkeypatch.setattr(
        Store, "begin", lambda self, name, size: [read.append(name), begin(self, name, size)][1]
    )
    assert list(spool.keys()) == [keys[0], keys[2], *others]
    assert read == [object_of(keys[0])]


def test_foreign_objects_are_left_alone(spool: ObjectSpool) -> None:
    key = spool.put(b"raw", ENVELOPE)
    folder = object_of(key).rpartition("/")[0]
    for name in (
        f"{folder}/notes.txt",
        f"{folder}/0000000G.mails",
        "new/lost+found/00000000.mails",
    ):
        raw_store(spool).write(name, b"x")
    raw_store(spool).write(f"{folder}/00000000.mails", b"")
    raw_store(spool).write("quarantine/notes.txt", b"x")
    assert list(spool.keys()) == [key]
    assert list(spool.quarantined()) == []


def test_a_directory_spool_and_an_object_spool_read_each_other_s_folder(tmp_path: Path) -> None:
    """So moving from one to the other is a copy."""
    folder = tmp_path / "spool"
    directory = DirectorySpool(folder, min_free=0)
    store = open_object_spool(f"file://{folder}", {}, tmp_path / "scratch")
    keys = [directory.put(b"one", ENVELOPE), directory.put(b"two", ENVELOPE)]
    assert list(directory.keys()) == keys
    keys += store.keep([drafted(store, b"three"), drafted(store, b"four")])
    for spool in (directory, store):
        assert list(spool.keys()) == keys
        assert [spool.get(key).raw for key in keys] == [b"one", b"two", b"three", b"four"]
    store.erase(keys[0])
    directory.erase(keys[3])
    store.quarantine(keys[1], "why")
    for spool in (directory, store):
        assert list(spool.keys()) == [keys[2]]
        assert list(spool.quarantined()) == [(keys[1], "why")]


def test_the_room_that_is_looked_at_is_the_scratch_folder_s(spool: ObjectSpool) -> None:
    """A store has no room to speak of."""
    spool.check_room(1000)
    with pytest.raises(DiskLow):
        spool.check_room(2**62)


def test_the_sweep_removes_drafts_whose_writer_is_gone(spool: ObjectSpool, home: Home) -> None:
    (home.scratch / "left.draft").touch()
    later = another(spool, home.scratch, ahead=timedelta(minutes=5))
    draft = spool.draft(ENVELOPE)
    draft.spill()
    assert later.sweep_tmp() == 1
    draft.discard()
