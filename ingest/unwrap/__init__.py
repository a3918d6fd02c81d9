"""Message to reports: the forward taken apart into reporter, note and reported message."""

from ingest.unwrap.reports import unwrap

__all__ = ["unwrap"]
