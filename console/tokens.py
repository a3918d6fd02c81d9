"""Proves that a form was on a page of ours."""

from __future__ import annotations

import hashlib
import hmac
import secrets


class Tokens:
    """One token for each action, such as `settle 01a2…`; they are gone with the process."""

    def __init__(self) -> None:
        self._secret = secrets.token_bytes(32)

    def give(self, action: str) -> str:
        """Give the token of an action."""
        return hmac.new(self._secret, action.encode("utf-8", "replace"), hashlib.sha256).hexdigest()

    def holds(self, action: str, token: str) -> bool:
        """Tell whether a token is that of this action."""
        return token.isascii() and hmac.compare_digest(token, self.give(action))
