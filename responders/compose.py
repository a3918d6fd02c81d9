"""Makes the reply: the force's words and facts, and nothing of the mail that it answers."""

from __future__ import annotations

import quopri
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from email.header import Header
from email.utils import format_datetime, formataddr
from itertools import permutations
from pathlib import Path

from casefile.errors import Refused, SettingsError
from casefile.reply import (
    BANDS,
    MAINS,
    PARTS,
    AddedPart,
    Answer,
    Decision,
    Main,
    Reply,
    ReplyAddress,
    Told,
)
from casefile.report import Cover
from responders.address import is_strict
from responders.profile import Level, Profile
from responders.texts import Texts

#: The whole reply, headers included, whatever came in.
MAX_BYTES = 6000
#: What `preview` shows for a reference: right in form, given to nobody.
SAMPLE_BODY = "0000-0000-0"
#: The block that says how many have told us of the same message, and the texts that may have it:
#: that many know it is no comfort to somebody who is really recorded.
TOLD = "line-told"
SAYS_HOW_MANY: frozenset[Main] = frozenset({"bluff"})
_MESSAGE_ID = re.compile(r"<[A-Za-z0-9.!#$%&*+/=?^_{|}~-]{1,120}@[A-Za-z0-9.-]{1,120}>")
_KEY = re.compile(r"[0-9A-Za-z-]{1,64}")
_BLANK_LINES = re.compile(r"\n{3,}")


class Composer:
    """Composes replies in one force's name.

    `templates` is the folder of text blocks, `desk_domain` the domain of our Message-IDs,
    `somebody_reads` whether a person is on call for this mailbox. Raises SettingsError where a
    block is missing or wrong.
    """

    def __init__(
        self, profile: Profile, templates: Path, *, desk_domain: str, somebody_reads: bool = False
    ) -> None:
        if not is_strict(f"reply@{desk_domain}"):
            raise SettingsError(f"the desk's domain {desk_domain!r} cannot stand in a Message-ID")
        self._profile = profile
        #: Whether the force lets a sure bluff be called one.
        self.says_bluff = profile.says_bluff
        self._texts = Texts(templates, profile.languages)
        self._facts = {language: profile.shown(language) for language in profile.languages}
        self._desk_domain = desk_domain
        self._somebody_reads = somebody_reads

    def compose(
        self,
        decision: Decision,
        *,
        recipient: ReplyAddress,
        cover: Cover,
        now: datetime,
        told: Told | None = None,
    ) -> Reply:
        """Compose the reply to a decision; the same values give the same bytes.

        `told` is how many have told us of the same message, for the one text that says so. Raises
        Refused where the decision has no answer or the recipient is not of strict form.
        """
        if decision.answer.main is None or not _KEY.fullmatch(decision.submission):
            raise Refused("there is nothing to answer with")
        if not is_strict(str(recipient)):
            raise Refused("the recipient is not of strict form")
        languages = self._order(decision.answer.languages)
        text = self._text(decision.answer, languages, decision.reference, told)
        reply_id = f"reply.{decision.submission}"
        headers = self._headers(languages, str(recipient), f"<{reply_id}@{self._desk_domain}>", now)
        headers[5:5] = _thread(cover)
        return Reply(reply_id=reply_id, recipient=recipient, message=_message(headers, text))

    def preview(self, kind: str, language: str, told: Told | None = None) -> str:
        """Give the text that a reporter would get; `language` is one of the force's, or `both`.

        `kind` is a main text or a part, which is shown with the general text. Raises SettingsError
        for others.
        """
        answer = _sample_of(kind)
        languages = self._profile.languages if language == "both" else (language,)
        if language != "both" and language not in self._profile.languages:
            known = ", ".join((*self._profile.languages, "both"))
            raise SettingsError(f"no reply in {language!r}: choose one of {known}")
        return self._sample(answer, languages, told)

    def every_text(self) -> list[str]:
        """Give every text and Subject that this force sends, to be known again where quoted."""
        answers = [Answer(main=main, parts=(), alert=False) for main in MAINS]
        answers.append(Answer(main="threat", parts=PARTS, alert=True))
        answers.append(Answer(main="general", parts=PARTS, alert=True))
        told = Told(people=BANDS[0] + 1, since=datetime(2026, 1, 1, tzinfo=UTC))
        texts = [self._sample(answer, self._profile.languages, told) for answer in answers]
        return [*texts, *map(self._joined_subject, permutations(self._profile.languages))]

    def problems(self) -> list[tuple[Level, str]]:
        """Give what `desk check` says of the profile and of the texts."""
        drafts: list[tuple[Level, str]] = [("warning", text) for text in self._texts.drafts()]
        return self._profile.problems() + drafts

    def _sample(self, answer: Answer, languages: Sequence[str], told: Told | None = None) -> str:
        return self._text(answer, languages, f"{self._profile.prefix}-{SAMPLE_BODY}", told)

    def _order(self, wanted: Sequence[str]) -> tuple[str, ...]:
        known = self._profile.languages
        first = [language for language in wanted if language in known]
        return tuple(dict.fromkeys([*first, *known]))

    def _text(
        self, answer: Answer, languages: Sequence[str], reference: str, told: Told | None
    ) -> str:
        pieces = ["\n".join(self._crisis(answer, languages) + self._top(languages))]
        distress = _is_on("distress", answer)
        for language in languages:
            pieces += [
                self._block(
                    language, block, languages, reference=reference, distress=distress, told=told
                )
                for block in _blocks(answer, told, alone=len(languages) == 1)
            ]
        text = "\n\n".join(piece for piece in pieces if piece)
        return _BLANK_LINES.sub("\n\n", text) + "\n"

    def _crisis(self, answer: Answer, languages: Sequence[str]) -> list[str]:
        wanted = [part for part in ("distress", "young") if _is_on(part, answer)]
        return [
            self._block(language, f"crisis-{part}", languages)
            for part in wanted
            for language in languages
        ]

    def _top(self, languages: Sequence[str]) -> list[str]:
        lines = [self._joined("line-danger", languages)]
        if len(languages) > 1:
            lines.append(self._joined("line-pointer", languages))
        return lines

    def _joined(self, block: str, languages: Sequence[str]) -> str:
        return " / ".join(self._block(language, block, languages) for language in languages)

    def _block(
        self,
        language: str,
        block: str,
        languages: Sequence[str],
        *,
        reference: str = "",
        distress: bool = False,
        told: Told | None = None,
    ) -> str:
        facts: dict[str, object] = {
            **self._facts[language],
            "reference": reference,
            # The lines of `distress` stand on top already.
            "distress": distress,
            "somebody_reads": self._somebody_reads,
            "several_languages": len(self._profile.languages) > 1,
            "second": languages[-1],
        }
        if told is not None and block == TOLD:
            facts["told"] = self._shown(told, language)
        return self._texts.render(language, block, facts)

    def _shown(self, told: Told, language: str) -> dict[str, str]:
        since = told.since.astimezone(self._profile.time_zone)
        month = self._texts.months(language, TOLD)[since.month - 1]
        return {"people": f"{told.more_than:,}", "month": month, "year": str(since.year)}

    def _joined_subject(self, languages: Sequence[str]) -> str:
        return self._joined("line-subject", languages)

    def _headers(
        self, languages: Sequence[str], recipient: str, message_id: str, now: datetime
    ) -> list[tuple[str, str]]:
        name = " / ".join(dict.fromkeys(self._profile.name(language) for language in languages))
        subject = self._joined_subject(languages)
        return [
            ("From", formataddr((name, self._profile.from_address))),
            ("To", recipient),
            ("Subject", Header(subject, maxlinelen=900).encode()),
            ("Date", format_datetime(now.astimezone(self._profile.time_zone))),
            ("Message-ID", message_id),
            ("Auto-Submitted", "auto-replied"),
            ("X-Auto-Response-Suppress", "All"),
            ("Content-Language", ", ".join(languages)),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "quoted-printable"),
        ]


