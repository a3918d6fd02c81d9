"""The front door: bytes in, reports out."""
