"""Our own words are cut out of a mail that quotes them, and nobody else's are."""

from __future__ import annotations

import email
import email.policy
import html
import textwrap

import pytest
from composing import POSSIBLE, composer, decision, reply, text_of

from casefile.report import Message, Part
from ingest.unwrap.ours import OwnWords

OURS = OwnWords(composer().every_text())
SAID = "I am 15 and I paid them."


def quoted(text: str, width: int, mark: str = "> ") -> str:
    """Wrap a text anew and quote it, as clients do."""
    lines = [row for line in text.split("\n") for row in textwrap.wrap(line, width) or [""]]
    return "\n".join(mark + line for line in lines)


@pytest.mark.parametrize(("main", "parts"), POSSIBLE)
@pytest.mark.parametrize("width", [40, 72, 990])
def test_every_reply_quoted_below_is_gone(main: str, parts: tuple[str, ...], width: int) -> None:
    """Whatever was sent, wrapped at any width: what the reporter said is left, no more."""
    sent = text_of(reply(decision(main, *parts)).message)  # type: ignore[arg-type]

    left = OURS.cut(f"{SAID}\n\n{quoted(sent, width)}\n")

    assert left.replace(">", "").split() == SAID.split()


@pytest.mark.parametrize(("main", "parts"), POSSIBLE[::3])
def test_every_reply_quoted_in_markup_is_gone(main: str, parts: tuple[str, ...]) -> None:
    sent = text_of(reply(decision(main, *parts)).message)  # type: ignore[arg-type]
    rows = "<br>\n".join(html.escape(line) for line in sent.split("\n"))

    left = OURS.cut(f"<p>{SAID}</p><blockquote class='x'>{rows}</blockquote>", html=True)

    assert left.startswith(f"<p>{SAID}</p><blockquote class='x'>")
    assert set(left.partition("'x'>")[2].replace("<br>", "").replace("</blockquote>", "")) <= set(
        "\n .:?!;"
    )


def test_what_is_written_between_our_lines_is_left() -> None:
    sent = composer().preview("general", "en").split("\n")
    between = [quoted(sent[4], 72), "How? They know my school.", quoted("\n".join(sent[5:]), 72)]

    assert "How? They know my school." in OURS.cut("\n".join(between))


def test_a_few_words_in_common_are_nobodys_quotation() -> None:
    """What people say who never read us, also with words of ours in it."""
    for text in (
        "They told me: do not pay, do not reply.",
        "Do not delete it or your messages, my friend said.",
        "I am thinking of harming myself. I called 999.",
        "I am under 18, or writing for a child? What does that mean?",
    ):
        assert OURS.cut(text) == text


def test_a_reply_attached_as_a_message_is_cut_too() -> None:
    sent = composer().preview("young", "both")
    inner = message(part(sent))
    outer = message(part(SAID), part(None, within=inner))

    left = OURS.without(outer)

    assert left.parts[0].text == SAID
    assert left.parts[1].message is not None
    assert not (left.parts[1].message.parts[0].text or "").strip()


def test_where_nothing_is_ours_the_message_is_the_same() -> None:
    given = message(part(SAID), part(f"<p>{SAID}", content_type="text/html"), part(None))

    assert OURS.without(given) is given
    assert OwnWords().without(given) is given


@pytest.mark.parametrize(
    ("mark", "ours"),
    [
        *[(it, True) for it in ("", "Re: ", "RE : ", "AW: ", "Atb: ")],
        *[(it, False) for it in ("Fwd: ", "FW: ", "WG: ", "TR: ", "Urgent! ")],
    ],
)
def test_a_subject_that_answers_ours_is_known(mark: str, ours: bool) -> None:
    """In any order of our languages; a forward is a report, whatever it is named after."""
    for order in (("cy", "en"), ("en", "cy")):
        subject = str(
            email.message_from_bytes(
                reply(decision(languages=order)).message, policy=email.policy.default
            )["Subject"]
        )
        assert OURS.is_ours(mark + subject) == ours
    assert not OURS.is_ours("Re: hello")
    assert not OURS.is_ours("")


def part(
    text: str | None, *, within: Message | None = None, content_type: str = "text/plain"
) -> Part:
    """Give a leaf."""
    return Part(
        place="1",
        content_type=content_type,
        charset="utf-8",
        filename="",
        disposition="",
        text=text,
        message=within,
        size=0,
        sha256="",
    )


def message(*parts: Part) -> Message:
    """Give a message of these leaves."""
    return Message(
        headers=(),
        authors=(),
        reply_to=(),
        to=(),
        cc=(),
        subject="",
        date="",
        date_as_written="",
        message_id="",
        received=(),
        parts=parts,
        defects=(),
    )
