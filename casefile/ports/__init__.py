"""What each room promises the house, in the words of the domain; adapters live in the rooms."""

from casefile.ports.books import Choice, Claim, Entry, Journal, Ledger, Outcome, Register
from casefile.ports.casework import Casework
from casefile.ports.record import Job, Lease, Record, Triaged
from casefile.ports.search import Index
from casefile.ports.spool import Draft, Spool
from casefile.ports.traffic import Alerts, Hints, Mailer, Queue

__all__ = [
    "Alerts",
    "Casework",
    "Choice",
    "Claim",
    "Draft",
    "Entry",
    "Hints",
    "Index",
    "Job",
    "Journal",
    "Lease",
    "Ledger",
    "Mailer",
    "Outcome",
    "Queue",
    "Record",
    "Register",
    "Spool",
    "Triaged",
]
