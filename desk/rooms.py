"""The rooms of one desk, each opened when it is first asked for; what a form adds is left open."""

from __future__ import annotations

import os
import secrets
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from sqlalchemy import Engine

from casefile.errors import SettingsError
from casefile.ports import Alerts, Index, Mailer, Queue, Spool
from console.journal import SqlJournal
from desk.benign import benign_accounts
from desk.casework import SqlCasework
from desk.credentials import with_password
from desk.engine import open_engine
from desk.migrate import create
from desk.oncall import alerts_of, is_paged
from desk.pipeline import Pipeline
from desk.reading import Reader, ReadingLimits
from desk.record import SqlRecord
from desk.sending import ceilings_of, mailer_of
from desk.settings import ROOT, Settings, authentication
from ingest.authentic.resolver import Resolver
from ingest.authenticate import Prover
from responders.compose import Composer
from responders.ledger import SqlLedger
from responders.profile import Profile
from responders.profile import load as load_profile
from triage.register import SqlRegister

TEMPLATES = ROOT / "templates"
_SECRET_BYTES = 32
#: What looking at the pictures of one mail may cost: some four seconds each for the six whose words
#: are read, and what that takes of the address space.
PICTURE_SECONDS = 40
PICTURE_MEMORY = 1 << 30


@dataclass(frozen=True)
class Desk(ABC):
    """The rooms of one desk. A form says where the index and the bytes are."""

    settings: Settings

    @property
    @abstractmethod
    def spool(self) -> Spool:
        """Open the spool."""

    @property
    @abstractmethod
    def index(self) -> Index:
        """Open the search index."""

    def servers(self) -> Iterator[tuple[str, str | None]]:
        """Give each server that the form stands on, but the record, and what is wrong with it."""
        yield from ()

    def at_work(self) -> list[str]:
        """Name who works on this record now whom the lock on the data folder does not hold off."""
        return []

    @cached_property
    def engine(self) -> Engine:
        """Open the record's database, with its tables."""
        engine = engine_of(self.settings)
        create(engine)
        return engine

    @cached_property
    def profile(self) -> Profile:
        """Read the force's profile."""
        return load_profile(self.settings.profile)

    @cached_property
    def record(self) -> SqlRecord:
        """Open the record of stages and findings."""
        return SqlRecord(self.engine)

    @cached_property
    def casework(self) -> SqlCasework:
        """Open what people do with findings and campaigns."""
        return SqlCasework(self.engine)

    @property
    def own_domains(self) -> tuple[str, ...]:
        """Give the domains that are never answered."""
        return own_domains(self.settings)

    @property
    def says_bluff(self) -> bool:
        """Tell whether the force lets a sure bluff be called one."""
        return self.profile.says_bluff

    @cached_property
    def register(self) -> SqlRegister:
        """Open the memory of wordings and accounts."""
        return SqlRegister(self.engine)

    @cached_property
    def ledger(self) -> SqlLedger:
        """Open the ledger of decisions."""
        return SqlLedger(
            self.engine,
            secret=_secret(self.settings.secret_path),
            prefix=self.profile.prefix,
        )

    @cached_property
    def journal(self) -> SqlJournal:
        """Open the journal."""
        return SqlJournal(self.engine)

    @cached_property
    def composer(self) -> Composer:
        """Read the reply templates for this force."""
        return composer_of(self.settings, self.profile)

    @cached_property
    def mailer(self) -> Mailer:
        """Say how replies leave."""
        return mailer_of(self.settings, self.profile)

    @cached_property
    def alerts(self) -> Alerts:
        """Say how a person is paged."""
        return alerts_of(self.settings, self.profile, self.record)

    @cached_property
    def reader(self) -> Reader:
        """Say how mails are read; the child starts with the first one.

        Raises SettingsError where the list of benign accounts cannot be read.
        """
        known = benign_accounts(self.settings.benign)
        hosts = (self.settings.domain,)
        return Reader(reading_limits(self.settings), hosts, known, self.composer.every_text())

    @cached_property
    def prover(self) -> Prover:
        """Say how senders are proven. Raises SettingsError where DNS is needed and not there."""
        resolver = Resolver(self.settings.nameservers)
        if authentication(self.settings) == "required":
            resolver.open()
        return Prover(resolver=resolver, authserv_id=self.settings.authserv_id)

    def close(self) -> None:
        """Close the connections that are open."""
        if "engine" in vars(self):
            self.engine.dispose()

    def pipeline(self, queue: Queue) -> Pipeline:
        """Wire one walk."""
        return Pipeline(
            spool=self.spool,
            record=self.record,
            casework=self.casework,
            register=self.register,
            ledger=self.ledger,
            index=self.index,
            queue=queue,
            mailer=self.mailer,
            alerts=self.alerts,
            reader=self.reader,
            composer=self.composer,
            authentication=authentication(self.settings),
            prover=self.prover,
            own_domains=own_domains(self.settings),
            ceilings=ceilings_of(self.settings),
        )


def engine_of(settings: Settings) -> Engine:
    """Open the record's database, whatever tables it has. Raises SettingsError."""
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    file, variable = settings.database_password_file, "DESK_DATABASE_PASSWORD_FILE"
    return open_engine(with_password(settings.record_url, file, variable))


def composer_of(settings: Settings, profile: Profile) -> Composer:
    """Read the reply templates for a force. Raises SettingsError."""
    return Composer(
        profile,
        TEMPLATES / "reply",
        desk_domain=settings.domain,
        somebody_reads=is_paged(settings),
    )


def reading_limits(settings: Settings) -> ReadingLimits:
    """Give what reading one mail may cost: by the clock half as much again as of the processor.

    Where pictures are looked at, they have their own time and memory beside that of the text.
    """
    seconds = settings.read_seconds + (PICTURE_SECONDS if settings.images else 0)
    return ReadingLimits(
        cpu_seconds=seconds,
        wall_seconds=seconds * 1.5,
        memory=settings.read_memory + (PICTURE_MEMORY if settings.images else 0),
        pictures=settings.images,
    )


def own_domains(settings: Settings) -> tuple[str, ...]:
    """Give the domains that are ours: what comes from them is never answered."""
    named = {address.rpartition("@")[2].lower() for address in settings.recipients}
    return tuple(sorted({settings.domain.lower()} | (named - {""})))


def _secret(path: Path) -> bytes:
    """Read the key of the address hashes, made once; losing it only forgets who was answered."""
    if not path.exists():
        part = path.with_name(f"{path.name}.{os.getpid()}.part")
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(_SECRET_BYTES))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):  # of several that start at once the first one's counts
            os.link(part, path)
        part.unlink()
    content = path.read_bytes()
    if len(content) != _SECRET_BYTES:
        raise SettingsError(f"{path} is damaged: it must hold {_SECRET_BYTES} bytes.")
    return content
