"""What `desk check` says of the smarthost and of the signature."""

from __future__ import annotations

from pathlib import Path

import pytest
from dns_server import LocalDns, local_dns, txt

from casefile.errors import SettingsError
from desk.checks import run_checks
from desk.sending import mailer_of, signer_of
from desk.settings import load
from responders.profile import load as load_profile
from services.keys import make_key
from services.submission import PASSWORD, USER, running_submission

ROOT = Path(__file__).parents[2]


def said(folder: Path, what: str, **environ: str) -> list[tuple[str, str]]:
    """Give level and text of each line on a thing."""
    settings = load({"data": folder / "data"}, {"DESK_MIN_FREE": "0", **environ}, folder)
    return [(it.level, it.text) for it in run_checks(settings) if it.what == what]


def logged_in(folder: Path, port: int, certificate: Path) -> dict[str, str]:
    """Give the settings of a desk that uses the server of these tests."""
    (folder / "password").write_text(PASSWORD)
    (folder / "password").chmod(0o600)
    return {
        "DESK_SMARTHOST": f"localhost:{port}",
        "DESK_SMARTHOST_TLS": "required",
        "DESK_SMARTHOST_USER": USER,
        "DESK_SMARTHOST_PASSWORD_FILE": str(folder / "password"),
        "DESK_SMARTHOST_CA_FILE": str(certificate),
    }


def test_a_smarthost_that_takes_us_is_well_and_one_that_does_not_says_why(tmp_path: Path) -> None:
    with running_submission(tmp_path) as server, local_dns({}) as dns:
        environ = logged_in(tmp_path, server.port, server.certificate)
        environ["DESK_NAMESERVERS"] = dns.address
        [well] = said(tmp_path, "smarthost", **environ)
        (tmp_path / "password").write_text("old")
        [ill] = said(tmp_path, "smarthost", **environ)
        (tmp_path / "password").chmod(0o644)
        [open_to_all] = said(tmp_path, "sending", **environ)
        [unsigned] = said(tmp_path, "signature", **environ)

    assert well[0] == "ok"
    assert ill[0] == "bad"
    assert "user and password" in ill[1]
    assert open_to_all == (
        "note",
        "anybody on this machine may read the file of DESK_SMARTHOST_PASSWORD_FILE: chmod 600",
    )
    assert unsigned[0] == "note"


def test_the_record_in_the_dns_is_compared(tmp_path: Path) -> None:
    key = make_key(tmp_path / "key.pem", "desk")
    name = key.name("not-live.invalid")
    other = make_key(tmp_path / "other.pem", "desk").record()
    lines = {
        "ok": txt(key.record()),
        "bad": txt(other),
        "bad, none": {},
        "bad, twice": txt(key.record(), other),
        "bad, in test": txt(key.record().replace("k=rsa", "k=rsa; t=y")),
        "note, down": "SERVFAIL",
    }
    for expected, answer in lines.items():
        with local_dns({name: answer}) as dns:
            [(level, text)] = said(tmp_path, "signature", **signed(tmp_path, dns))
        assert (expected, level) == (expected, expected.partition(",")[0])
        assert name in text


def signed(folder: Path, dns: LocalDns) -> dict[str, str]:
    """Give the settings of a desk that signs."""
    return {"DESK_DKIM_KEY": str(folder / "key.pem"), "DESK_NAMESERVERS": dns.address}


@pytest.mark.parametrize(
    ("environ", "named"),
    [
        ({"DESK_SMARTHOST": "mail.force.example"}, "DESK_SMARTHOST"),
        ({"DESK_SMARTHOST_TLS": "yes"}, "DESK_SMARTHOST_TLS"),
        ({"DESK_SMARTHOST": "m:587", "DESK_SMARTHOST_USER": "u"}, "DESK_SMARTHOST_PASSWORD_FILE"),
        (
            {
                "DESK_SMARTHOST": "m:587",
                "DESK_SMARTHOST_USER": "u",
                "DESK_SMARTHOST_PASSWORD_FILE": "/x",
                "DESK_SMARTHOST_TLS": "opportunistic",
            },
            "DESK_SMARTHOST_TLS",
        ),
    ],
)
def test_what_does_not_fit_together_is_named(
    tmp_path: Path, environ: dict[str, str], named: str
) -> None:
    with pytest.raises(SettingsError, match=named):
        load({}, environ, tmp_path)


def test_a_signature_that_would_not_be_aligned_is_refused(tmp_path: Path) -> None:
    make_key(tmp_path / "key.pem", "desk")
    profile = load_profile(ROOT / "profiles" / "dyfed-powys.toml")
    environ = {"DESK_DKIM_KEY": str(tmp_path / "key.pem")}
    for domain, good in (("", True), ("invalid", True), ("live.invalid", False), ("x.org", False)):
        settings = load({}, {**environ, "DESK_DKIM_DOMAIN": domain}, tmp_path)
        if good:
            assert signer_of(settings, profile) is not None
        else:
            with pytest.raises(SettingsError, match="DESK_DKIM_DOMAIN"):
                signer_of(settings, profile)


def test_a_password_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    environ = logged_in(tmp_path, 587, tmp_path / "cert.pem")
    (tmp_path / "password").unlink()
    (tmp_path / "cert.pem").touch()
    profile = load_profile(ROOT / "profiles" / "mercia-vale.toml")

    with pytest.raises(SettingsError, match=r"verified|DESK_SMARTHOST_PASSWORD_FILE"):
        mailer_of(load({}, environ, tmp_path), profile)
