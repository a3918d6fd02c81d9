"""The words of the invented week. Nobody ever sent them."""

from __future__ import annotations

WALLET = "bc1qg5z6tqqmp0lrh52zxmry83xffmtam6t24vffyl"
SECOND = "bc1qjdvtlkgvavyv0rwptvpukacfd7qm56fk009wvv"
THIRD = "1EhiyVCywTgD6onUXdXLDYTZUfhtzvTeLK"
#: `WALLET` with one letter mistyped.
NEAR_MISS = "bc1qg5z6tqqmp0lrh52zxmry83xffmtam6t24vffyq"

ENGLISH = """Good evening.

You do not know me, but I know the machine you read this on. Some weeks ago you opened a page that
you would rather not name, and while you looked at it I turned your camera on and let it run. Your
password was {password} on that day, so you can see that this is no joke.

What I have is two films side by side: the page on the left, you on the right. I also copied every
name in your address book.

Send 1450 dollars in Bitcoin and both films are wiped:

{wallet}

You have 48 hours from the moment this letter is opened. I will know.

http://films.example/preview
"""

ENGLISH_SECOND_VERSION = """Good evening.

You do not know me, but I know the telephone you read this on. Some weeks ago you opened a page that
you would rather not name, and while you looked at it I turned your camera on and let it run. Your
password was {password} on that day, so you can see that this is no empty talk.

What I have is two films side by side: the page on the left, you on the right. I also copied every
number in your address book, and where you work.

Send 1900 dollars in Bitcoin and both films are wiped for good:

{wallet}

You have 48 hours from the moment this letter is opened. Do not answer, nobody reads this address.
"""

WELSH = """Noswaith dda.

Dwyt ti ddim yn fy adnabod i, ond rydw i'n adnabod dy gyfrifiadur di. Rai wythnosau yn ôl fe
agoraist ti dudalen nad wyt ti am i neb wybod amdani, ac fe wnes i droi dy gamera ymlaen a'i adael
i redeg. Mae gen i ddwy ffilm ochr yn ochr, a phob enw yn dy lyfr cyfeiriadau.

Anfona 1450 o ddoleri mewn Bitcoin i'r waled hon, a bydd y cyfan yn cael ei ddileu:

{wallet}

Mae gen ti 48 awr. Paid ag ateb y neges hon.
"""

GERMAN = """Guten Abend,

Sie kennen mich nicht, aber ich kenne das Gerät, auf dem Sie diese Zeilen lesen. Vor einigen Wochen
haben Sie eine Seite geöffnet, über die Sie lieber schweigen, und ich habe dabei Ihre Kamera laufen
lassen. Nun liegen zwei Filme nebeneinander, und Ihr Adressbuch liegt daneben.

Überweisen Sie 1450 Dollar in Bitcoin an diese Adresse, dann wird alles gelöscht:

{wallet}

Sie haben 48 Stunden. Antworten Sie nicht, dieses Postfach liest niemand.
"""

YOUNG = """dont block me again. i still have every picture you sent on tuesday and i have your
followers list open right now. 50 in gift cards tonight or your school sees it first"""
YOUNG_NOTE = "please help i am 15 and he wont stop, i cant do this any more, my mum doesnt know"

RECORDED = """We talked for an hour and you know what you did on camera. Here is one clip so that
you believe me, I have the rest. You paid once, so you can pay again: 600 more by Friday, or your
wife and your office get the link. Write to me on Telegram, @late_harbour. I am waiting."""

THREAT = """Somebody who does not like you gave me money and your address. I have watched your house
since Sunday. Pay me more than they did and I will forget what I was hired to do."""

UNCLEAR = """This is about the matter from before. You know the amount and where to send it. The
account is the one in the last letter with one change at the end."""
