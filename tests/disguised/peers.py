"""Asks other libraries which accounts a text has; run by a Python that has them installed.

As a script it reads a JSON list of texts and writes one of answers. As a module it runs itself
under the Python that DESK_PEERS names, because the desk installs none of them.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

Account = tuple[str, str]
#: Accounts of a text, and microseconds.
Answer = tuple[list[Account], float]

_IOCSEARCHER = {
    "bitcoin": "bitcoin",
    "bitcoincash": "bitcoin-cash",
    "cardano": "cardano",
    "dashcoin": "dash",
    "dogecoin": "dogecoin",
    "ethereum": "ethereum",
    "iban": "iban",
    "litecoin": "litecoin",
    "monero": "monero",
    "ripple": "ripple",
    "solana": "solana",
    "tron": "tron",
    "zcash": "zcash",
}


def _iocsearcher(library: Any) -> Callable[[str], list[Account]]:  # noqa: ANN401
    searcher = library.Searcher()

    def ask(text: str) -> list[Account]:
        found = searcher.search_data(text, targets=set(_IOCSEARCHER))
        return [(_IOCSEARCHER[it.name], it.value) for it in found]

    return ask


def _ioc_finder(library: Any) -> Callable[[str], list[Account]]:  # noqa: ANN401
    def ask(text: str) -> list[Account]:
        found = [("bitcoin", it) for it in library.parse_bitcoin_addresses(text)]
        return found + [("monero", it) for it in library.parse_monero_addresses(text)]

    return ask


#: Name in the package index, module, and how to ask it.
PEERS: dict[str, tuple[str, Callable[[Any], Callable[[str], list[Account]]]]] = {
    "iocsearcher": ("iocsearcher.searcher", _iocsearcher),
    "ioc-finder": ("ioc_finder.ioc_finder", _ioc_finder),
}
#: Of these kinds it finds accounts.
KINDS = {"iocsearcher": set(_IOCSEARCHER.values()), "ioc-finder": {"bitcoin", "monero"}}


def asked(peer: str, texts: list[str]) -> list[Answer] | None:
    """Give a library's answers; None where it is not installed."""
    python = os.environ.get("DESK_PEERS", sys.executable)
    done = subprocess.run(
        [python, __file__, peer],
        input=json.dumps(texts).encode(),
        capture_output=True,
        timeout=1_200,
        check=False,
    )
    answers = json.loads(done.stdout or b"null")
    return answers and [([(kind, value) for kind, value in found], us) for found, us in answers]


def main() -> None:
    """Answer for one library."""
    module, make = PEERS[sys.argv[1]]
    try:
        ask = make(importlib.import_module(module))
    except ImportError:
        sys.stdout.write("null")
        return
    answers = []
    for text in json.load(sys.stdin):
        start = time.process_time()
        found = ask(text)
        answers.append((found, 1e6 * (time.process_time() - start)))
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()
