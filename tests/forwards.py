"""Composes forwards of a mail in the way people's mail clients do it.

For walk tests, demos and benchmarks. Each function takes the original's bytes and gives the whole
forward as bytes with CRLF line ends: `attached` as message/rfc822, the others inline with a text
and an HTML view, with the header block, the marks and the nesting of that client.
"""

from __future__ import annotations

import email
import email.header
import html
import re
from email.message import EmailMessage, Message
from email.policy import SMTP, compat32

from selectolax.lexbor import LexborHTMLParser

_PLAIN_DATE = "Wed, 5 Nov 2025 at 09:12"


def attached(original: bytes, *, reporter: str, to: str, note: str = "") -> bytes:
    """Forward as an attachment: a note and the original, whole, as message/rfc822.

    The original goes in byte for byte (8bit), as clients do it.
    """
    outer = _outer(original, reporter, to, "Fwd: ")
    boundary = "----=_forward_as_attachment"
    head = "".join(f"{name}: {value}\r\n" for name, value in outer)
    body = (
        f"{head}MIME-Version: 1.0\r\n"
        f'Content-Type: multipart/mixed; boundary="{boundary}"\r\n\r\n'
        f"--{boundary}\r\nContent-Type: text/plain; charset=utf-8\r\n"
        f"Content-Transfer-Encoding: 8bit\r\n\r\n{_crlf(note)}\r\n"
        f"--{boundary}\r\nContent-Type: message/rfc822\r\n"
        'Content-Disposition: attachment; filename="original.eml"\r\n\r\n'
    ).encode()
    return body + _crlf_bytes(original) + f"\r\n--{boundary}--\r\n".encode()


def gmail(original: bytes, *, reporter: str, to: str, note: str = "") -> bytes:
    """Forward inline as Gmail's web client does."""
    head = _head(original)
    block = (
        "---------- Forwarded message ---------\n"
        f"From: {head['from']}\nDate: {head['date']}\nSubject: {head['subject']}\n"
        f"To: {_angled(head['to'])}\n"
    )
    name, address = _name_and_address(head["from"])
    markup = (
        f'<div dir="ltr">{_lines(note)}<br><br><div class="gmail_quote gmail_quote_container">'
        '<div dir="ltr" class="gmail_attr">---------- Forwarded message ---------<br>'
        f'From: <strong class="gmail_sendername" dir="auto">{_text(name or address)}</strong> '
        f'<span dir="auto">&lt;<a href="mailto:{_text(address)}">{_text(address)}</a>&gt;</span>'
        f"<br>Date: {_text(head['date'])}<br>Subject: {_text(head['subject'])}<br>"
        f"To: {_text(_angled(head['to']))}<br></div><br><br>{head['html']}</div></div>\n"
    )
    plain = f"{note}\n\n{block}\n\n{head['text']}\n"
    return _alternative(_outer(original, reporter, to, "Fwd: "), plain, markup)


def outlook(original: bytes, *, reporter: str, to: str, note: str = "") -> bytes:
    """Forward inline as Outlook on the web does."""
    head = _head(original)
    block = (
        "________________________________\n"
        f"From: {head['from']}\nSent: {head['date']}\nTo: {head['to']}\n"
        f"Subject: {head['subject']}\n"
    )
    markup = (
        "<html><head></head><body>"
        f'<div class="elementToProof">{_lines(note)}</div><div id="appendonsend"></div>'
        '<hr style="display:inline-block;width:98%" tabindex="-1">'
        '<div id="divRplyFwdMsg" dir="ltr"><font face="Calibri, sans-serif" color="#000000">'
        f"<b>From:</b> {_text(head['from'])}<br><b>Sent:</b> {_text(head['date'])}<br>"
        f"<b>To:</b> {_text(head['to'])}<br><b>Subject:</b> {_text(head['subject'])}</font>"
        f"<div>&nbsp;</div></div><div>{head['html']}</div></body></html>"
    )
    plain = f"{note}\n\n{block}\n{head['text']}\n"
    return _alternative(_outer(original, reporter, to, "Fw: "), plain, markup)


def apple_mail(original: bytes, *, reporter: str, to: str, note: str = "") -> bytes:
    """Forward inline as Apple Mail does: quoted, in a blockquote."""
    head = _head(original)
    block = (
        "Begin forwarded message:\n\n"
        f"From: {head['from']}\nSubject: {head['subject']}\nDate: {head['date']}\n"
        f"To: {head['to']}\n\n"
    )
    rows = "".join(
        f'<div style="margin:0"><span><b>{label}: </b></span><span>{_text(head[key])}<br>'
        "</span></div>"
        for label, key in (("From", "from"), ("Subject", "subject"), ("Date", "date"), ("To", "to"))
    )
    markup = (
        '<html><body style="overflow-wrap: break-word; -webkit-nbsp-mode: space;">'
        f'{_lines(note)}<br><div><br><blockquote type="cite"><div>Begin forwarded message:</div>'
        f'<br class="Apple-interchange-newline">{rows}<br><div>{head["html"]}</div>'
        "</blockquote></div><br></body></html>"
    )
    quoted = "\n".join(f"> {line}".rstrip() for line in f"{block}{head['text']}".split("\n"))
    plain = f"{note}\n\n{quoted}\n"
    return _alternative(_outer(original, reporter, to, "Fwd: "), plain, markup)


