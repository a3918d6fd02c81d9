"""Header blocks as mail clients write them: found whole, whatever the text below says."""

from __future__ import annotations

import pytest
from submissions import mail, reports_of

TEXT = (
    "I switched your camera on.\n\nFrom: now on you have 48 hours.\nSubject: to no changes.\n"
    "> Send 650 dollars.\n"
)
WHO = "Nobody <nobody@offender.example>"


def quote(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


#: Name, client, language, the forward above the text. {} is the sender.
FORMS = [
    (
        "gmail",
        "gmail",
        "en",
        (
            "---------- Forwarded message ---------\nFrom: {}\n"
            "Date: Tue, Nov 4, 2025 at 8:15 AM\nSubject: Hi\nTo: <sam@reporter.example>\n\n\n"
        ),
    ),
    (
        "gmail in Welsh",
        "gmail",
        "cy",
        (
            "---------- Forwarded message ---------\nOddi wrth: {}\n"
            "Date: Maw, 4 Tach 2025 am 08:15\nSubject: Hi\nTo: <sam@reporter.example>\n\n\n"
        ),
    ),
    (
        "gmail in German",
        "gmail",
        "de",
        (
            "---------- Forwarded message ---------\nVon: {}\n"
            "Date: Di., 4. Nov. 2025 um 08:15 Uhr\nSubject: Hi\nTo: <sam@reporter.example>\n\n\n"
        ),
    ),
    (
        "outlook",
        "outlook",
        "en",
        (
            "________________________________\nFrom: {}\n"
            "Sent: 04 November 2025 08:15\nTo: sam@reporter.example\nSubject: Hi\n\n"
        ),
    ),
    (
        "outlook in Welsh",
        "outlook",
        "cy",
        "Oddi wrth: {}\nAnfonwyd: 04 Tachwedd 2025 08:15\nAt: sam@reporter.example\nPwnc: Hi\n\n",
    ),
    (
        "outlook in German",
        "outlook",
        "de",
        (
            "Von: {}\nGesendet: Dienstag, 4. November 2025 08:15\n"
            "An: sam@reporter.example\nBetreff: Hi\n\n"
        ),
    ),
    (
        "outlook without an empty line",
        "outlook",
        "en",
        (
            "From: {}\n"
            "Date: Tuesday, 4 November 2025 at 08:15\nTo: sam@reporter.example\nSubject: Hi\n"
        ),
    ),
    (
        "outlook with bold labels",
        "outlook",
        "en",
        "*From:* {}\n*Sent:* 04 November 2025 08:15\n*To:* sam@reporter.example\n*Subject:* Hi\n\n",
    ),
    (
        "outlook with folded addresses",
        "outlook",
        "en",
        (
            "From: {}\n"
            "Sent: 04 November 2025 08:15\nTo: sam@reporter.example;\n ann@reporter.example;\n"
            " bob@reporter.example\nSubject: Hi\n\n"
        ),
    ),
    (
        "thunderbird",
        "thunderbird",
        "en",
        (
            "-------- Forwarded Message --------\nSubject: \tHi\n"
            "Date: \tTue, 4 Nov 2025 08:15:00 +0100\nFrom: \t{}\nTo: \tsam@reporter.example\n\n\n\n"
        ),
    ),
    (
        "thunderbird in Welsh",
        "thunderbird",
        "cy",
        (
            "-------- Neges Wreiddiol --------\n"
            "Pwnc: \tHi\nDyddiad: \tTue, 4 Nov 2025 08:15:00 +0100\nOddi wrth: \t{}\n"
            "At: \tsam@reporter.example\n\n\n\n"
        ),
    ),
    (
        "thunderbird in French",
        "thunderbird",
        "fr",
        (
            "-------- Message transféré --------\n"
            "Sujet : \tHi\nDate : \tTue, 4 Nov 2025 08:15:00 +0100\nDe : \t{}\n"
            "Pour : \tsam@reporter.example\n\n\n\n"
        ),
    ),
    (
        "yahoo",
        "yahoo",
        "en",
        (
            "----- Forwarded Message -----\nFrom: {}\n"
            "To: sam@reporter.example\nSent: Tuesday, 4 November 2025 at 08:15:00 GMT\n"
            "Subject: Hi\n\n"
        ),
    ),
    (
        "yahoo on one line",
        "yahoo",
        "en",
        (
            "   ----- Forwarded Message ----- From: {}"
            'To: "sam@reporter.example" <sam@reporter.example>'
            "Sent: Tuesday, November 4, 2025, 08:15:00 AM GMT+1Subject: Hi\n"
        ),
    ),
    (
        "samsung in Dutch",
        "samsung",
        "nl",
        (
            "-------- Oorspronkelijk bericht --------\nVan: {}\n"
            "Datum: 04-11-2025 08:15 (GMT+01:00)\nAan: sam@reporter.example\nOnderwerp: Hi\n\n"
        ),
    ),
    (
        "gmx, date first",
        "gmx",
        "de",
        (
            "Gesendet: Dienstag, 4. November 2025 um 08:15 Uhr\nVon: {}\n"
            "An: sam@reporter.example\nBetreff: Hi\n"
        ),
    ),
    (
        "mail.ru",
        "mail.ru",
        "ru",
        (
            "-------- Пересылаемое сообщение --------\nОт кого: {}\n"
            "Кому: sam@reporter.example\nДата: Вторник, 4 ноября 2025, 8:15 +03:00\nТема: Hi\n\n"
        ),
    ),
    (
        "qq",
        "qq",
        "zh",
        (
            "------------------ 原始邮件 ------------------\n发件人: {};\n"
            "发送时间: 2025年11月4日(星期二) 8:15\n收件人: sam<sam@reporter.example>;\n主题: Hi\n\n"
        ),
    ),
    (
        "outlook in Japanese",
        "outlook",
        "ja",
        (
            "-----元のメッセージ-----\n差出人: {}\n"
            "送信日時: 2025年11月4日 8:15\n宛先: sam@reporter.example\n件名：Hi\n\n"
        ),
    ),
    (
        "zoho, separator twice",
        "zoho",
        "en",
        (
            "============ Forwarded message ============\nFrom: {}\n"
            "To: sam@reporter.example\nDate: Tue, 04 Nov 2025 08:15:00 +0000\nSubject: Hi\n"
            "============ Forwarded message ============\n\n"
        ),
    ),
    (
        "em client, no colons",
        "em-client",
        "en",
        (
            "------ Forwarded Message ------\nFrom {}\n"
            "To sam@reporter.example\nDate 4 November 2025 08:15\nSubject Hi\n\n"
        ),
    ),
    (
        "notes",
        "notes",
        "en",
        (
            "----- Forwarded by Sam/Org on 04/11/2025 09:30 -----\n\n"
            "From:        {}\nTo:        sam@reporter.example\nDate:        4 November 2025 08:15\n"
            "Subject:        Hi\n\n"
        ),
    ),
    (
        "thunderbird with all header fields",
        "",
        "en",
        (
            "-------- Forwarded Message --------\nFCC: imap://sam@mx.example/Sent\n"
            "X-Account-Key: account7\nFrom: {}\nSubject: Hi\nTo: sam@reporter.example\n"
            "X-Draft-Info: internal/draft; vcard=0; receipt=0; DSN=0;\nuuencode=0; a=0\n"
            "Date: Tue, 4 Nov 2025 08:15:00 +0100\nUser-Agent: A/5.0 (X11; Linux)\n"
            "B/52.7.0\nMIME-Version: 1.0\nContent-Language: en-GB\n\n"
        ),
    ),
    (
        "source of the mail",
        "",
        "en",
        (
            "Return-Path: <nobody@offender.example>\n"
            "Received: from a.example (a.example [192.0.2.1])\n by mx.example; 4 Nov 2025 08:15\n"
            "Message-ID: <1@offender.example>\nFrom: {}\nTo: sam@reporter.example\nSubject: Hi\n"
            "Date: Tue, 04 Nov 2025 08:15:00 +0000\n\n"
        ),
    ),
]


@pytest.mark.parametrize("note", ["", "Is this real?"], ids=["no note", "note"])
@pytest.mark.parametrize(("name", "client", "language", "form"), FORMS, ids=[f[0] for f in FORMS])
def test_a_clients_forward_is_opened(
    name: str, client: str, language: str, form: str, note: str
) -> None:
    body = (f"{note}\n\n" if note else "") + form.replace("{}", WHO) + TEXT
    (report,) = reports_of(mail(body))
    assert report.unwrapping.how == "inline", name
    assert (report.unwrapping.client, report.unwrapping.language) == (client, language)
    assert report.unwrapping.depth == 1
    assert report.reported.sender == WHO
    assert report.reported.subject == "Hi"
    assert report.reported.date.startswith("2025-11-04T08:15")
    assert "sam@reporter.example" in report.reported.to
    assert report.reported.text == TEXT.rstrip("\n")
    assert report.reporter.note == note


@pytest.mark.parametrize(
    "mailbox",
    [
        "Nobody [mailto:nobody@offender.example]",
        "Nobody<mailto:nobody@offender.example>",
        '"Nobody" <nobody@offender.example>',
        "Nobody <nobody@offender.example<mailto:nobody@offender.example>>",
    ],
)
def test_mailboxes_come_in_one_form(mailbox: str) -> None:
    body = f"From: {mailbox}\nSent: 4 November 2025\nTo: sam@reporter.example\n\nPay"
    assert reports_of(mail(body))[0].reported.sender == WHO


@pytest.mark.parametrize(
    ("line", "language"),
    [
        ("On Tue, Nov 4, 2025 at 8:15 AM Nobody <nobody@offender.example> wrote:", "en"),
        ("On Tue, Nov 4, 2025 at 8:15 AM Nobody <nobody@offender.example>\nwrote:", "en"),
        ("Ar 04/11/2025 08:15, ysgrifennodd Nobody <nobody@offender.example>:", "cy"),
        ("Am 04.11.2025 um 08:15 schrieb Nobody <nobody@offender.example>:", "de"),
        ("Le 4 nov. 2025 à 08:15, Nobody <nobody@offender.example> a écrit :", "fr"),
    ],
)
def test_a_quotation_in_a_reply_is_opened_as_one(line: str, language: str) -> None:
    body = f"They wrote this.\n\n{line}\n\n{quote(TEXT)}\n\nBye\n"
    (report,) = reports_of(mail(body, subject="Re: Hi"))
    assert (report.unwrapping.how, report.unwrapping.language) == ("quoted", language)
    assert report.reported.sender == WHO
    assert report.reported.subject == "Hi"
    assert report.reported.text == TEXT.rstrip("\n")
    assert report.reporter.note == "They wrote this.\n\nBye"


@pytest.mark.parametrize(
    "body",
    [
        "He wrote: give me money\nand more",
        "From: me\nthis is a story",
        "From: now on\nTo: the end\nwe pay nothing",
        "Subject: none\nTo: nobody\nCc: nobody\nwords",
        "Dear Sir,\nDate: tomorrow\nat noon",
        "-----\nhello\n-----",
    ],
)
def test_lines_that_only_look_like_headers_open_nothing(body: str) -> None:
    (report,) = reports_of(mail(body, subject="hello"))
    assert report.unwrapping.how == "none"
    assert report.reported.text == body


def test_the_source_that_a_client_shows_is_kept_as_header_fields() -> None:
    """Folded lines go on with the field before; what is no field of a source is none."""
    form = next(form for name, _, _, form in FORMS if name == "source of the mail")
    (report,) = reports_of(mail(form.replace("{}", WHO) + TEXT))
    assert report.reported.headers == (
        ("Return-Path", "<nobody@offender.example>"),
        ("Received", "from a.example (a.example [192.0.2.1]) by mx.example; 4 Nov 2025 08:15"),
        ("Message-ID", "<1@offender.example>"),
    )


def test_lines_that_are_wrapped_without_a_mark_go_on_with_their_field() -> None:
    block = "-------- Forwarded Message --------\nReceived: from a.example\nby mx.example\n"
    (report,) = reports_of(mail(f"{block}From: {WHO}\nSubject: Hi\n\n{TEXT}"))
    assert report.reported.headers == (("Received", "from a.example by mx.example"),)
    assert report.reported.text == TEXT.rstrip("\n")
