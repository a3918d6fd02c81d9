"""Message to reports: who reports, what is reported, and how it was wrapped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from casefile.report import (
    Cover,
    How,
    Layer,
    Message,
    Part,
    Report,
    ReportedMessage,
    Reporter,
    Submission,
    Unwrapping,
    finding_key,
)
from ingest.unwrap import chain, original
from ingest.unwrap.inline import MAX_LAYERS, SHORT_NOTE
from ingest.unwrap.labels import FORWARD_SUBJECT, REPLY_SUBJECT, bare_subject
from ingest.unwrap.trimming import tidy_note
from ingest.unwrap.views import Forward, Text, forwards_in
from ingest.unwrap.voice import demands, hear

#: A submission makes no more reports than this; the rest stays attached and is named.
MAX_REPORTS = 50
#: Header fields in which clients name the mail that they answer or forward.
_THREADED = ("References", "In-Reply-To", "X-Forwarded-Message-Id", "Thread-Topic")
#: Marks of a forward or an answer before a Subject, in any language: `Fwd:`, `WG:`, `Re[2]:`.
_PREFIXES = re.compile(r"^(?:\s*\w{1,6}(?:\[\d{1,3}\])?\s?[:：])+")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Found:
    """One reported message with how it was reached."""

    reported: ReportedMessage
    note: str
    below: str = ""
    how: How
    client: str = ""
    language: str = ""
    depth: int = 0
    chain: tuple[Layer, ...] = ()
    defects: tuple[str, ...] = ()


def unwrap(submission: Submission, message: Message, cover: Cover) -> tuple[Report, ...]:
    """Give one report for each reported message in a submission, at least one. Never raises.

    - Attached originals (message/rfc822, .eml, .msg) at any depth: `attached`, `msg`, `arf`.
    - A header block in the text, nested ones followed to the offender's: `inline`, or `quoted`
      under a reply's attribution.
    - Resent, or From other than the envelope sender, and no forward in it: `redirected`.
    - A forward below a demand with an account and no word of a reporter's is the offender's own
      mail to us, the forward in it forged: `direct`.
    - No forward: `direct` where the text is the offender's own, `pasted` or `none` where the
      reporter speaks. For `none` the text is both note and reported text: it is all there is.
    """
    found = list(_found(submission, message, cover))[: MAX_REPORTS + 1]
    cut = ("reports-cut",) if len(found) > MAX_REPORTS else ()
    return tuple(
        Report(
            key=finding_key(submission.key, ordinal),
            submission=submission.key,
            received_at=submission.envelope.received_at,
            reporter=Reporter(
                address=_reporter(submission, message, item.how),
                note=item.note,
                subject=own_subject(message.subject, item.reported.subject) if item.depth else "",
                below=item.below,
            ),
            unwrapping=Unwrapping(
                how=item.how,
                client=item.client,
                language=item.language,
                depth=item.depth,
                chain=item.chain,
            ),
            reported=item.reported,
            marks=cover.marks,
            defects=tuple(dict.fromkeys([*message.defects, *item.defects, *cut])),
        )
        for ordinal, item in enumerate(found[:MAX_REPORTS], start=1)
    )


def _found(submission: Submission, message: Message, cover: Cover) -> Iterator[_Found]:
    known = {*cover.authors, submission.envelope.sender} - {""}
    if "resent" in cover.marks:
        yield from _redirected(message, known)
        return
    differs = ("sender-differs",) if _differs(submission, cover) else ()
    within = original.nested(message)
    automatic = bool({"dsn", "mdn", "auto-submitted", "null-sender"} & set(cover.marks))
    text = Text(message)
    forwards = () if within and automatic else forwards_in(text, known)
    if forwards and demands(forwards[0].note):
        yield _whole(message, "direct", (*differs, "unsure"), forwards[0].below)
        return
    for forward in forwards:
        yield _inline(message, forward, differs)
    if within:
        note = _told(message) if forwards else _said_beside(message, text)
        how: How = "arf" if _is_arf(message) else "attached"
        for part, inner in within:
            path = (chain.of_message(inner, chain.place_of(part)),)
            for item in _opened(inner, (note,), known, path):
                yield replace(item, how=_by_file(part, how), defects=(*differs, *item.defects))
    elif not forwards:
        yield _unwrapped(submission, text, cover)


def _inline(message: Message, forward: Forward, defects: tuple[str, ...]) -> _Found:
    reply = bool(REPLY_SUBJECT.match(message.subject)) and not forward.announced
    forwarded = bool(FORWARD_SUBJECT.match(message.subject)) or forward.announced
    quoted = (forward.quoted or reply) and not forwarded
    reported = forward.reported
    if not reported.subject and forward.depth == 1:
        reported = replace(reported, subject=bare_subject(message.subject))
    return _Found(
        reported=reported,
        note=_joined((forward.note, _told(message))),
        below=forward.below,
        how="quoted" if quoted else "inline",
        client=forward.client,
        language=forward.language,
        depth=forward.depth,
        chain=forward.chain,
        defects=(*defects, *forward.defects),
    )


def _opened(
    message: Message, notes: tuple[str, ...], known: set[str], path: tuple[Layer, ...]
) -> Iterator[_Found]:
    """Open an attached message down to the offender's, keeping what forwarders wrote.

    `path` are the mails that were opened to reach it, itself the last.
    """
    depth = len(path)
    within = original.nested(message)
    text = Text(message)
    if within and depth < MAX_LAYERS:
        own = tidy_note(text.words())
        for part, inner in within:
            place = chain.within(path[-1].place, chain.place_of(part))
            layers = (*path, chain.of_message(inner, place))
            yield from _opened(inner, (*notes, own), known, layers)
        return
    defects = message.defects
    forwards = forwards_in(text, known)
    if forwards and _only_passed_on(message, forwards[0]):
        for forward in forwards:
            yield _Found(
                reported=forward.reported,
                note=_joined((*notes, forward.note)),
                how="attached",
                client=forward.client,
                language=forward.language,
                depth=depth + forward.depth,
                chain=(*path, *(_placed_in(layer, path[-1]) for layer in forward.chain)),
                defects=(*defects, *forward.defects),
            )
        return
    yield _Found(
        reported=original.reported_whole(message),
        note=_joined(notes),
        how="attached",
        depth=depth,
        chain=path,
        defects=defects,
    )


def _placed_in(layer: Layer, outer: Layer) -> Layer:
    return replace(layer, place=chain.within(outer.place, layer.place))


def _only_passed_on(message: Message, forward: Forward) -> bool:
    """Tell whether an attached message is itself a forward, by somebody in between."""
    if forward.quoted or not forward.announced:
        return bool(FORWARD_SUBJECT.match(message.subject)) and not forward.quoted
    return len(forward.note.split()) <= SHORT_NOTE


def _unwrapped(submission: Submission, view: Text, cover: Cover) -> _Found:
    """Say what a mail without any forward is."""
    message = view.message
    if "outlook-file" in message.defects and submission.envelope.door == "collect":
        return _whole(message, "msg")
    body = view.words()
    text = "\n\n".join(filter(str.strip, (body, *original.text_files(message))))
    sent_to_us = submission.envelope.door == "smtp"
    heard = hear(text, sent_to_us=sent_to_us)
    if _differs(submission, cover):
        return _whole(message, "redirected", note=heard.note)
    if heard.voice == "direct" and sent_to_us and _was_forwarded(message, body):
        # Forwarded without the client's header block, or the header block cut away.
        heard = heard._replace(voice="pasted", sure=False)
    if heard.voice == "direct":
        return _whole(message, "direct", () if heard.sure else ("unsure",), heard.note)
    whole = original.reported_whole(message)
    reported = replace(
        whole,
        sender="",
        reply_to="",
        to="",
        message_id="",
        headers=(),
        text=heard.rest,
        html="" if heard.note else whole.html,
    )
    return _Found(
        reported=reported,
        note=tidy_note(heard.note),
        how=heard.voice,
        chain=(chain.of_pasted(message),) if heard.voice == "pasted" else (),
        defects=() if heard.sure else ("unsure",),
    )


def _redirected(message: Message, known: set[str]) -> Iterator[_Found]:
    """Say what a resent mail is: its author's, who may be somebody in need that passed it on."""
    within = original.nested(message)
    text = Text(message)
    for part, inner in within:
        path = (chain.of_message(inner, chain.place_of(part)),)
        for item in _opened(inner, (_said_beside(message, text),), known, path):
            yield replace(item, how="redirected")
    if not within:
        forwards = forwards_in(text, known)
        notes = (forwards[0].note, *(forward.below for forward in forwards)) if forwards else ()
        said = _joined(notes) if forwards else text.words()
        yield _whole(message, "redirected", note=hear(said, sent_to_us=True).note)


