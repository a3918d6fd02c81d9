from __future__ import annotations

from pathlib import Path

import pytest

from casefile.errors import SettingsError
from desk.child import as_flags
from desk.settings import authentication, load


def test_the_last_of_file_environment_and_flag_wins(tmp_path: Path) -> None:
    """A flag beats the environment, which beats the file, which beats the default."""
    (tmp_path / "desk.toml").write_text(
        'port = 1\nworkers = 3\nrecipients = ["a@x.org", "b@x.org"]'
    )
    environ = {"DESK_PORT": "2", "DESK_CONSOLE_PORT": "4"}

    settings = load({"port": "3", "data": None}, environ, tmp_path)

    assert (settings.port, settings.console_port, settings.workers) == (3, 4, 3)
    assert settings.recipients == ("a@x.org", "b@x.org")
    assert settings.data == Path("var")


@pytest.mark.parametrize(
    ("environ", "named"),
    [
        ({"DESK_PORT": "eighty"}, "DESK_PORT"),
        ({"DESK_PORT": "70000"}, "DESK_PORT"),
        ({"DESK_HOST": "0.0.0.0"}, "DESK_RECIPIENTS"),
        ({"DESK_REDIS_URL": "redis://x"}, "DESK_ELASTICSEARCH_URL"),
        ({"DESK_REDIS_URL": "r", "DESK_ELASTICSEARCH_URL": "http://e"}, "DESK_REDIS_URL"),
        ({"DESK_REDIS_URL": "redis://r", "DESK_ELASTICSEARCH_URL": "e"}, "DESK_ELASTICSEARCH_URL"),
        ({"DESK_SPOOL_URL": "s3://bucket"}, "DESK_REDIS_URL"),
        ({"DESK_SMARTHOST": "m:25", "DESK_AUTHENTICATION": "loopback"}, "DESK_AUTHENTICATION"),
        ({"DESK_LMTP": "127.0.0.1:24", "DESK_AUTHENTICATION": "loopback"}, "DESK_AUTHENTICATION"),
        ({"DESK_LMTP": "24"}, "DESK_LMTP"),
        ({"DESK_TLS_KEY": "key.pem"}, "DESK_TLS_CERTIFICATE"),
        ({"DESK_CONNECTIONS": "0"}, "DESK_CONNECTIONS"),
        ({"DESK_TRUSTED_NETWORKS": "192.0.2.0/99"}, "list of networks"),
        ({"DESK_AUTHENTICATION": "perhaps"}, "DESK_AUTHENTICATION"),
        ({"DESK_ONCALL": "duty"}, "DESK_ONCALL"),
        ({"DESK_ALERT_WEBHOOK": "http://x"}, "DESK_ALERT_WEBHOOK"),
        ({"DESK_DATABASE_URL": "mysql://x"}, "DESK_DATABASE_URL"),
        ({"DESK_WORKERS": "0"}, "DESK_WORKERS"),
        ({"DESK_IMAGES": "perhaps"}, "`on` or `off`"),
    ],
)
def test_a_wrong_setting_is_named(environ: dict[str, str], named: str, tmp_path: Path) -> None:
    """The error says which setting to mend."""
    with pytest.raises(SettingsError, match=named):
        load({}, environ, tmp_path)


@pytest.mark.parametrize("text", ["port = ", 'prot = "1"', "\xff"])
def test_a_wrong_file_is_named(text: str, tmp_path: Path) -> None:
    """A file that is no TOML, or sets what does not exist, is refused by its name."""
    (tmp_path / "desk.toml").write_bytes(text.encode("latin-1"))
    with pytest.raises(SettingsError, match=r"desk\.toml"):
        load({}, {}, tmp_path)


def test_loopback_is_only_trusted_without_a_smarthost(tmp_path: Path) -> None:
    """As soon as replies can leave, a sender must prove who they are."""
    assert authentication(load({}, {"DESK_LMTP": "127.0.0.1:24"}, tmp_path)) == "required"
    assert authentication(load({}, {}, tmp_path)) == "loopback"
    assert authentication(load({}, {"DESK_SMARTHOST": "m:25"}, tmp_path)) == "required"


def test_pictures_are_looked_at_only_where_that_is_set_and_can_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the extra is missing the error says how to mend it."""
    assert not load({}, {}, tmp_path).images
    assert load({}, {"DESK_IMAGES": "on"}, tmp_path).images
    monkeypatch.setattr("desk.settings_checks.EXTRA_IMAGES", ("no_such_package",))
    with pytest.raises(SettingsError, match=r"DESK_IMAGES .* no_such_package .*images\.txt"):
        load({}, {"DESK_IMAGES": "on"}, tmp_path)


def test_a_child_reads_the_very_settings_of_its_parent(tmp_path: Path) -> None:
    """Settings survive being handed down as flags."""
    environ = {"DESK_RECIPIENTS": "a@x.org b@x.org", "DESK_DATA": str(tmp_path), "DESK_PORT": "9"}
    settings = load({}, environ, tmp_path)

    assert load(as_flags(settings), {}, tmp_path) == settings
