"""Spools on disks that fail."""

from __future__ import annotations

import errno

from casefile.report import Envelope
from ingest.draft import Draft
from ingest.spool import DirectorySpool


class BrokenDraft(Draft):
    """A message that the disk does not take."""

    trouble = errno.EIO

    def spill(self) -> None:
        raise OSError(self.trouble, "no")


class BrokenSpool(DirectorySpool):
    """A spool on a disk that fails while a message comes."""

    def draft(self, envelope: Envelope) -> Draft:
        return BrokenDraft(self._tmp, envelope)
