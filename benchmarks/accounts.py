"""Which accounts come out of mails: ours beside the libraries for it, with false ones and the cost.

The real mails are those of $DESK_CORPUS; what is false in them is listed to be judged by a person.
The libraries are asked through the Python that $DESK_PEERS names, on the text of the mails with
their markup taken off; what is missing is named. `benchmarks/accounts.py 40` takes 40 seeds a
disguise in place of ten.
"""

from __future__ import annotations

import email
import os
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from email.policy import compat32
from html import unescape
from pathlib import Path

from disguised.disguises import DISGUISES
from disguised.letters import Case, cases, letter_with, look_alikes
from disguised.peers import KINDS, PEERS, asked
from disguised.values import CARDS, STRONG, WEAK
from forwarder.clients import CLIENTS
from forwarder.compose import forward
from forwarder.mails import WORDS, read_original
from forwarder.shapes import FORCE, REPORTER
from submissions import reports_of

from casefile.indicator import Indicator
from triage.clean import clean
from triage.extract import extract
from triage.extract.accounts import find_accounts
from triage.extract.bitcoin import canonical
from triage.extract.glance import glance
from triage.extract.near_miss import slip_of
from triage.view import View

Account = tuple[str, str]
FORMS = 20
SAMPLE = 2_000
BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
TAGS = re.compile(r"<(?:style|script).*?</(?:style|script)>|<[^<>]*>", re.DOTALL | re.IGNORECASE)


@dataclass(frozen=True)
class Mail:
    """A mail with what is right of it: as the desk gets it and as the libraries are shown it."""

    name: str
    right: frozenset[Account]
    ours: Callable[[], Iterable[Indicator]]
    text: str
    group: str = ""
    #: False: what else stands in it may be right too, and is listed.
    only: bool = True


@dataclass
class Score:
    """What came out of many mails."""

    found: int = 0
    labelled: int = 0
    whole: int = 0
    mails: int = 0
    #: Of these, how many have an account.
    asked: int = 0
    false: list[str] = field(default_factory=list)
    near: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    us: float = 0.0

    def add(self, mail: Mail, values: set[Account], us: float) -> None:
        """Count one mail."""
        self.found += len(mail.right & values)
        self.labelled += len(mail.right)
        self.mails += 1
        self.asked += bool(mail.right)
        self.whole += bool(mail.right) and mail.right <= values
        self.us += us
        self.false += [f"{mail.name}: {kind} {value}" for kind, value in values - mail.right]
        if not mail.right <= values:
            self.missed[mail.group or mail.name] += 1

    def row(self, name: str) -> str:
        """Give a row of the table."""
        recall = share(self.found, self.labelled)
        exact = share(self.found, self.found + len(self.false))
        mails = share(self.whole, self.asked)
        us = self.us / max(1, self.mails)
        cells = f"{self.found:>7}/{self.labelled:<7}{recall:>8}{exact:>10}{mails:>8}"
        return f"{name:13}{cells}{len(self.false):7}{us:9.0f}"


def share(part: int, whole: int) -> str:
    """Give a share, or a stroke where there is nothing to share."""
    return f"{part / whole:.4f}" if whole else "-"


HEAD = f"{'':13}{'accounts':^15}{'recall':>8}{'precision':>10}{'mails':>8}{'false':>7}{'µs':>9}"


def main() -> None:
    """Measure everything that is at hand, and say what is not."""
    place = os.environ.get("DESK_CORPUS")
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    if place:
        of_blackmail(Path(place))
        of_negatives(Path(place))
        of_wallets(Path(place))
    else:
        print("DESK_CORPUS is not set: no real mails here")
    of_disguises(seeds)
    of_look_alikes(seeds)


def rows(corpus: Path, measure: str) -> Iterator[tuple[Path, str]]:
    """Give the files of a measure with their labels."""
    for line in (corpus / "index.tsv").read_text("utf-8").splitlines():
        name, measures, _repo, _commit, _path, label = line.split("\t")
        if measure in measures:
            yield corpus / name, f"{measures};{label}"


