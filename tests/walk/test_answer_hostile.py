"""Injection (T21, T22): no word of a mail reaches a header or a template of the reply to it."""

from __future__ import annotations

import email
from datetime import UTC, datetime

import pytest
from composing import composer, text_of
from composing import decision as answered

from bench import SAM, Bench, decision, outbox, walk
from casefile.reply import ReplyAddress
from ingest.hooks import shown
from makers import cover, envelope
from samples.forwards_sent import FORCE

CANARY = "zqxcanary"
#: Values that end a line, a header or a word somewhere, and values that a template would run.
ENDING = {
    "a line break and a header": f"x\r\nBcc: {CANARY}@offender.example",
    "a bare line feed and a header": f"x\nBcc: {CANARY}@offender.example",
    "a bare carriage return": f"x\rBcc: {CANARY}@offender.example",
    "an empty line and a body": f"x\r\n\r\n{CANARY}",
    "a folded header": f"x\r\n Bcc: {CANARY}@offender.example",
    "an encoded line break": f"=?utf-8?q?x=0D=0ABcc:_{CANARY}=40offender.example?=",
    "one in base 64": "=?utf-8?b?eA0KQmNjOiB6cXhjYW5hcnlAb2ZmZW5kZXIuZXhhbXBsZQ==?=",
    "a null byte": f"x\0{CANARY}",
    "a next-line character": f"x\x85Bcc: {CANARY}@offender.example",
    "a line separator": f"x\u2028Bcc: {CANARY}@offender.example",
    "a paragraph separator": f"x\u2029Bcc: {CANARY}@offender.example",
    "a vertical tab and a form feed": f"x\x0b\x0cBcc: {CANARY}@offender.example",
    "a turned direction": f"x\u202e{CANARY}\u2066",
    "bytes of no charset": f"x\udcff\udcfe{CANARY}",
    "an end of data": f"x\r\n.\r\nMAIL FROM:<{CANARY}@offender.example>",
    "ten thousand letters": CANARY + "a" * 10_000,
    "a boundary": f"--x\r\nContent-Type: text/html\r\n\r\n<img src={CANARY}>",
    "markup": f"<script>{CANARY}</script>",
    "a web address": f"https://{CANARY}.example/pay",
    "quotes and brackets": f'"<>,;:\\()[]{CANARY}@offender.example',
}
RUN = {
    "a sum in braces": "{{7*7}}" + CANARY,
    "a sum in a dollar": "${7*7}" + CANARY,
    "a sum in a hash": "#{7*7}" + CANARY,
    "a sum in a percent sign": f"<%=7*7%>{CANARY}",
    "a class of an object": f"{{{{''.__class__.__mro__}}}}{CANARY}",
    "a field of a format": f"{{0.__class__}}{CANARY}",
    "a number of a format": f"%s%d%(x)s{CANARY}",
    "a loop": "{% for x in range(9) %}" + CANARY + "{% endfor %}",
    "a block": "{% block x %}" + CANARY + "{% endblock %}",
    "an include": "{% include 'foot.txt' %}" + CANARY,
    "a comment": "{# " + CANARY + " #}",
    "a raw block that does not end": "{% raw %}" + CANARY,
    "a name of ours": "{{reference}}{{force.name}}" + CANARY,
    "a line of a template": f"+++\r\nkind = '{CANARY}'\r\n+++",
}
HEADERS = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "Content-Language",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
]
#: Where a stranger can put a value, and the mail that has it there.
PLACES = {
    "subject": "From: {sam}\r\nSubject: {it}\r\n\r\nHelp me please, what is this?\r\n",
    "name": 'From: "{it}" <{sam}>\r\nSubject: a\r\n\r\nHelp me please.\r\n',
    "note": "From: {sam}\r\nSubject: a\r\n\r\n{it}\r\n",
    "message-id": "From: {sam}\r\nMessage-ID: <{it}@x.example>\r\n\r\nHelp me please.\r\n",
    "references": "From: {sam}\r\nReferences: <{it}@x.example>\r\n\r\nHelp me please.\r\n",
    "reply-to": "From: {sam}\r\nReply-To: {it}\r\n\r\nHelp me please.\r\n",
    "other recipients": "From: {sam}\r\nTo: {it}\r\nCc: {it}\r\n\r\nHelp me please.\r\n",
    "reported": "From: {sam}\r\nSubject: Fwd: a\r\n\r\n---------- Forwarded message ---------\r\n"
    "From: {it} <a@b.example>\r\nDate: {it}\r\nSubject: {it}\r\nTo: <{sam}>\r\n\r\n"
    "Pay 1400 USD to {it} or all see it.\r\n",
    "charset": "From: {sam}\r\nContent-Type: text/plain; charset={it}; name={it}\r\n\r\nHelp.\r\n",
}


