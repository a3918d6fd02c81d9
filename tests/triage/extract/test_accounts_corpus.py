"""The accounts of the labelled real mails, where they are at hand, are found, and no false ones."""

from __future__ import annotations

import email
import re
import time
from collections import Counter
from pathlib import Path

import pytest

from casefile.report import ReportedMessage
from triage.clean import View, clean
from triage.extract import Extracted, extract
from triage.extract.accounts import find_accounts
from triage.extract.bitcoin import canonical

pytestmark = pytest.mark.corpus

#: Milliseconds a mail, cleaning and extraction: measured 15 on a quiet machine of two cores.
SLOWEST_MEAN = 100.0


def _reported(place: Path) -> ReportedMessage:
    message = email.message_from_bytes(place.read_bytes())
    texts = Counter[str]()
    found = {"text/plain": "", "text/html": ""}
    for part in message.walk():
        kind, payload = part.get_content_type(), part.get_payload(decode=True)
        if kind in found and isinstance(payload, bytes):
            texts[kind] += 1
            charset = part.get_content_charset("utf-8")
            known = charset if _is_codec(charset) else "latin-1"
            found[kind] += payload.decode(known, "replace")
    return ReportedMessage(
        sender=str(message["From"] or ""),
        reply_to=str(message["Reply-To"] or ""),
        to=str(message["To"] or ""),
        subject=str(message["Subject"] or ""),
        date="",
        date_as_written="",
        message_id="",
        text=found["text/plain"],
        html=found["text/html"],
    )


def _is_codec(charset: str) -> bool:
    try:
        return bool("".encode(charset) == b"" or charset)
    except LookupError:
        return False


def _rows(corpus: Path) -> list[list[str]]:
    lines = (corpus / "index.tsv").read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines]


def _read(corpus: Path, row: list[str]) -> Extracted:
    return extract(clean(_reported(corpus / row[0])))


def test_every_labelled_wallet_is_found_and_no_other(corpus: Path) -> None:
    labelled = found = others = 0
    for row in _rows(corpus):
        if "extortion=1" not in row[5]:
            continue
        wallet = re.search(r"BTC:(\w+)", row[5])
        values = {one.value for one in _read(corpus, row).accounts}
        labelled += wallet is not None
        found += wallet is not None and wallet[1] in values
        others += len(values - {wallet[1] if wallet else ""})
    assert (labelled, found, others) == (21, 21, 0)


def test_the_negatives_hold_accounts_only_in_the_two_donation_mails(corpus: Path) -> None:
    rows = [row for row in _rows(corpus) if row[1].startswith("classifier(")]
    start = time.process_time()
    held = {row[0]: accounts for row in rows if (accounts := _read(corpus, row).accounts)}
    mean = (time.process_time() - start) * 1_000 / len(rows)
    donations = {row[0] for row in rows if row[1] == "classifier(negative, has wallet)"}
    assert len(rows) == 801
    assert set(held) == donations
    # Seven coins, two IBANs and who collects a money transfer: all true, each read by a person.
    kinds = Counter(one.kind for accounts in held.values() for one in accounts)
    assert sum(kinds.values()) == 10
    assert kinds["bitcoin"] == kinds["iban"] == 2
    unproven = {it.kind for accounts in held.values() for it in accounts if it.check != "valid"}
    assert unproven == {"solana", "money-transfer"}
    assert mean < SLOWEST_MEAN


def test_the_amount_that_the_label_names_is_among_those_found(corpus: Path) -> None:
    right = labelled = 0
    for row in _rows(corpus):
        named = re.search(r"extortion=1.*amount=\D{0,2}([\d.,]+)", row[5])
        if named is None:
            continue
        labelled += 1
        values = {amount.value for amount in _read(corpus, row).demand.amounts}
        plain = named[1].replace(",", "")
        right += bool(values & {float(plain), float(plain.replace(".", ""))})
    assert labelled == 21
    assert right >= 20


def test_published_addresses_are_valid_and_found_spaced_out(corpus: Path) -> None:
    (place,) = corpus.glob("*sextortion_talos.yaml")
    addresses = re.findall(r"address: ['\"]?(\w+)", place.read_text(encoding="utf-8"))
    assert len(addresses) >= 58_000
    assert sum(canonical(address) is not None for address in addresses) == len(addresses)
    for address in addresses[::2_000]:
        text = f"my bitcoin wallet: {' '.join(address)}"
        (account,) = find_accounts((View(text=text, found_in="text"),))
        assert account.value == address
