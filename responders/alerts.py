"""Pages a person by a file for each key, where no address or webhook of somebody on call is set."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from pathlib import Path

from casefile.errors import TryLater
from responders import durable

_SUFFIX = ".json"
log = logging.getLogger(__name__)


class AlertFiles:
    """Puts each page into a folder as `<key>.json`: key, reference, reason and time, no text."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def page(self, key: str, reference: str, reason: str, at: datetime) -> None:
        """Tell a person which key needs them; the first page of a key stays. Raises TryLater.

        A page that went out before there was a reference is given it, and nothing else.
        """
        path = durable.place(self._folder, key, _SUFFIX)
        known = _known(path)
        if known and (known["reference"] or not reference):
            return
        page = known or {
            "key": key,
            "reference": "",
            "reason": reason,
            "at": at.astimezone(UTC).isoformat(timespec="seconds"),
        }
        page["reference"] = reference
        try:
            durable.write(path, (json.dumps(page, indent=1) + "\n").encode())
        except OSError as error:
            raise TryLater("the page cannot be written now") from error
        if not known:
            log.warning("danger in %s: a page is written", key)

    def known(self, key: str) -> dict[str, str]:
        """Give the page of a key; empty where there is none. Raises TryLater."""
        return _known(durable.place(self._folder, key, _SUFFIX))

    def tell(self, now: datetime) -> None:
        """Do nothing: a file is told once it is written."""


def _known(path: Path) -> dict[str, str]:
    """Give the page that is there; what cannot be read is written anew."""
    try:
        page: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    except OSError as error:
        raise TryLater("the page cannot be read now") from error
    return page
