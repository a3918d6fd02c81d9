"""How DNS is asked: from memory, within a budget, and without waiting for the dead."""

from __future__ import annotations

import time

import pytest
from dns_server import REFUSED, SERVFAIL, SILENT, local_dns, txt

from casefile.errors import SettingsError, TryLater
from ingest.authentic import resolver as resolver_module
from ingest.authentic.resolver import MAX_QUESTIONS, SHORT_SECONDS, Lookups, Resolver

ZONES = {
    "victim.org": txt("one", "two" * 300),
    "alias.org": {"CNAME": ["victim.org"]},
    "large.org": txt("x" * 30_000),
    "down.org": SERVFAIL,
    "refused.org": REFUSED,
    "silent.org": SILENT,
    "other.org": txt("other"),
}


def ask_many(lookups: Lookups, names: int) -> None:
    """Ask for so many names that are not there."""
    for number in range(names):
        lookups.texts(f"n{number}.org")


def test_records_are_whole_and_remembered() -> None:
    """Strings of a record are joined, also where only TCP can carry them; asked once."""
    with local_dns(ZONES) as dns:
        resolver = Resolver([dns.address])
        for _ in range(3):
            assert sorted(resolver.begin().texts("Victim.org")) == [b"one", b"two" * 300]
        assert len({it for it in dns.asked if it[0] == "TXT"}) == 1
        assert len(dns.asked) <= 2  # UDP, then TCP

        assert resolver.begin().texts("large.org") == [b"x" * 30_000]


@pytest.mark.parametrize(
    "name", ["missing.org", "victim.org.", "", ".", "a..org", "x" * 64 + ".org", "é.org", "\\.org"]
)
def test_a_name_that_cannot_be_has_no_records(name: str) -> None:
    with local_dns(ZONES) as dns:
        found = Resolver([dns.address]).begin().texts(name)
    assert len(found) == (2 if name == "victim.org." else 0)


@pytest.mark.parametrize("name", ["down.org", "refused.org", "silent.org"])
def test_no_answer_is_not_the_same_as_no_record(name: str) -> None:
    """And the same question is not put again within a minute, by whatever mail."""
    with local_dns(ZONES) as dns:
        resolver = Resolver([dns.address], seconds=0.5, try_seconds=0.2)
        with pytest.raises(TryLater):
            resolver.begin().texts(name)
        asked, begun = len(dns.asked), time.monotonic()
        with pytest.raises(TryLater):
            resolver.begin().texts(name)

        assert len(dns.asked) == asked
        assert time.monotonic() - begun < 0.1
        assert resolver.begin().texts("other.org") == [b"other"]


def test_nobody_listens() -> None:
    with local_dns({}) as dns:
        address = dns.address
    with pytest.raises(TryLater):
        Resolver([address], seconds=0.5, try_seconds=0.2).begin().texts("victim.org")


def test_the_budget_of_a_mail_is_for_all_its_questions() -> None:
    with local_dns(ZONES, delay=0.2) as dns:
        lookups = Resolver([dns.address], seconds=0.7).begin()
        begun = time.monotonic()
        with pytest.raises(TryLater):
            ask_many(lookups, 100)

        assert time.monotonic() - begun < 1.5
        assert 2 <= len(dns.asked) <= 6


def test_a_mail_may_not_ask_without_end() -> None:
    with local_dns(ZONES) as dns:
        lookups = Resolver([dns.address]).begin()
        ask_many(lookups, MAX_QUESTIONS)
        with pytest.raises(TryLater):
            lookups.texts("other.org")


def test_time_lost_to_silent_servers_shortens_the_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    """Mails of one who lets us wait hold up others for a second, not for fifteen."""
    monkeypatch.setattr(resolver_module, "PATIENCE", 0.4)
    with local_dns({f"n{it}.org": SILENT for it in range(9)} | ZONES) as dns:
        resolver = Resolver([dns.address], seconds=2, try_seconds=0.3)
        with pytest.raises(TryLater):
            resolver.ask("n1.org", "TXT", 0.9)
        begun = time.monotonic()
        with pytest.raises(TryLater):
            resolver.begin().texts("n2.org")

        assert time.monotonic() - begun < SHORT_SECONDS + 0.3
        assert resolver.begin().texts("other.org") == [b"other"]


@pytest.mark.parametrize("written", ["dns.example", "127.0.0.1:x", "1.2.3", "[::1", "::1:53:x"])
def test_what_is_no_nameserver_is_said_at_start(written: str) -> None:
    with pytest.raises(SettingsError, match="DESK_NAMESERVERS"):
        Resolver([written]).open()


@pytest.mark.parametrize("written", ["127.0.0.1", "127.0.0.1:5353", "::1", "[::1]:5353"])
def test_what_is_one(written: str) -> None:
    Resolver([written]).open()
