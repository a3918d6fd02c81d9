"""Send the sample forwards to a running desk and say what to look at (`make demo`)."""

from __future__ import annotations

import smtplib
import sys
import time

from casefile.errors import SettingsError
from casefile.reply import Decision
from desk.forms import open_desk
from desk.settings import Settings, load
from samples.forwards_sent import FORCE, samples

PATIENCE_SECONDS = 30.0


def main() -> int:
    """Send, wait until each is answered, and print where to look."""
    try:
        settings = load()
        keys = _send(settings)
    except SettingsError as error:
        print(f"demo: {error}", file=sys.stderr)
        return 2
    except ConnectionRefusedError:
        print(
            f"demo: no desk listens on {settings.host}:{settings.port}. "
            "Start one in another terminal: make run",
            file=sys.stderr,
        )
        return 3
    return _tell(settings, keys)


def _send(settings: Settings) -> dict[str, str]:
    """Send every sample. Gives its name by the key that the door told."""
    keys = {}
    for sample in samples():
        with smtplib.SMTP(settings.host, settings.port, timeout=10) as client:
            client.ehlo()
            client.mail(sample.reporter)
            client.rcpt(FORCE)
            code, answer = client.data(sample.raw)
            if code != 250:
                raise SettingsError(f"the door refused a sample: {answer.decode()}")
            keys[answer.decode().split()[-1]] = sample.name
    print(f"{len(keys)} mails sent to {settings.host}:{settings.port}")
    return keys


def _tell(settings: Settings, keys: dict[str, str]) -> int:
    desk = open_desk(settings)
    end = time.monotonic() + PATIENCE_SECONDS
    while any(desk.ledger.decision(key) is None for key in keys) and time.monotonic() < end:
        time.sleep(0.2)
    for key, name in keys.items():
        decision = desk.ledger.decision(key)
        said = _in_words(decision) if decision else "not decided yet; is a worker running?"
        print(f"  {name}: {said}")
    site = f"http://127.0.0.1:{settings.console_port}"
    print(
        f"\nNow look at\n"
        f"  {site}/waiting      danger first: the one of 15 and the one in distress\n"
        f"  {site}/campaigns    one wording, sent to five people with other names and sums\n"
        f"  {site}/?q=hacio     the Welsh one, found by a word\n"
        f"  {settings.data / 'outbox'}/   what each reporter received, Welsh and English\n"
        f"  {settings.data / 'alerts'}/   who would have been paged"
    )
    return 0 if all(desk.ledger.decision(key) is not None for key in keys) else 1


def _in_words(decision: Decision) -> str:
    what = "+".join([decision.answer.main or "no text", *decision.answer.parts])
    return f"{decision.state}, {what} {decision.reason}".rstrip()


if __name__ == "__main__":
    sys.exit(main())
