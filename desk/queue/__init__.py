"""Queues carry hints that there is work; the spool and the record are the truth."""
