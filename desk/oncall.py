"""Wires who is paged, and by which ways."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

from casefile.ports import Alerts, Record
from desk.sending import signer_of, smarthost_of
from desk.settings import Settings
from responders.alerts import AlertFiles
from responders.oncall import MailWay, WebhookWay
from responders.paging import Pager, Way
from responders.profile import Profile
from responders.send import SmtpMailer

#: From one digest to the next: with the sweep that asks, no more than a minute.
APART = timedelta(seconds=45)


def is_paged(settings: Settings) -> bool:
    """Tell whether somebody is told of danger by more than files."""
    return bool(settings.alert_webhook or (settings.oncall and settings.smarthost))


def alerts_of(settings: Settings, profile: Profile, record: Record) -> Alerts:
    """Say how a person is paged: by files under DATA/alerts, and by what is set. SettingsError."""
    files = AlertFiles(settings.data / "alerts")
    if not is_paged(settings):
        return files
    return Pager(files, settings.data / "alerts-untold", _ways(settings, profile), _turn(record))


def _ways(settings: Settings, profile: Profile) -> list[Way]:
    ways: list[Way] = []
    if settings.oncall and settings.smarthost:
        signer = signer_of(settings, profile)
        ways.append(
            MailWay(
                SmtpMailer(smarthost_of(settings)),
                to=settings.oncall,
                author=profile.from_address,
                domain=settings.domain,
                sign=signer.sign if signer else bytes,
            )
        )
    if settings.alert_webhook:
        ways.append(WebhookWay(settings.alert_webhook))
    return ways


def _turn(record: Record) -> Callable[[datetime], bool]:
    """Give what says when it is time for another digest, for all processes together."""

    def take(now: datetime) -> bool:
        # A name that is new each time cannot prolong a turn.
        return record.turn("page", f"page-{uuid.uuid4()}", now, now + APART)

    return take
