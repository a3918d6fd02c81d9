"""Hides the addresses of reporters and recipients in everything that is shown of a finding."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar, cast

from casefile.brief import TO_WHOM, brief
from casefile.finding import Finding
from casefile.sending import UNTOLD
from console.addressed import Hidden, addresses_in
from console.visible import unlinked

T = TypeVar("T")


def masked_address(address: str) -> str:
    """Give an address as `j…@home.example`."""
    local, at, domain = address.rpartition("@")
    return f"{local[:1]}…@{domain}" if at else f"{address[:1]}…" * bool(address)


def mask_of(finding: Finding) -> Callable[[str], str]:
    """Give what hides the reporter's and the recipients' addresses in a text of this finding.

    Where the blackmail names the same address as sender and recipient, it stays readable, unless it
    is the reporter's own or the finding says that the sender was spoofed: it may be the offender's.
    """
    report, reported = finding.report, finding.report.reported
    to_whom = [reported.to, *(v for name, v in reported.headers if name.lower() in TO_WHOM)]
    hidden = addresses_in(to_whom)
    if "self-spoofed" not in finding.verdict.flags:
        hidden -= addresses_in([reported.sender, reported.reply_to])
    return _masking(hidden | addresses_in([report.reporter.address]))


def _masking(hidden: Iterable[str]) -> Callable[[str], str]:
    known = Hidden(hidden)
    return lambda text: known.replaced(text, masked_address)


def fit_to_list(finding: Finding) -> Finding:
    """Give what a line in a list shows of a finding, fit to be shown: the rest is left out."""
    told = brief(finding)
    reported = replace(told.report.reported, to="", headers=())
    report = replace(told.report, reported=reported)
    return _fit(replace(told, contacts=(), sending=UNTOLD, report=report), mask_of(finding))


def fit_to_show(finding: Finding) -> Finding:
    """Give the finding with addresses masked and web addresses unlinked in every text of it."""
    return _fit(finding, mask_of(finding))


def _fit(finding: Finding, mask: Callable[[str], str]) -> Finding:
    shown = _through(finding, lambda text: unlinked(mask(text)))
    # In its own field even what is no address is shortened.
    address = masked_address(finding.report.reporter.address)
    reporter = replace(shown.report.reporter, address=address)
    return replace(shown, report=replace(shown.report, reporter=reporter))


def unlinked_in(finding: Finding) -> Finding:
    """Give the finding with its addresses, for somebody who has said why, and no link in it."""
    return _through(finding, unlinked)


def _through(value: T, change: Callable[[str], str]) -> T:
    """Give a value with every string in it changed, however deep it stands."""
    changed: Any = value
    if isinstance(value, str):
        changed = change(value)
    elif isinstance(value, tuple):
        changed = tuple(_through(item, change) for item in value)
    elif is_dataclass(value) and not isinstance(value, type):
        changed = replace(
            value, **{it.name: _through(getattr(value, it.name), change) for it in fields(value)}
        )
    return cast("T", changed)
