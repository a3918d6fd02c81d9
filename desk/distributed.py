"""The distributed form: hints by Celery on Redis, the index in Elasticsearch, for several hosts."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from functools import cached_property
from pathlib import Path

from celery import Celery

from casefile.errors import SettingsError, TryLater
from casefile.ports import Spool
from desk.credentials import secret_of, with_password
from desk.forms import open_distributed
from desk.hands import SILENT_SECONDS
from desk.pipeline import now_utc
from desk.queue.celery import CeleryQueue, make_app
from desk.rooms import Desk
from desk.settings import Settings
from ingest.object_spool import open_object_spool
from ingest.spool import DirectorySpool
from triage.index.elastic import ElasticIndex


class DistributedDesk(Desk):
    """A desk whose processes may run on several hosts."""

    @cached_property
    def spool(self) -> Spool:
        """Open the spool: a folder that all hosts share, or an object store."""
        settings = self.settings
        if not settings.spool_url:
            return DirectorySpool(settings.data / "spool", min_free=settings.min_free)
        options = _options(settings.spool_options_file)
        return open_object_spool(settings.spool_url, options, settings.data / "drafts")

    @cached_property
    def index(self) -> ElasticIndex:
        """Open the search index."""
        settings = self.settings
        file = settings.elasticsearch_key_file
        return ElasticIndex(
            settings.elasticsearch_url,
            prefix=settings.elasticsearch_prefix,
            api_key=secret_of(file, "DESK_ELASTICSEARCH_KEY_FILE") if file else None,
            ca_certs=settings.elasticsearch_ca_file or None,
            replicas=settings.elasticsearch_replicas,
        )

    @cached_property
    def redis_url(self) -> str:
        """Give the URL of Redis with its password."""
        file = self.settings.redis_password_file
        return with_password(self.settings.redis_url, file, "DESK_REDIS_PASSWORD_FILE")

    @cached_property
    def celery(self) -> Celery:
        """Give the application that knows the broker."""
        return make_app(self.redis_url)

    def servers(self) -> Iterator[tuple[str, str | None]]:
        """Give Redis, Elasticsearch and the workers, and what is wrong with each."""
        with closing(self.open_queue()) as queue:
            reached = queue.waiting("triage") is not None
        yield "redis", None if reached else "it cannot be reached: hints are left to the sweep"
        try:
            self.index.identity()
            yield "elasticsearch", None
        except TryLater:
            yield "elasticsearch", "it cannot be reached: search is down, and is told later"
        since = now_utc() - timedelta(seconds=self.settings.deaf_seconds)
        if any(at >= since for at in self.record.heard().values()):
            yield "workers", None
        else:
            yield "workers", "none was heard of lately: start `desk work`"

    def at_work(self) -> list[str]:
        """Name the workers of all hosts that were heard of lately."""
        since = now_utc() - timedelta(seconds=SILENT_SECONDS)
        return sorted(name for name, at in self.record.heard().items() if at > since)

    def close(self) -> None:
        """Close the connections that are open."""
        super().close()
        if "index" in vars(self):
            self.index.close()

    def open_queue(self) -> CeleryQueue:
        """Open a queue for this process; close it at the end."""
        return CeleryQueue(self.celery, self.redis_url)


def distributed_desk(settings: Settings) -> DistributedDesk:
    """Open a desk for one of the processes of the distributed form. Raises SettingsError."""
    desk = open_distributed(settings)
    if not isinstance(desk, DistributedDesk):
        raise TypeError("this form has no Celery")
    return desk


def _options(file: str) -> dict[str, str]:
    """Read what the object store needs besides its URL. Raises SettingsError."""
    if not file:
        return {}
    try:
        table = tomllib.loads(Path(file).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        raise SettingsError(
            f"DESK_SPOOL_OPTIONS_FILE names {file}, which cannot be read as TOML."
        ) from None
    return {name: str(value) for name, value in table.items()}
