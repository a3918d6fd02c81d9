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
        """Tell a person which key needs them; the first page of a key stays. Raises TryLater."""
        path = durable.place(self._folder, key, _SUFFIX)
        if path.exists():
            return
        page = {
            "key": key,
            "reference": reference,
            "reason": reason,
            "at": at.astimezone(UTC).isoformat(timespec="seconds"),
        }
        try:
            durable.write(path, (json.dumps(page, indent=1) + "\n").encode())
        except OSError as error:
            raise TryLater("the page cannot be written now") from error
        log.warning("a person is paged for %s", key)
