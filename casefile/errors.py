"""What can go wrong, said by what happens next. An error's docstring is its message."""

from __future__ import annotations


class DeskError(Exception):
    """Something went wrong in the desk."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message or (self.__doc__ or "").strip())


class Refused(DeskError):
    """This will never work, so do not try again."""


class TryLater(DeskError):
    """This did not work now; the same again may work later."""


class Away(TryLater):
    """Whoever is to take this cannot be reached now, so that the next one need not be tried."""


class Unreadable(DeskError):
    """The stored bytes cannot be read as what they should be; set them aside."""


class NotFound(DeskError):
    """Nothing is stored under this key."""


class Uncertain(DeskError):
    """A reply may or may not have left; only a person can say."""


class SettingsError(DeskError):
    """A setting is wrong; the message says which one and how to mend it."""