@pytest.mark.parametrize("value", [*ENDING.values(), *RUN.values()], ids=[*ENDING, *RUN])
def test_no_value_of_a_mail_is_in_the_reply(desk: Bench, value: str) -> None:
    """In all places, one mail each: what is sent is what would be sent to anybody, and to one."""
    senders = {place: SAM.replace("@", f"{number}@") for number, place in enumerate(PLACES)}
    keys = {
        place: desk.spool.put(
            PLACES[place].format(it=value, sam=sender).encode("utf-8", "surrogateescape"),
            envelope(
                sender=sender, helo=shown(value), recipients=(FORCE,), received_at=datetime.now(UTC)
            ),
        )
        for place, sender in senders.items()
    }
    walk(desk)

    for place, key in keys.items():
        made = decision(desk, key)
        if made.state != "sent":  # withheld is safe; a broken head has no one From
            assert made.reason
            continue
        [path] = [it for it in outbox(desk) if key in it.name]
        sent = path.read_bytes()
        harmless = composer().compose(
            made,
            recipient=ReplyAddress(envelope=envelope(sender=senders[place])),
            cover=cover(message_id=""),
            now=made.at,
        )
        told = email.message_from_bytes(sent)
        threaded = {"In-Reply-To", "References"}
        assert [name for name in told.keys() if name not in threaded] == HEADERS  # noqa: SIM118 - in order, doubles too
        assert told["To"] == senders[place]
        del told["In-Reply-To"], told["References"]  # a Message-ID of strict form, see below
        assert CANARY not in told.as_string().replace("=\n", "")
        assert text_of(sent) == text_of(harmless.message)


@pytest.mark.parametrize(
    "named",
    ["<a b@x.example>", "<a@b>\r\nBcc: x@y.example", "<{{7*7}}@x.example>", "<é@x.example>", "x"],
)
def test_only_a_message_id_of_strict_form_is_repeated(named: str) -> None:
    """The one value that a stranger chose; it can carry neither a line nor a sentence."""
    made = answered("general")
    sent = composer().compose(
        made,
        recipient=ReplyAddress(envelope=envelope()),
        cover=cover(message_id=named),
        now=made.at,
    )

    told = email.message_from_bytes(sent.message)
    assert told["In-Reply-To"] is None or "{" in named
    assert told["Bcc"] is None
    assert "49" not in str(told["In-Reply-To"])


@pytest.mark.parametrize(
    "address",
    [
        "sam@reporter.example\r\nBcc: x@y.example",
        "sam@reporter.example, x@y.example",
        "sam@reporter.example>x",
        '"a b"@reporter.example',
        "sam@[192.0.2.1]",
        "sam\0@reporter.example",
        "s\u202eam@reporter.example",
        "sam@repörter.example",
        "sam%0d%0abcc@reporter",
    ],
)
def test_an_address_that_is_more_than_an_address_gets_nothing(desk: Bench, address: str) -> None:
    raw = b"From: %s\r\n\r\nHelp me please.\r\n" % address.encode("utf-8", "surrogateescape")
    key = desk.spool.put(raw, envelope(sender=address, received_at=datetime.now(UTC)))
    walk(desk)

    assert decision(desk, key).state == "suppressed"
    assert outbox(desk) == []