def of_blackmail(corpus: Path) -> None:
    """Print what is found of the labelled mails, bare and forwarded."""
    bare, forwarded = [], []
    pairs = [(client, language) for client in CLIENTS for language in client.languages]
    chosen = pairs[:: max(1, len(pairs) // FORMS)][:FORMS]
    for path, label in rows(corpus, "wallet_extraction"):
        right = frozenset(("bitcoin", it) for it in re.findall(r"BTC:(\w+)", label))
        raw = path.read_bytes()
        bare.append(of_raw(path.name, right, raw))
        original = read_original(raw)
        for client, language in chosen:
            note = WORDS[language]["note"]
            whole = forward(
                original, client, WORDS[language], reporter=REPORTER, to=FORCE, note=note
            )
            forwarded.append(of_raw(f"{path.name} {client.key} {language}", right, whole))
    compared(f"{len(bare)} labelled mails, bare", bare)
    compared(f"{len(forwarded)} forwards of them by {len(chosen)} clients", forwarded)


def of_negatives(corpus: Path) -> None:
    """Print what is found in mails that are no blackmail; each is to be judged by a person."""
    mails = [
        of_raw(path.name, frozenset(), path.read_bytes())
        for path, label in rows(corpus, "classifier(")
        if label.startswith("classifier(")
    ]
    compared(f"{len(mails)} mails that are no blackmail: judge each account", mails, listed=60)


def of_raw(name: str, right: frozenset[Account], raw: bytes) -> Mail:
    """Give a mail as it comes in."""

    def ours() -> Iterator[Indicator]:
        for report in reports_of(raw):
            yield from extract(clean(report.reported)).accounts

    return Mail(name=name, right=right, ours=ours, text=peers_text(raw))


def peers_text(raw: bytes) -> str:
    """Give the texts of a mail, decoded and without markup."""
    texts = []
    for part in email.message_from_bytes(raw, policy=compat32).walk():
        payload = part.get_payload(decode=True)
        if part.get_content_maintype() != "text" or not isinstance(payload, bytes):
            continue
        try:
            text = payload.decode(part.get_content_charset() or "utf-8", "replace")
        except LookupError:
            text = payload.decode("utf-8", "replace")
        texts.append(bare_of(text) if part.get_content_subtype() == "html" else text)
    return "\n".join(texts)


def bare_of(markup: str) -> str:
    """Take tags off."""
    return unescape(TAGS.sub("", markup))


def compared(title: str, mails: Sequence[Mail], *, listed: int = 10) -> None:
    """Print a table, ours and the peers', with what was missed and what is false."""
    print(f"\n{title}\n{HEAD}")
    ours = Score()
    for mail in mails:
        start = time.process_time()
        found = list(mail.ours())
        us = 1e6 * (time.process_time() - start)
        proven = {(it.kind, it.value) for it in found if it.check != "near-miss"}
        ours.near.update(mail.group or mail.name for it in found if it.check == "near-miss")
        ours.add(mail, proven, us)
    print(ours.row("ours"))
    for peer in PEERS:
        answers = asked(peer, [mail.text for mail in mails])
        if answers is None:
            print(f"{peer:13}not installed")
            continue
        score = Score()
        for mail, (found_by, us) in zip(mails, answers, strict=True):
            score.add(mail, {(kind, value) for kind, value in found_by}, us)
        print(score.row(peer))
        for line in score.false[:listed] if listed > len(DISGUISES) else ():
            print(f"    {peer}: {line}")
    for line in ours.false[:listed]:
        print(f"    ours beside the label: {line}")
    for name, count in ours.missed.most_common(listed):
        print(f"    ours missed: {count} of {name}")
    if ours.near:
        print(
            f"    ours calls a near miss: {sum(ours.near.values())}", dict(ours.near.most_common(5))
        )


def of_wallets(corpus: Path) -> None:
    """Print how the published addresses are read, whole and with one character changed."""
    (place,) = corpus.glob("*sextortion_talos.yaml")
    addresses = re.findall(r"address: ['\"]?(\w+)", place.read_text("utf-8"))
    start = time.process_time()
    valid = sum(canonical(it) is not None for it in addresses)
    us = 1e6 * (time.process_time() - start) / len(addresses)
    found = sum(
        [it.value for it in find_accounts((View(text=f"to {one}", found_in="text"),))] == [one]
        for one in addresses
    )
    chance = random.Random(8)  # noqa: S311 - repeatable
    changed = [one_changed(it, chance) for it in addresses]
    wrong = sum(canonical(it) is not None for it in changed)
    sample = changed[:: len(changed) // SAMPLE]
    start = time.process_time()
    near = sum(slip_of(it, glance("")) == "bitcoin" for it in sample)
    ms = 1e3 * (time.process_time() - start) / len(sample)
    print(f"\n{len(addresses)} published addresses: {valid} valid, {found} found, {us:.1f} µs each")
    print(
        f"with one character changed: {wrong} valid; of {len(sample)}, {near} called near misses,"
    )
    print(f"{ms:.1f} ms each")


def one_changed(address: str, chance: random.Random) -> str:
    """Give an address with one character another one."""
    place = chance.randrange(1, len(address))
    other = chance.choice([it for it in BASE58 if it != address[place]])
    return f"{address[:place]}{other}{address[place + 1 :]}"


def of_disguises(seeds: int) -> None:
    """Print what is found of generated letters, by kind of checksum, and by disguise."""
    strong = [of_case(it) for it in cases(STRONG, range(seeds))]
    weak = [of_case(it) for it in cases((*WEAK, CARDS), range(seeds), mild=True)]
    compared(f"{len(strong)} letters, {len(DISGUISES)} disguises, strong checksums", strong)
    compared(f"{len(weak)} letters, IBAN and cards, disguises that keep the order", weak)
    for peer in PEERS:
        known = [it for it in strong if {kind for kind, _ in it.right} <= KINDS[peer]]
        answers = asked(peer, [it.text for it in known])
        if answers is None:
            continue
        found, asked_for = Counter[str](), Counter[str]()
        for mail, (values, _) in zip(known, answers, strict=True):
            if mail.right:
                asked_for[mail.group] += 1
                found[mail.group] += mail.right <= set(values)
        shares = [f"{name} {found[name] / asked_for[name]:.2f}" for name in found if found[name]]
        print(f"    {peer}, of the kinds it knows: {', '.join(shares)}; no other disguise")


def of_case(case: Case) -> Mail:
    """Give a generated letter."""
    right = frozenset({(case.form.kind, case.form.value(case.written))} if case.right else ())
    return Mail(
        name=f"{case.form.name}, {case.disguise.name}, {case.written}",
        right=right,
        ours=lambda: extract(clean(case.message)).accounts,
        text=case.message.text + bare_of(case.message.html),
        group=case.disguise.name,
    )


def of_look_alikes(seeds: int) -> None:
    """Print what is found in letters that have hashes, tokens and parcels in place of accounts."""
    mails = []
    for seed in range(10 * seeds):
        for name, written in look_alikes(str(seed)).items():
            letter = letter_with(written, random.Random(seed))  # noqa: S311 - repeatable
            mails.append(
                Mail(
                    name=f"{name}, {written}",
                    right=frozenset(),
                    ours=lambda letter=letter: extract(clean(letter)).accounts,  # type: ignore[misc]
                    text=letter.text,
                    group=name,
                )
            )
    compared(f"{len(mails)} letters with what only looks like an account", mails)


if __name__ == "__main__":
    main()
