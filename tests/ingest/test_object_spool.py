"""The spool on every kind of object store keeps what the directory's promises."""

from __future__ import annotations

import pytest

from casefile.ports import Spool
from contracts.spool import SpoolContract
from ingest.keys import place_of
from ingest.object_spool import ObjectSpool
from services.s3_fixtures import Home


@pytest.fixture
def spool(home: Home) -> ObjectSpool:
    return home.spool()


def changed(spool: ObjectSpool, key: str) -> None:
    """Change a bit of a mail behind the spool's back, as another program could."""
    place = place_of(key)
    assert place is not None
    store = spool._store._store
    name = f"new/{place.day}/{place.segment:08x}.mails"
    content = bytearray(bytes(store.get(name).bytes()))
    content[content.index(b"\n", place.offset) + 1] ^= 1
    store.put(name, content)


class TestObjectSpool(SpoolContract):
    def damage(self, spool: Spool, key: str) -> None:
        assert isinstance(spool, ObjectSpool)
        changed(spool, key)
