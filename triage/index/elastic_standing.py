"""Which index is written and which is read: made, swapped and dropped, by whoever is first."""

from __future__ import annotations

import logging
import random
import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from elasticsearch import Elasticsearch

from casefile.errors import TryLater
from triage.index.elastic_mapping import FORM, template
from triage.index.elastic_server import Denied, asking

log = logging.getLogger(__name__)

#: How indices stand is known without a search. It is asked before anything is written, so that a
#: node that hangs holds nobody up for longer.
QUICK_SECONDS = 10
#: Two processes that mend the same thing at once find it mended at the second look.
LOOKS = 6
#: An index that neither alias names so long after it was made was left by a process that ended.
ORPHANED_AFTER_SECONDS = 3_600
#: More than any search lasts.
RETIRED_SECONDS = 60

Action = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One of our indices as it stands."""

    name: str
    uuid: str
    form: int
    read: bool
    written: bool
    #: The alias that says since when it is not read any more; empty where it is, or never was.
    retired: str


#: From the name of an index that is to be placed, and the indices there are, to what is to be done.
Swap = Callable[[str, Sequence[Standing]], Iterator[Action]]


@dataclass(frozen=True, kw_only=True)
class Indices:
    """All indices of one prefix, and the two aliases that say which is which."""

    client: Elasticsearch
    prefix: str
    replicas: int
    pause: Callable[[float], None] = field(default=time.sleep, repr=False)

    @property
    def read(self) -> str:
        """Give the alias of what is read."""
        return f"{self.prefix}-read"

    @property
    def write(self) -> str:
        """Give the alias of what is written."""
        return f"{self.prefix}-write"

    @property
    def pattern(self) -> str:
        """Give the pattern of the names of our indices."""
        return f"{self.prefix}-findings-*"

    def written(self) -> Standing:
        """Give the index that is written, and see that one is read. Raises TryLater.

        What is missing is made; an index of an older form is replaced by an empty one.
        """
        for look in range(LOOKS):
            known = self.known()
            written = next((it for it in known if it.written), None)
            read = next((it for it in known if it.read), None)
            if written and read and written.form == read.form == FORM:
                return written
            if any(it.form > FORM for it in (written, read) if it):
                log.error("the index is of a newer form than this desk's: upgrade it")
                raise TryLater("The search index belongs to a newer desk.")
            self._attempt(look, partial(self._mend, written, read))
        raise TryLater("The search index cannot be made.")

    def known(self) -> list[Standing]:
        """Give all our indices. Raises TryLater."""
        quick = self.client.options(request_timeout=QUICK_SECONDS)
        with asking():
            found = quick.indices.get(
                index=self.pattern,
                filter_path=["*.aliases", "*.mappings._meta", "*.settings.index.uuid"],
            )
        return [self._standing(name, it) for name, it in found.body.items()]

    def clear(self) -> None:
        """Have an empty index written and read, and drop what was. Raises TryLater."""
        self._place(self._make, self._alone)

    def adopt(self, name: str) -> None:
        """Have this index written and read, and drop what was. Raises TryLater."""
        self._place(lambda: name, self._alone)

    def renew(self) -> None:
        """Have an empty index written; what is read stays. Raises TryLater."""
        self.written()
        self._place(self._make, self._written_only)

    def settle(self, uuid: str) -> None:
        """Have the index that is written read as well, if it is this one. Raises TryLater.

        What was read goes a minute later, at a later call: somebody may still be searching it.
        """
        for look in range(LOOKS):
            actions = list(self._settling(uuid))
            # Whoever rebuilds and whoever sweeps may both be here: the second finds it done.
            if not actions or self._attempt(look, partial(self._settle, actions)):
                return
        raise TryLater("The search index cannot be swapped.")

    def _settling(self, uuid: str) -> Iterator[Action]:
        known = self.known()
        for written in known:
            if written.written and written.uuid == uuid and not written.read:
                for it in known:
                    if it.read:
                        yield self._remove(it, self.read)
                        yield {"add": {"index": it.name, "alias": self._retired_at(time.time())}}
                yield self._add(written.name, self.read)
        over = self._retired_at(time.time() - RETIRED_SECONDS)
        unused = (it for it in known if not (it.read or it.written))
        yield from (_drop(it) for it in unused if "" < it.retired < over)

    def _settle(self, actions: Sequence[Action]) -> None:
        self.client.indices.refresh(index=self.write)
        self.client.indices.update_aliases(actions=actions)

    def drop(self) -> None:
        """Drop all our indices and their template, for a prefix that is not used any more."""
        names = [it.name for it in self.known()]
        with asking():
            if names:
                self.client.indices.delete(index=names)
            self.client.indices.delete_index_template(name=f"{self.prefix}-findings")

    def _mend(self, written: Standing | None, read: Standing | None) -> None:
        """Do what is to be done so that one index of today's form is written, and one read."""
        if written is None and read is None:
            # Of two that do this at once one is refused: there is one write index an alias.
            self._make({self.write: {"is_write_index": True}, self.read: {}})
        elif any(it.form < FORM for it in (written, read) if it):
            log.warning("the index is of an older form: it is emptied")
            self.clear()
        elif written is None and read is not None:
            self.client.indices.update_aliases(actions=[self._add(read.name, self.write)])
        elif written is not None:
            self.client.indices.update_aliases(actions=[self._add(written.name, self.read)])

    def _place(self, make: Callable[[], str], swap: Swap) -> None:
        """Give an index its place in one step; another process may be at it too."""
        with asking():
            name = make()

        def place() -> None:
            known = self.known()
            orphans = (_drop(it) for it in known if self._is_orphan(it) and it.name != name)
            self.client.indices.update_aliases(actions=[*swap(name, known), *orphans])

        if not any(self._attempt(look, place) for look in range(LOOKS)):
            with suppress(TryLater), asking():
                self.client.indices.delete(index=name)
            raise TryLater("The search index cannot be made anew.")

    def _alone(self, name: str, known: Sequence[Standing]) -> Iterator[Action]:
        placed = (it for it in known if it.read or it.written or it.retired)
        yield from (_drop(it) for it in placed if it.name != name)
        yield from (self._add(name, self.read), self._add(name, self.write))

    def _written_only(self, name: str, known: Sequence[Standing]) -> Iterator[Action]:
        for it in known:
            if it.written:
                yield self._remove(it, self.write) if it.read else _drop(it)
        yield self._add(name, self.write)

    def _attempt(self, look: int, do: Callable[[], None]) -> bool:
        """Do something that another process may do at the same time; tell whether it was done."""
        try:
            with asking():
                do()
        except Denied:
            self.pause(random.uniform(0.05, 0.2) * (look + 1))  # noqa: S311 - no secret
            return False
        return True

    def _make(self, aliases: Mapping[str, Any] | None = None) -> str:
        """Make an empty index by the template, and give its name."""
        self.client.indices.put_index_template(
            name=f"{self.prefix}-findings", **template(self.pattern, self.replicas)
        )
        name = self.new_name()
        self.client.indices.create(index=name, aliases=aliases, wait_for_active_shards=1)
        return name

    def new_name(self) -> str:
        """Give a name for another index; later ones sort behind."""
        return f"{self._named_at(time.time())}-v{FORM}-{secrets.token_hex(4)}"

    def _named_at(self, at: float) -> str:
        return f"{self.pattern[:-1]}{_stamp(at)}"

    def _is_orphan(self, it: Standing) -> bool:
        old = it.name < self._named_at(time.time() - ORPHANED_AFTER_SECONDS)
        return old and not (it.read or it.written or it.retired)

    def _retired_at(self, at: float) -> str:
        return f"{self.prefix}-retired-{_stamp(at)}"

    def _standing(self, name: str, found: Mapping[str, Any]) -> Standing:
        aliases = found.get("aliases", {})
        retired = (it for it in aliases if it.startswith(f"{self.prefix}-retired-"))
        return Standing(
            name=name,
            uuid=found["settings"]["index"]["uuid"],
            form=int(found.get("mappings", {}).get("_meta", {}).get("form", 0)),
            read=self.read in aliases,
            written=self.write in aliases,
            retired=max(retired, default=""),
        )

    def _add(self, name: str, alias: str) -> Action:
        only = {"is_write_index": True} if alias == self.write else {}
        return {"add": {"index": name, "alias": alias, **only}}

    @staticmethod
    def _remove(it: Standing, alias: str) -> Action:
        return {"remove": {"index": it.name, "alias": alias, "must_exist": True}}


def _stamp(at: float) -> str:
    return time.strftime("%Y%m%d-%H%M%S", time.gmtime(at))


def _drop(it: Standing) -> Action:
    return {"remove_index": {"index": it.name}}
