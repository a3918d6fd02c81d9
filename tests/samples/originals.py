"""Blackmail mails and reporters' words written for this project; every wallet here is invented."""

from __future__ import annotations

from email.message import EmailMessage

WALLET_EN = "bc1q6su0zxmge6whqgfjajn69gww9cxpjhwv4rzwlu"
WALLET_CY = "19i9z2BZqRJJpKbmYibg5so2hWpYgG9zEh"
WALLET_DE = "31w7Zj37cWH8Bug2YooJo4WXqswhFtpJfC"
WALLET_ETH = "0x922Eeb15c01008b7D373fFE850c7522d6f954337"

BLUFF_EN = """Hello {name},

I am a programmer who got into your laptop some months ago. A small program of mine came with a
page you visited, and since that day I see your screen and your camera.

You can guess what I filmed while you enjoyed certain films. I cut both pictures into one clip.
Your old password was {password}, so you know that I am serious. I also took the list of all your
contacts from the mail program.

Send {amount} dollars in Bitcoin to this wallet and I delete everything:

{wallet}

You have 48 hours from the moment you opened this letter. If the money does not come, the clip goes
to your family and to everybody at your work. Do not answer, this address is not mine.
"""
BLUFF_CY = """Helo,

Rwyf wedi hacio dy gyfrifiadur. Mae gen i reolaeth lawn dros dy we-gamera ers wythnosau, ac rwyf
wedi recordio fideo ohonot ti yn gwylio ffilmiau i oedolion.

Os nad wyt ti am i dy ffrindiau a dy deulu weld y fideo, tala 900 punt mewn Bitcoin i'r waled hon:

{wallet}

Mae gen ti 50 awr. Paid â chysylltu â'r heddlu. Ar ôl i'r arian gyrraedd byddaf yn dileu popeth.
"""
BLUFF_DE = """Guten Tag,

vor einiger Zeit habe ich Ihr Gerät mit einem Trojaner infiziert. Seitdem habe ich vollen Zugriff
auf Ihre Kamera und Ihren Bildschirm, und ich habe Sie bei sehr privaten Dingen gefilmt.

Überweisen Sie 1.200 Euro in Bitcoin an diese Adresse, dann lösche ich das Video:

{wallet}

Sie haben 72 Stunden Zeit. Sonst erhalten alle Ihre Kontakte das Video. Antworten Sie nicht.
"""
RECORDED_EN = """hey its me from the video call last night. i saved the whole call and i made
screenshots of you. i have your instagram followers and your sister and your boss. you send 500
to {wallet} today or i post the video in every chat. you wasted enough time, i see that you are
online, answer me
"""
INVOICE_EN = """Dear customer,

your parcel could not be delivered. Please confirm your address and pay the fee of 2.99 at
https://parcel-office.example/confirm within 24 hours.
"""


def mail(
    text: str,
    *,
    subject: str,
    sender: str = "Anonymous <night.watch@offender.example>",
    to: str = "sam@reporter.example",
) -> bytes:
    """Give a mail as the offender sent it."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = "Mon, 23 Nov 2026 08:14:02 +0000"
    message["Message-ID"] = "<20261123081402.7731@offender.example>"
    message.set_content(text)
    return message.as_bytes()


def words(text: str, *, subject: str, reporter: str, to: str) -> bytes:
    """Give a mail in which somebody writes to the force themselves, without a forward."""
    message = EmailMessage()
    message["From"] = reporter
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = "Tue, 24 Nov 2026 09:30:00 +0000"
    message["Message-ID"] = f"<{abs(hash(subject)):x}@reporter.example>"
    if text:
        message.set_content(text)
    return message.as_bytes()
