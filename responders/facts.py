"""Names every fact that a profile can hold, so that a mistyped one is an error, not a lost line."""

from __future__ import annotations

#: Plain text, the same in every language; without these the desk cannot run.
NEEDED_TO_RUN: tuple[str, ...] = (
    "force.name",
    "force.prefix",
    "force.languages",
    "force.time_zone",
    "force.from_address",
)
#: Values that steer the desk: they cannot differ by language.
POLICIES: frozenset[str] = frozenset(
    {
        "force.prefix",
        "force.languages",
        "force.time_zone",
        "force.from_address",
        "force.platform_advice",
        "force.bluff_text",
    }
)
#: Facts without which no reply may leave through a smarthost.
MANDATORY: tuple[str, ...] = (
    "force.name",
    "force.from_address",
    "force.privacy_notice",
    "emergency.number",
    "police.number",
    "bank.number",
    "childline.number",
    "samaritans.number",
)
#: Section and names; a template writes `{{ section.name }}`.
CATALOGUE: tuple[str, ...] = (
    "force.name",
    "force.prefix",
    "force.languages",
    "force.time_zone",
    "force.from_address",
    "force.platform_advice",  # `deactivate` or `block`
    "force.bluff_text",  # `bluff` or `general`: what is answered to a sure bluff
    "force.privacy_notice",
    "force.online_report",
    "emergency.number",
    "emergency.text_relay",
    "emergency.sign_language",
    "police.number",
    "police.text_relay",
    "police.sign_language",
    "adult.age",
    "bank.number",
    "childline.name",
    "childline.number",
    "meic.name",
    "meic.number",
    "meic.hours",
    "ceop.name",
    "ceop.site",
    "report_remove.name",
    "report_remove.site",
    "stopncii.site",
    "revenge_porn.name",
    "revenge_porn.number",
    "revenge_porn.hours",
    "victims.name",
    "victims.number",
    "samaritans.name",
    "samaritans.number",
    "shout.name",
    "shout.word",
    "shout.number",
    "nhs.name",
    "nhs.number",
    "nhs.option",
    "report_fraud.name",
    "report_fraud.number",
    "report_fraud.site",
    "phishing.address",
    "scam_texts.number",
    "breaches.site",
    "ico.name",
    "ico.hours",
)
