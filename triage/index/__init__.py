"""Search over findings and campaigns; whatever stands here can be rebuilt from spool and record."""
