"""What the operator knows to be benign is still listed, says why, and links nothing."""

from __future__ import annotations

import pytest
import wallets
from builders_of_reports import report, reported

from triage.benign import canonical, marked
from triage.examine import examine

CHARITY, CROOK = wallets.P2PKH, wallets.SEGWIT


def test_a_listed_account_is_marked_and_the_others_are_not() -> None:
    finding = examine(report(reported=reported(f"Not to {CHARITY}, bitcoin to {CROOK}!")))
    charity, crook = marked(finding, {CHARITY: "a charity"}).accounts
    assert (charity.value, charity.benign, charity.links) == (CHARITY, "a charity", False)
    assert (crook.value, crook.benign, crook.links) == (CROOK, "", True)


def test_a_mark_that_is_no_longer_listed_is_taken_off() -> None:
    finding = marked(examine(report(reported=reported(CHARITY))), {CHARITY: "a charity"})
    assert [one.benign for one in marked(finding, {}).accounts] == [""]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        (f" {CROOK.upper()} ", CROOK),
        ("GB29 NWBK 6016 1331 9268 19", "GB29NWBK60161331926819"),
        (wallets.ETHER.lower(), wallets.ETHER),
        ("https://paypal.me/SomeOne", "https://paypal.me/SomeOne"),
        ("paypal.me/SomeOne", "paypal.me/someone"),
        ("$SomeOne", "$someone"),
        ("an account of no family", "an account of no family"),
    ],
)
def test_the_list_is_read_as_mails_are(written: str, value: str) -> None:
    assert canonical(written) == value
