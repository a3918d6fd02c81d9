"""Who is believed to have sent a mail."""

from __future__ import annotations

import pytest
from submissions import submission

from ingest.authenticate import NOT_CHECKED, authenticate


@pytest.mark.parametrize("client", ["127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1"])
def test_a_client_on_this_machine_passes_where_loopback_is_trusted(client: str) -> None:
    result = authenticate(submission(b"", client=client), method="loopback")
    assert (result.method, result.passed) == ("loopback", True)


@pytest.mark.parametrize(
    "client", ["192.0.2.1", "::2", "::ffff:192.0.2.1", "10.0.0.1", "", "localhost", "127.0.0.1 "]
)
def test_any_other_client_does_not(client: str) -> None:
    assert not authenticate(submission(b"", client=client), method="loopback").passed


@pytest.mark.parametrize("method", ["required", "none", "", "LOOPBACK"])
def test_no_other_method_passes_in_this_version(method: str) -> None:
    result = authenticate(submission(b""), method=method)
    assert (result.method, result.passed, result.reason) == ("required", False, NOT_CHECKED)


@pytest.mark.parametrize("method", ["loopback", "required"])
def test_collected_files_never_pass(method: str) -> None:
    result = authenticate(submission(b"", door="collect"), method=method)
    assert (result.method, result.passed) == ("none", False)
