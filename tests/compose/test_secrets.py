"""docker/make-secrets.sh makes what is missing, and touches nothing that is there."""

from __future__ import annotations

import hashlib
import ssl
import subprocess
from pathlib import Path

import pytest
from compose.composed import composed

from running import ROOT

SCRIPT = ROOT / "docker" / "make-secrets.sh"


def make(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the script."""
    return subprocess.run(
        ["sh", SCRIPT, folder], capture_output=True, text=True, check=False, timeout=60
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder with every secret."""
    made = make(tmp_path / "secrets")
    assert made.returncode == 0, made.stderr
    return tmp_path / "secrets"


def test_every_secret_of_the_file_is_made(folder: Path) -> None:
    """For the folder's owner only; one by one readable for whichever user a container has."""
    wanted = {Path(it["file"]).name for it in composed().given["secrets"].values()}
    assert wanted | {"elasticsearch_ca.key"} == {it.name for it in folder.iterdir()}
    assert folder.stat().st_mode & 0o777 == 0o700
    modes = {it.name: it.stat().st_mode & 0o777 for it in folder.iterdir()}
    assert modes.pop("elasticsearch_ca.key") == 0o400
    assert set(modes.values()) == {0o444}


def test_a_second_run_touches_nothing(folder: Path) -> None:
    before = {it.name: it.read_bytes() for it in folder.iterdir()}
    again = make(folder)
    assert (again.returncode, again.stdout) == (0, "")
    assert {it.name: it.read_bytes() for it in folder.iterdir()} == before


def test_no_two_are_alike(folder: Path, tmp_path: Path) -> None:
    make(tmp_path / "other")
    kinds = ("redis_password", "postgres_password", "elastic_password", "desk_secret")
    made = [(place / it).read_bytes() for place in (folder, tmp_path / "other") for it in kinds]
    assert len(set(made)) == len(made)
    assert {len(it) for it in made} == {32, 65}


def test_redis_is_told_the_hash_alone(folder: Path) -> None:
    password = (folder / "redis_password").read_bytes().strip()
    users = (folder / "redis_users.acl").read_text()
    assert hashlib.sha256(password).hexdigest() in users
    assert password.decode() not in users


def test_the_certificate_is_for_elasticsearch_by_its_own_authority(folder: Path) -> None:
    """As strictly as a client can look."""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(folder / "elasticsearch.crt", folder / "elasticsearch.key")
    for name, accepted in (("elasticsearch", True), ("localhost", True), ("redis", False)):
        client = ssl.create_default_context(cafile=str(folder / "elasticsearch_ca.crt"))
        client.verify_flags |= ssl.VERIFY_X509_STRICT
        assert _shake_hands(client, server, name) == accepted, name


def _shake_hands(client: ssl.SSLContext, server: ssl.SSLContext, name: str) -> bool:
    """Tell whether a client takes a server for this name, without a network between them."""
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    asks = client.wrap_bio(back, there, server_hostname=name)
    answers = server.wrap_bio(there, back, server_side=True)
    for _ in range(4):
        for side in (asks, answers):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
            except ssl.SSLCertVerificationError:
                return False
    return True


class TestRenewal:
    """What belongs together is removed together, or the script says so."""

    def test_the_certificate_alone_is_made_anew(self, folder: Path) -> None:
        authority = (folder / "elasticsearch_ca.crt").read_bytes()
        (folder / "elasticsearch.crt").unlink()
        assert make(folder).returncode == 1
        (folder / "elasticsearch.key").unlink()
        assert make(folder).returncode == 0
        assert (folder / "elasticsearch_ca.crt").read_bytes() == authority

    def test_users_of_another_password_are_found_out(self, folder: Path) -> None:
        (folder / "redis_password").unlink()
        again = make(folder)
        assert again.returncode == 1
        assert "remove both" in again.stderr

    def test_nothing_half_is_left(self, folder: Path) -> None:
        (folder / "elasticsearch.crt").unlink()
        (folder / "elasticsearch.key").unlink()
        (folder / "elasticsearch_ca.key").unlink()  # kept elsewhere, and not brought
        assert make(folder).returncode != 0
        assert not list(folder.glob("*.part"))
        assert not (folder / "elasticsearch.crt").exists()