def _is_on(part: str, answer: Answer) -> bool:
    return part in answer.parts or part == answer.main


def _blocks(answer: Answer, told: Told | None, *, alone: bool) -> list[str]:
    # Help that cannot wait stands first; what a part says need not be said again at the end.
    young, paid = _is_on("young", answer), _is_on("paid", answer)
    blocks = [] if alone else ["line-heading"]
    if young and answer.main != "young":
        blocks.append("part-young")
    if paid:
        blocks.append("part-paid")
    if answer.main in SAYS_HOW_MANY and told is not None and told.more_than:
        blocks.append(TOLD)
    blocks.append(f"main-{answer.main}")
    blocks += [] if young else ["line-young"]
    blocks += [] if paid else ["line-paid"]
    return [*blocks, "foot"]


def _sample_of(kind: str) -> Answer:
    main: Main = next((main for main in MAINS if main == kind), "general")
    parts: tuple[AddedPart, ...] = tuple(part for part in PARTS if part == kind)
    if main != kind and not parts:
        known = ", ".join(dict.fromkeys((*MAINS, *PARTS)))
        raise SettingsError(f"no reply of kind {kind!r}: choose one of {known}")
    return Answer(main=main, parts=parts, alert=False)


def _thread(cover: Cover) -> list[tuple[str, str]]:
    # The one value that a stranger chose; of strict form it can carry neither line nor prose.
    if not _MESSAGE_ID.fullmatch(cover.message_id):
        return []
    return [("In-Reply-To", cover.message_id), ("References", cover.message_id)]


def _message(headers: Sequence[tuple[str, str]], text: str) -> bytes:
    lines = [f"{name}: {value}" for name, value in headers]
    if any("\n" in line or "\r" in line for line in lines):
        raise Refused("a header of the reply would span lines")
    # quopri writes its own line ends as \n; every \n here becomes the CRLF of RFC 5322.
    body = quopri.encodestring(text.encode("utf-8")).replace(b"\n", b"\r\n")
    message = "\r\n".join([*lines, "", ""]).encode("ascii") + body
    if len(message) > MAX_BYTES:
        raise SettingsError(f"a reply may have {MAX_BYTES} bytes, this one has {len(message)}")
    return message
