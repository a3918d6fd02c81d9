"""The words of the invented week. Nobody ever sent them."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).parent

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

WELSH = (_HERE / "welsh.txt").read_text(encoding="utf-8")
GERMAN = (_HERE / "german.txt").read_text(encoding="utf-8")

YOUNG = """do not block me again. i still have every picture you sent on tuesday and i have your
followers list open right now. 50 in gift cards tonight or your school sees it first"""
YOUNG_NOTE = (
    "please help i am 15 and he will not stop, i can not do this any more, my mum has no idea"
)

RECORDED = """We talked for an hour and you know what you did on camera. Here is one clip so that
you believe me, I have the rest. You paid once, so you can pay again: 600 more by Friday, or your
wife and your office get the link. Write to me on Telegram, @late_harbour. I am waiting."""

THREAT = """Somebody who does not like you gave me money and your address. I have watched your house
since Sunday. Pay me more than they did and I will forget what I was hired to do."""

UNCLEAR = """This is about the matter from before. You know the amount and where to send it. The
account is the one in the last letter with one change at the end."""
