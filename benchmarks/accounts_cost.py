"""What reading a plain mail for its accounts costs, in pieces too, and what the worst texts cost.

The bars hold on a quiet machine; the time of a loop tells how quiet this one is.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Iterator

from disguised.hostile import SIZE
from disguised.hostile import texts as hostile_texts
from disguised.letters import message
from wallets import P2PKH

from casefile.report import ReportedMessage
from triage.clean import clean
from triage.extract import extract, near_miss, payment_link
from triage.extract.accounts import find_accounts
from triage.extract.cues import MAX_SEARCHED
from triage.extract.families import FAMILIES
from triage.view import View


def main() -> None:
    """Measure all of it."""
    print(f"a loop of 200,000 additions: {least(lambda: sum(range(200_000))):.2f} ms")
    cost()
    patterns()


PROSE = (
    "Hello there. I have had access to your devices for some months now and saw what you do.\n"
    "I recorded a film and I have the list of all whom you know, at work and at home.\n"
    "If you do not want everybody to see it, transfer $1,400 in bitcoin. You have 48 hours.\n"
)
FILLER = (
    "The days go by and nobody asks what became of the letters that we wrote in the long summer.\n"
)


def cost() -> None:
    """Print what a plain mail costs, and what joining values in pieces costs."""
    print(f"\n{'cost, the least of many runs':44}{'ms':>8}{'bar':>8}")
    letter = filled(4_096, P2PKH)
    markup = "".join(f"<p>{line}</p>" for line in letter.splitlines())
    for name, mail in (("text", message(text=letter)), ("HTML", message(html=markup))):
        each = varied(mail)
        print(f"{f'4 kB of {name}: cleaned':44}{least(lambda each=each: clean(next(each))):8.3f}")
        ms = least(lambda each=each: extract(clean(next(each))))
        print(f"{f'4 kB of {name}: cleaned and read':44}{ms:8.3f}{1:8}")
    views = (View(text=f"{letter}{number}", found_in="text") for number in range(10**9))
    ms = least(lambda: find_accounts((next(views),)))
    print(f"{'4 kB of text: accounts alone':44}{ms:8.3f}")
    pieces = {
        "spaced": " ".join(P2PKH),
        "two parts": f"part 1: {P2PKH[:15]} part 2: {P2PKH[15:]}",
        "reversed": P2PKH[::-1],
    }
    for name, here in pieces.items():
        texts = (f"{filled(8_192, here)}{number}" for number in range(10**9))
        ms = least(lambda texts=texts: find_accounts((View(text=next(texts), found_in="text"),)))
        print(f"{f'8 kB of text: accounts, {name}':44}{ms:8.3f}{3:8}")


def filled(size: int, here: str) -> str:
    """Give a letter of a size with an account in it."""
    text = f"{PROSE}My wallet:\n{here}\n"
    return text + FILLER * ((size - len(text)) // len(FILLER))


def varied(mail: ReportedMessage) -> Iterator[ReportedMessage]:
    """Give a mail again and again, never the same: nothing may come from a cache."""
    for number in range(10**9):
        yield message(
            text=f"{mail.text}{number}" if mail.text else "",
            html=f"{mail.html}{number}" if mail.html else "",
        )


def least(act: Callable[[], object], runs: int = 200) -> float:
    """Give the least of several runs in milliseconds of this process's time."""
    best = float("inf")
    for _ in range(runs):
        start = time.process_time()
        act()
        best = min(best, time.process_time() - start)
    return 1_000 * best


def patterns() -> None:
    """Print what patterns cost on a mebibyte of the text, of many, that is worst for each.

    Which is worst is seen on shorter ones. Runs are searched near cues alone, in so much text.
    """
    named = {f"{it.kind} ({number})": (it.pattern, SIZE) for number, it in enumerate(FAMILIES)}
    named |= {f"{it.kind} run": (it.run, MAX_SEARCHED) for it in FAMILIES if it.run is not None}
    named["payment links"] = (payment_link.LINK, SIZE)
    named["words that may be mistyped"] = (near_miss.WORD, SIZE)
    hostile = hostile_texts()
    print(f"\n{len(named)} patterns on the worst of {len(hostile)} texts of 1 MiB, bar 100 ms")
    slowest = Counter[str]()
    for name, (pattern, size) in named.items():
        worst = max(hostile, key=lambda seed: searched(pattern, hostile[seed][: SIZE // 32]))
        ms = min(searched(pattern, hostile[worst][:size]) for _ in range(3))
        slowest[f"{name} on {worst!r}"] = round(ms)
    for name, ms in slowest.most_common(8):
        print(f"    {ms:5} ms  {name}")
    whole = Counter({seed: round(read_whole(text)) for seed, text in hostile.items()})
    print("all that looks for accounts, on the same texts; the reading child has 10,000 ms a mail")
    for seed, ms in whole.most_common(5):
        print(f"    {ms:5} ms  {seed!r}")


def searched(pattern: re.Pattern[str], text: str) -> float:
    """Give the milliseconds that it takes to find everything."""
    start = time.process_time()
    for _ in pattern.finditer(text):
        pass
    return 1_000 * (time.process_time() - start)


def read_whole(text: str) -> float:
    """Give the milliseconds that it takes to look for accounts."""
    view = View(text=f"bitcoin wallet western union steam card {text}", found_in="text")
    return least(lambda: find_accounts((view,)), 1)


if __name__ == "__main__":
    main()