def _said_beside(message: Message, text: Text) -> str:
    """Give what was written beside attached mails, in the body or in a file of plain text."""
    return _joined((tidy_note(text.words()), _told(message)))


def _told(message: Message) -> str:
    """Give what files of plain text say in a reporter's words."""
    heard = (hear(text, sent_to_us=True) for text in original.text_files(message))
    return _joined(tuple(tidy_note(it.note) for it in heard))


def _was_forwarded(message: Message, body: str) -> bool:
    """Tell whether a client made this from another mail. "Fwd:" alone is written by anybody.

    Clients name the mail that they forward, or quote all of it. "Re:" tells nothing.
    """
    if not FORWARD_SUBJECT.match(message.subject):
        return False
    if any(message.header(name).strip() for name in _THREADED):
        return True
    lines = [line for line in body.split("\n") if line.strip()]
    return bool(lines) and all(line.startswith(">") for line in lines)


def _whole(message: Message, how: How, defects: tuple[str, ...] = (), note: str = "") -> _Found:
    return _Found(
        reported=original.reported_whole(message),
        note=tidy_note(note),
        how=how,
        chain=(chain.of_message(message, "the whole mail"),),
        defects=defects,
    )


def _differs(submission: Submission, cover: Cover) -> bool:
    """Tell whether From is another than the envelope sender; the null sender is a bounce's."""
    envelope = submission.envelope
    if envelope.door != "smtp" or not envelope.sender:
        return False
    return envelope.sender.lower() not in {author.lower() for author in cover.authors}


def _reporter(submission: Submission, message: Message, how: How) -> str:
    if how == "redirected" and submission.envelope.sender:
        return submission.envelope.sender
    return message.authors[0].address if message.authors else submission.envelope.sender


def _joined(notes: tuple[str, ...]) -> str:
    return "\n\n".join(note for note in notes if note.strip())


def _by_file(part: Part, how: How) -> How:
    if part.content_type == "application/ms-tnef":
        return "tnef"
    outlook = part.filename.lower().endswith(".msg") or "outlook" in part.content_type
    return "msg" if outlook else how


def _is_arf(message: Message) -> bool:
    return any(part.content_type == "message/feedback-report" for part in message.parts)


def own_subject(outer: str, reported: str) -> str:
    """Give what a reporter wrote as Subject of a forward; empty where it repeats the reported one.

    People in need write there alone: "I am 14, help".
    """
    said, theirs = (" ".join(_PREFIXES.sub("", it).split()) for it in (outer, reported))
    repeats = said.casefold() in theirs.casefold() or (
        theirs and theirs.casefold() in said.casefold()
    )
    return "" if repeats else said