def _outer(original: bytes, reporter: str, to: str, prefix: str) -> list[tuple[str, str]]:
    """Give the header fields of the forward, safe to write one after the other."""
    subject = _one_line(_decoded(email.message_from_bytes(original), "Subject"))
    shell = EmailMessage(policy=SMTP)
    shell["Subject"] = f"{prefix}{subject}"[:200]
    encoded = shell.as_bytes().decode("ascii").split(":", 1)[1].strip()
    return [
        ("From", reporter),
        ("To", to),
        ("Subject", encoded),
        ("Date", "Wed, 05 Nov 2025 09:30:00 +0000"),
        ("Message-ID", f"<forward.{abs(hash(original)) % 10**12}@{reporter.rpartition('@')[2]}>"),
    ]


def _head(original: bytes) -> dict[str, str]:
    """Give what a client shows of the original: four header fields, its text and its HTML."""
    message = email.message_from_bytes(original, policy=compat32)
    plain, markup = _bodies(message)
    if not plain and markup:
        plain = _visible(markup)
    return {
        "from": _one_line(_decoded(message, "From")) or "unknown@mail.example",
        "to": _one_line(_decoded(message, "To")) or "undisclosed@mail.example",
        "subject": _one_line(_decoded(message, "Subject")),
        "date": _one_line(_decoded(message, "Date")) or _PLAIN_DATE,
        "text": plain,
        "html": _body_of(markup) if markup else f"<div>{_lines(plain)}</div>",
    }


def _decoded(message: Message, name: str) -> str:
    raw = str(message.get(name, ""))
    try:
        return str(email.header.make_header(email.header.decode_header(raw)))
    except (LookupError, ValueError):
        return raw


def _bodies(message: Message) -> tuple[str, str]:
    texts = {"text/plain": "", "text/html": ""}
    for part in message.walk():
        kind = part.get_content_type()
        if kind in texts and not texts[kind] and not part.get_filename():
            data = part.get_payload(decode=True) or b""
            texts[kind] = _text_of(data, part.get_content_charset() or "utf-8")
    return texts["text/plain"].replace("\r\n", "\n"), texts["text/html"].replace("\r\n", "\n")


def _text_of(data: bytes, charset: str) -> str:
    try:
        return data.decode(charset)
    except (LookupError, ValueError):
        return data.decode("utf-8", "replace")


def _visible(markup: str) -> str:
    body = LexborHTMLParser(markup).body
    return body.text(separator="\n") if body is not None else ""


def _body_of(markup: str) -> str:
    """Give the inside of <body> with the style sheets, as clients paste it."""
    tree = LexborHTMLParser(markup)
    styles = "".join(node.html or "" for node in tree.css("head style"))
    return styles + ((tree.body.inner_html if tree.body is not None else "") or "")


def _alternative(head: list[tuple[str, str]], plain: str, markup: str) -> bytes:
    boundary = "000000000000forward"
    lines = "".join(f"{name}: {value}\r\n" for name, value in head)
    return (
        f"{lines}MIME-Version: 1.0\r\n"
        f'Content-Type: multipart/alternative; boundary="{boundary}"\r\n\r\n'
        f"--{boundary}\r\nContent-Type: text/plain; charset=utf-8\r\n"
        f"Content-Transfer-Encoding: 8bit\r\n\r\n{_crlf(plain)}\r\n"
        f"--{boundary}\r\nContent-Type: text/html; charset=utf-8\r\n"
        f"Content-Transfer-Encoding: 8bit\r\n\r\n{_crlf(markup)}\r\n"
        f"--{boundary}--\r\n"
    ).encode("utf-8", "replace")


def _name_and_address(mailbox: str) -> tuple[str, str]:
    match = re.match(r"^(.*?)\s*<([^<>]*)>\s*$", mailbox)
    return (match[1].strip('" '), match[2]) if match else ("", mailbox)


def _angled(mailbox: str) -> str:
    return mailbox if "<" in mailbox else f"<{mailbox}>"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _text(text: str) -> str:
    return html.escape(text, quote=False)


def _lines(text: str) -> str:
    return _text(text).replace("\n", "<br>")


def _crlf(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\n", "\r\n")


def _crlf_bytes(data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
