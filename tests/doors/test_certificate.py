"""The door's certificate: used from its files, and again when they have changed."""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from doors.attack import certificate
from doors.running_door import Client, RunningDoor
from doors.secured import begin, needs_openssl, say, subject

from casefile.errors import SettingsError
from ingest.certificate import Certificate
from ingest.spool import DirectorySpool

pytestmark = needs_openssl

BROKEN = {"text": b"no PEM at all\n", "empty": b"", "gone": None}


class TestCertificate:
    def test_a_renewed_one_is_shown_to_who_comes_next(
        self, secure: RunningDoor, tmp_path: Path, files: tuple[Path, Path]
    ) -> None:
        """Nobody restarts anything; who is connected already goes on."""
        new = certificate(tmp_path, "renewed")
        with Client(secure.port) as client:
            secured = begin(client, files[0])
            assert subject(secure.port, files[0]) == "door.example"
            for old, fresh in zip(files, new, strict=True):
                os.replace(shutil.copy(fresh, tmp_path / "part"), old)  # noqa: PTH105
            assert subject(secure.port, new[0]) == "renewed.example"
            assert say(secured, b"HELO a").startswith("250 ")
            secured.close()

    @pytest.mark.parametrize("how", [*BROKEN, "half renewed"])
    def test_a_broken_one_changes_nothing_and_is_in_the_log(
        self,
        secure: RunningDoor,
        tmp_path: Path,
        files: tuple[Path, Path],
        caplog: pytest.LogCaptureFixture,
        how: str,
    ) -> None:
        good = files[0].read_bytes()
        (tmp_path / "root").write_bytes(good)
        if how == "half renewed":
            shutil.copy(certificate(tmp_path, "renewed")[0], files[0])
        elif (content := BROKEN[how]) is not None:
            files[0].write_bytes(content)
        else:
            files[0].unlink()
        with caplog.at_level(logging.ERROR):
            for _ in range(3):
                assert subject(secure.port, tmp_path / "root") == "door.example"
        assert caplog.text.count("the new certificate cannot be used") == 1
        assert str(tmp_path) not in caplog.text
        files[0].write_bytes(good)
        assert subject(secure.port, tmp_path / "root") == "door.example"

    @pytest.mark.parametrize("how", [*BROKEN, "another's key", "pass phrase"])
    def test_one_that_cannot_be_used_is_said_at_the_start(
        self, tmp_path: Path, files: tuple[Path, Path], how: str
    ) -> None:
        """The message names the settings, and what to give."""
        if how == "another's key":
            shutil.copy(certificate(tmp_path, "other")[1], files[1])
        elif how == "pass phrase":
            locked = ["-aes256", "-passout", "pass:x", "-out", str(tmp_path / "locked")]
            words = ["openssl", "pkey", "-in", str(files[1]), *locked]
            subprocess.run(words, check=True, capture_output=True)
            (tmp_path / "locked").replace(files[1])
        elif (content := BROKEN[how]) is not None:
            files[1].write_bytes(content)
        else:
            files[1].unlink()
        with pytest.raises(SettingsError, match="DESK_TLS_CERTIFICATE and DESK_TLS_KEY"):
            Certificate(*files)

    def test_key_and_chain_may_stand_in_one_file(
        self, spool: DirectorySpool, files: tuple[Path, Path], tmp_path: Path
    ) -> None:
        both = tmp_path / "both.pem"
        both.write_bytes(files[0].read_bytes() + files[1].read_bytes())
        with RunningDoor(spool, certificate=Certificate(both)) as door:
            assert subject(door.port, files[0]) == "door.example"
