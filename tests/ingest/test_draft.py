from __future__ import annotations

import hashlib
from pathlib import Path

from ingest.draft import IN_MEMORY
from ingest.spool import DirectorySpool
from makers import envelope


def test_crumbs_are_held_in_few_pieces_and_in_order(spool: DirectorySpool) -> None:
    """Each piece costs memory of its own, and a client may send bytes one by one."""
    draft = spool.draft(envelope())
    crumbs = [b"%d," % number for number in range(20_000)]
    for crumb in crumbs:
        assert not draft.add(crumb)
    assert len(draft.chunks) < 200
    [key] = spool.keep([draft])
    assert spool.get(key).raw == b"".join(crumbs)


def test_a_message_that_grows_is_written_while_it_comes(
    spool: DirectorySpool, tmp_path: Path
) -> None:
    """No more than a piece stays in memory, and what is kept is what came."""
    draft, digest, held = spool.draft(envelope()), hashlib.sha256(), 0
    for number in range(100):
        piece = bytes([number]) * 30_000
        digest.update(piece)
        if draft.add(piece):
            draft.spill()
        held = max(held, sum(map(len, draft.chunks)))
    assert draft.alone
    assert held <= IN_MEMORY + 30_000
    [key] = spool.keep([draft])
    assert hashlib.sha256(spool.get(key).raw).digest() == digest.digest()
    assert list((tmp_path / "spool" / "tmp").iterdir()) == []
