"""Its sole purpose is to mark accounts that are known to be benign, so that they link nothing.

Charities, examples of exchanges and the force's own accounts stand in reports too; few as they are,
they would tie campaigns together that have nothing to do with one another.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from casefile.finding import Finding
from triage.extract.families import FAMILIES


def marked(finding: Finding, known: Mapping[str, str]) -> Finding:
    """Give the finding with each account marked by what is known of its value; others by nothing.

    `known` gives words for canonical values.
    """
    accounts = tuple(
        replace(account, benign=known.get(account.value, "")) for account in finding.accounts
    )
    return finding if accounts == finding.accounts else replace(finding, accounts=accounts)


def canonical(text: str) -> str:
    """Give the value that accounts are listed by; what no family knows stays as it is."""
    text = text.strip()
    for family in FAMILIES:
        match = family.pattern.fullmatch(text)
        value = family.canonical(text) if match else None
        if value is not None:
            return value.text
    return text
