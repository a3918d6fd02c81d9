"""How each mail client writes a forward: its separator, its header lines, its HTML.

The forms are written from what the clients are known to do; none is copied from a mail.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from forwarder.mails import WORDS, Original, Words, escaped

ALL = tuple(WORDS)
Rows = list[tuple[str, str]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Client:
    """One way to forward. `fields` are the header lines in order."""

    key: str
    #: What `unwrap` should call it.
    name: str
    fields: str
    #: Line above the header block; {} is the language's word for a forwarded mail.
    above: str = ""
    #: Its own words in place of the language's, by language.
    says: dict[str, str] | None = None
    languages: tuple[str, ...] = ALL
    #: Labels are English whatever the language is, but for From.
    english: bool = False
    short_date: bool = False
    quoted: bool = False
    #: Between label and value.
    colon: str = ": "
    #: An empty line stands between the separator and the header lines.
    gap: bool = False
    #: The separator stands below the header lines once more.
    closed: bool = False
    page: Callable[[Client, Original, Words], str]

    def separator(self, words: Words) -> str:
        """Give the line above the header block, or nothing."""
        if self.above == "begin":
            return words["begin"]
        said = (self.says or {}).get(words.code, words["forwarded"])
        return self.above.format(said)

    def rows(self, original: Original, words: Words) -> Rows:
        """Give labels and values in order."""
        when = original.when
        written = original.date
        if when is not None:
            written = words.short(when) if self.short_date else words.long(when)
        values = {
            "from": original.sender,
            "to": original.to,
            "date": written,
            "sent": written,
            "subject": original.subject,
            "reply_to": original.reply_to,
        }
        shown = [field for field in self.fields.split() if values[field] or field == "subject"]
        return [(self._label(field, words), values[field]) for field in shown]

    def _label(self, field: str, words: Words) -> str:
        return (WORDS["en"] if self.english and field != "from" else words).label(field)

    def block(self, original: Original, words: Words) -> list[str]:
        """Give the lines above the forwarded text in a plain view."""
        separator = self.separator(words)
        rows = [
            f"{label}{self.colon}{value}".rstrip() for label, value in self.rows(original, words)
        ]
        head = [separator, *([""] if self.gap else [])] if separator else []
        return [*head, *rows, *([separator] if self.closed else [])]


def _rows_page(client: Client, original: Original, words: Words) -> str:
    lines = "".join(
        f"<div>{escaped(line) or '<br>'}</div>" for line in client.block(original, words)
    )
    return f"{lines}<div><br></div>{original.page}"


def _gmail_page(client: Client, original: Original, words: Words) -> str:
    rows = client.rows(original, words)
    label = rows[0][0]
    name = escaped(original.name or original.address)
    address = escaped(original.address)
    rest = "".join(f"<br>{escaped(label)}: {escaped(value)}" for label, value in rows[1:])
    return (
        '<br><br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">'
        f"{escaped(client.separator(words))}<br>{escaped(label)}: "
        f'<strong class="gmail_sendername" dir="auto">{name}</strong> '
        f'<span dir="auto">&lt;<a href="mailto:{address}">{address}</a>&gt;</span>'
        f"{rest}<br></div><br><br>{original.page}</div>"
    )


def _bold(rows: Rows) -> str:
    return "<br>".join(f"<b>{escaped(label)}:</b> {escaped(value)}" for label, value in rows)


def _outlook_web_page(client: Client, original: Original, words: Words) -> str:
    return (
        '<div id="appendonsend"></div><hr style="display:inline-block;width:98%" tabindex="-1">'
        '<div id="divRplyFwdMsg" dir="ltr"><font face="Calibri, sans-serif" color="#000000">'
        f"{_bold(client.rows(original, words))}</font><div>&nbsp;</div></div>"
        f"<div>{original.page}</div>"
    )


def _outlook_desktop_page(client: Client, original: Original, words: Words) -> str:
    return (
        '<div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm">'
        f'<p class="MsoNormal">{_bold(client.rows(original, words))}<o:p></o:p></p></div></div>'
        f'<p class="MsoNormal"><o:p>&nbsp;</o:p></p>{original.page}'
    )


def _apple_page(client: Client, original: Original, words: Words) -> str:
    rows = "".join(
        f'<div style="margin:0"><span><b>{escaped(label)}: </b></span>'
        f"<span>{escaped(value)}<br></span></div>"
        for label, value in client.rows(original, words)
    )
    return (
        f'<div><br><blockquote type="cite"><div>{escaped(client.separator(words))}</div>'
        f'<br class="Apple-interchange-newline">{rows}<br><div>{original.page}</div>'
        "</blockquote></div><br>"
    )


def _ios_page(client: Client, original: Original, words: Words) -> str:
    return (
        f'<div dir="ltr"><br><blockquote type="cite">{escaped(client.separator(words))}<br><br>'
        f'</blockquote></div><blockquote type="cite"><div dir="ltr">'
        f"{_bold(client.rows(original, words))}<br><br></div></blockquote>"
        f'<blockquote type="cite"><div dir="ltr">{original.page}</div></blockquote>'
    )


def _thunderbird_page(client: Client, original: Original, words: Words) -> str:
    rows = "".join(
        f'<tr><th nowrap="nowrap" align="RIGHT" valign="BASELINE">{escaped(label)}: </th>'
        f"<td>{escaped(value)}</td></tr>"
        for label, value in client.rows(original, words)
    )
    return (
        f'<div class="moz-forward-container"><br><br>{escaped(client.separator(words))}'
        '<table class="moz-email-headers-table" cellspacing="0" cellpadding="0" border="0">'
        f"<tbody>{rows}</tbody></table><br><br>{original.page}</div>"
    )


def _yahoo_page(client: Client, original: Original, words: Words) -> str:
    rows = "".join(
        f"<div><b>{escaped(label)}:</b> {escaped(value)}</div>"
        for label, value in client.rows(original, words)
    )
    return (
        '<div id="ydp1f2e3d4cyahoo_quoted_12345" class="ydp1f2e3d4cyahoo_quoted">'
        f"<div><div>{escaped(client.separator(words))}</div>{rows}<div><br></div>"
        f"<div>{original.page}</div></div></div>"
    )


CLIENTS = (
    Client(
        key="gmail",
        name="gmail",
        above="---------- {} ---------",
        says=dict.fromkeys(ALL, "Forwarded message"),
        fields="from date subject to",
        english=True,
        short_date=True,
        page=_gmail_page,
    ),
    Client(
        key="outlook-web",
        name="outlook",
        above="________________________________",
        fields="from sent to subject",
        page=_outlook_web_page,
    ),
    Client(
        key="outlook-desktop",
        name="outlook",
        fields="from sent to subject",
        page=_outlook_desktop_page,
    ),
    Client(
        key="apple-mail",
        name="apple-mail",
        above="begin",
        gap=True,
        quoted=True,
        fields="from subject date to reply_to",
        page=_apple_page,
    ),
    Client(
        key="ios-mail",
        name="apple-mail",
        above="begin",
        gap=True,
        quoted=True,
        fields="from date to subject reply_to",
        page=_ios_page,
    ),
    Client(
        key="thunderbird",
        name="thunderbird",
        above="-------- {} --------",
        colon=": \t",
        fields="subject date from reply_to to",
        page=_thunderbird_page,
    ),
    Client(
        key="yahoo",
        name="yahoo",
        above="----- {} -----",
        fields="from to sent subject",
        page=_yahoo_page,
    ),
    Client(
        key="samsung",
        name="samsung",
        above="-------- {} --------",
        says={"en": "Original message", "nl": "Oorspronkelijk bericht", "cy": "Neges wreiddiol"},
        fields="from date to subject",
        gap=False,
        page=_rows_page,
    ),
    Client(
        key="proton",
        name="proton",
        above="------- {} -------",
        fields="from date subject to",
        page=_rows_page,
    ),
    Client(
        key="gmx",
        name="gmx",
        fields="sent from to subject",
        languages=("de", "en", "fr", "es", "it"),
        page=_rows_page,
    ),
    Client(
        key="roundcube",
        name="roundcube",
        above="-------- {} --------",
        says={
            "en": "Original Message",
            "de": "Originalnachricht",
            "fr": "Message original",
            "es": "Mensaje original",
        },
        fields="subject date from to",
        languages=("en", "de", "fr", "es"),
        page=_rows_page,
    ),
    Client(
        key="mail.ru",
        name="mail.ru",
        above="-------- {} --------",
        fields="from to date subject",
        languages=("ru", "uk"),
        page=_rows_page,
    ),
    Client(
        key="qq",
        name="qq",
        above="------------------ {} ------------------",
        says={"zh": "原始邮件"},
        fields="from sent to subject",
        languages=("zh",),
        page=_rows_page,
    ),
    Client(
        key="zoho",
        name="zoho",
        above="============ {} ============",
        fields="from to date subject",
        languages=("en", "de", "fr", "es"),
        closed=True,
        page=_rows_page,
    ),
    Client(
        key="em-client",
        name="em-client",
        above="------ {} ------",
        fields="from to date subject",
        languages=("en", "de", "cs", "fr"),
        colon=" ",
        page=_rows_page,
    ),
    Client(
        key="aol",
        name="aol",
        above="-----{}-----",
        says={"en": "Original Message", "de": "Ursprüngliche Nachricht"},
        fields="from to sent subject",
        languages=("en", "de"),
        page=_rows_page,
    ),
    Client(
        key="fastmail",
        name="fastmail",
        above="----- {} -----",
        says={"en": "Original message"},
        fields="from to subject date",
        languages=("en",),
        page=_rows_page,
    ),
    Client(
        key="notes",
        name="notes",
        above="----- {} by Sam Reporter/Force on 04/11/2025 08:20 -----",
        says={"en": "Forwarded"},
        fields="from to date subject",
        languages=("en",),
        gap=True,
        page=_rows_page,
    ),
    Client(
        key="mutt",
        name="mutt",
        above="----- {} message from somebody@offender.example -----",
        says={"en": "Forwarded"},
        fields="date from to subject",
        languages=("en",),
        gap=True,
        page=_rows_page,
    ),
)
BY_KEY = {client.key: client for client in CLIENTS}
