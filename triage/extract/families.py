"""The families of accounts, in the order in which a value is tried."""

from __future__ import annotations

from triage.extract import (
    bitcoin,
    bitcoin_cash,
    cashapp,
    dash,
    dogecoin,
    ethereum,
    iban,
    litecoin,
    monero,
    paypal,
    revolut,
    ripple,
    tron,
    zcash,
)
from triage.extract.family import Family

FAMILIES: tuple[Family, ...] = (
    bitcoin.FAMILY,
    ethereum.FAMILY,
    bitcoin_cash.FAMILY,
    litecoin.FAMILY,
    dogecoin.FAMILY,
    dash.FAMILY,
    zcash.FAMILY,
    tron.FAMILY,
    ripple.FAMILY,
    monero.FAMILY,
    iban.FAMILY,
    paypal.FAMILY,
    cashapp.FAMILY,
    revolut.FAMILY,
)
