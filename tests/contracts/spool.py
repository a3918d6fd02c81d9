"""What every Spool promises, whatever it keeps the bytes in."""

from __future__ import annotations

from abc import ABC, abstractmethod
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from hashlib import sha256

import pytest

from casefile.errors import NotFound, Unreadable
from casefile.ports import Draft, Spool
from casefile.report import Envelope

ENVELOPE = Envelope(
    sender="reporter@post.example",
    recipients=("report@police.example", "tëst@police.example"),
    client="192.0.2.7",
    helo='mx "one"\\ \n two',
    tls=True,
    received_at=datetime(2026, 3, 29, 0, 59, 59, 123456, tzinfo=UTC),
    door="smtp",
)
MAILS = {
    "nothing": b"",
    "a line": b"Subject: hello\r\n\r\nhello\r\n",
    "bare line feeds first": b"\n\nhello\n",
    "every byte": bytes(range(256)) * 40,
    "one long line": b"x" * 300_000,
}
UNKNOWN = "01900000-0000-7000-8000-000000000000"
NO_KEYS = ("", "x", "../../etc/passwd", UNKNOWN.upper().replace("0190", "AF90"), UNKNOWN + "\n")


class SpoolContract(ABC):
    """Subclass it with a fixture `spool` that is empty, and say how its bytes can be damaged."""

    @abstractmethod
    def damage(self, spool: Spool, key: str) -> None:
        """Change a bit of the stored bytes behind the port's back."""

    @pytest.mark.parametrize("name", MAILS)
    def test_gives_back_bytes_and_envelope_exactly(self, spool: Spool, name: str) -> None:
        key = spool.put(MAILS[name], ENVELOPE)
        submission = spool.get(key)
        assert submission.raw == MAILS[name]
        assert submission.envelope == ENVELOPE
        assert submission.key == key
        assert submission.sha256 == sha256(MAILS[name]).hexdigest()

    def test_the_same_bytes_twice_are_two_submissions(self, spool: Spool) -> None:
        first, second = (spool.put(b"same", ENVELOPE) for _ in range(2))
        assert first < second
        assert list(spool.keys()) == [first, second]

    def test_keys_come_in_intake_order_and_after_is_exclusive(self, spool: Spool) -> None:
        put = [spool.put(b"%d" % number, ENVELOPE) for number in range(12)]
        assert list(spool.keys()) == put == sorted(put)
        assert list(spool.keys(put[4])) == put[5:]
        assert list(spool.keys(put[-1])) == []

    def test_writers_side_by_side_lose_nothing(self, spool: Spool) -> None:
        mails = [b"mail %d" % number for number in range(64)]
        with ThreadPoolExecutor(8) as pool:
            keys = list(pool.map(lambda raw: spool.put(raw, ENVELOPE), mails))
        assert list(spool.keys()) == sorted(keys)
        assert [spool.get(key).raw for key in keys] == mails

    def test_a_reader_beside_a_writer_sees_whole_submissions_only(self, spool: Spool) -> None:
        with ThreadPoolExecutor(2) as pool:
            writing = pool.submit(lambda: [spool.put(b"y" * 50_000, ENVELOPE) for _ in range(40)])
            while not writing.done():
                seen = list(spool.keys())
                assert all(len(spool.get(key).raw) == 50_000 for key in seen)
            assert list(spool.keys()) == writing.result()

    @pytest.mark.parametrize("key", [UNKNOWN, *NO_KEYS])
    def test_what_was_never_put_is_not_found(self, spool: Spool, key: str) -> None:
        for ask in (spool.get, spool.restore, lambda key: spool.quarantine(key, "why")):
            with pytest.raises(NotFound):
                ask(key)
        assert list(spool.quarantined()) == []

    def test_changed_bytes_are_unreadable_and_still_there(self, spool: Spool) -> None:
        key = spool.put(MAILS["a line"], ENVELOPE)
        self.damage(spool, key)
        with pytest.raises(Unreadable):
            spool.get(key)
        assert list(spool.keys()) == [key]

    def test_quarantine_hides_from_keys_and_names_the_reason(self, spool: Spool) -> None:
        kept, damaged = (spool.put(b"raw", ENVELOPE) for _ in range(2))
        spool.quarantine(damaged, "SHA-256 differs: größer, \udc80\n2nd line")
        assert list(spool.keys()) == [kept]
        [(key, reason)] = spool.quarantined()
        assert key == damaged
        assert reason.startswith("SHA-256 differs: größer, ")
        with pytest.raises(NotFound):
            spool.get(damaged)

    def test_quarantine_again_keeps_the_newest_reason(self, spool: Spool) -> None:
        key = spool.put(b"raw", ENVELOPE)
        spool.quarantine(key, "first")
        spool.quarantine(key, "second")
        assert list(spool.quarantined()) == [(key, "second")]

    def test_restore_brings_back_what_was_set_aside_unchanged(self, spool: Spool) -> None:
        key = spool.put(MAILS["every byte"], ENVELOPE)
        spool.quarantine(key, "by mistake")
        spool.restore(key)
        assert list(spool.quarantined()) == []
        assert list(spool.keys()) == [key]
        assert spool.get(key).raw == MAILS["every byte"]
        with pytest.raises(NotFound):
            spool.restore(key)

    @pytest.mark.parametrize("aside", [False, True])
    def test_erase_leaves_nothing_wherever_it_was(self, spool: Spool, *, aside: bool) -> None:
        kept, erased = (spool.put(b"raw", ENVELOPE) for _ in range(2))
        if aside:
            spool.quarantine(erased, "damaged")
        spool.erase(erased)
        spool.erase(erased)
        assert list(spool.keys()) == [kept]
        assert list(spool.quarantined()) == []
        with pytest.raises(NotFound):
            spool.get(erased)

    @pytest.mark.parametrize("key", [UNKNOWN, *NO_KEYS])
    def test_erasing_what_is_not_there_is_no_error(self, spool: Spool, key: str) -> None:
        kept = spool.put(b"raw", ENVELOPE)
        spool.erase(key)
        assert list(spool.keys()) == [kept]

    def test_messages_that_are_kept_together_are_submissions_of_their_own(
        self, spool: Spool
    ) -> None:
        single = spool.put(b"before", ENVELOPE)
        keys = spool.keep([drafted(spool, raw) for raw in TOGETHER])
        assert list(spool.keys()) == [single, *keys]
        assert [spool.get(key).raw for key in keys] == TOGETHER
        assert list(spool.keys(keys[1])) == keys[2:]
        assert {spool.get(key).envelope for key in keys} == {ENVELOPE}

    def test_one_of_those_kept_together_is_damaged_and_set_aside_without_the_others(
        self, spool: Spool
    ) -> None:
        keys = spool.keep([drafted(spool, raw) for raw in TOGETHER])
        self.damage(spool, keys[-1])
        with pytest.raises(Unreadable):
            spool.get(keys[-1])
        spool.quarantine(keys[-1], "damaged")
        assert list(spool.keys()) == keys[:-1]
        assert [spool.get(key).raw for key in keys[:-1]] == TOGETHER[:-1]

    def test_those_kept_together_are_erased_one_by_one(self, spool: Spool) -> None:
        keys = spool.keep([drafted(spool, raw) for raw in TOGETHER])
        left = dict(zip(keys, TOGETHER, strict=True))
        for key in (keys[1], keys[0], *keys[2:]):
            spool.erase(key)
            del left[key]
            assert list(spool.keys()) == list(left)
            assert {it: spool.get(it).raw for it in left} == left
            with pytest.raises(NotFound):
                spool.get(key)

    @pytest.mark.parametrize("size", [0, 100, 300_000, 1_000_000])
    def test_a_message_that_comes_in_pieces_is_kept_whole(self, spool: Spool, size: int) -> None:
        raw = bytes(range(256)) * (size // 256 + 1)
        draft = spool.draft(ENVELOPE)
        for start in range(0, len(raw), 10_007):
            if draft.add(raw[start : start + 10_007]):
                draft.spill()
        [key] = spool.keep([draft])
        assert spool.get(key).raw == raw
        assert spool.get(key).sha256 == sha256(raw).hexdigest()

    def test_a_message_that_is_discarded_was_never_there(self, spool: Spool) -> None:
        draft = spool.draft(ENVELOPE)
        draft.add(b"x" * 300_000)
        draft.spill()
        draft.discard()
        assert list(spool.keys()) == []


TOGETHER = [b"first\n", b"", b"\n\nthird", b"fourth" * 1000, b"the last"]


def drafted(spool: Spool, raw: bytes) -> Draft:
    """Give a message ready to be kept."""
    draft = spool.draft(ENVELOPE)
    draft.add(raw)
    return draft
