"""Stands before every page: who may be asked by which name, and what a browser may do with it."""

from __future__ import annotations

import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: Names by which a browser on this machine asks. Any other is another site's name that was
#: made to point here (DNS rebinding).
_HOST = re.compile(r"(?:127\.0\.0\.1|localhost|\[::1\])(?::[0-9]{1,5})?", re.IGNORECASE)
_METHODS = frozenset({"GET", "HEAD"})
#: Where a form may be sent to.
_FORMS = re.compile(
    r"/seen|/corrections|/searches|/watches|/hunts|/cases|/notes(?:/withdraw)?"
    r"|/findings/[^/]+/reveal|/submissions/[^/]+/(?:settle|answer)"
)

#: OWASP ASVS 5.0, chapter 3.4, and 14.3.2.
HEADERS = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self';"
        " form-action 'self'; base-uri 'none'; frame-ancestors 'none';"
        " require-trusted-types-for 'script'; trusted-types 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "x-robots-tag": "noindex, nofollow",
}


class Guard:
    """Refuses foreign names, and all but reading and our own forms; puts headers on all answers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        app = self._refusal(scope) or self._app
        await app(scope, receive, send_guarded)

    @staticmethod
    def _refusal(scope: Scope) -> ASGIApp | None:
        headers = Headers(scope=scope)
        hosts = headers.getlist("host")
        if len(hosts) != 1 or _HOST.fullmatch(hosts[0]) is None:
            return PlainTextResponse("This console answers on this machine only.\n", 400)
        if scope["method"] == "POST" and _FORMS.fullmatch(scope["path"]):
            if _own(headers, hosts[0]):
                return None
            return PlainTextResponse("This form is not from a page of this console.\n", 403)
        if scope["method"] not in _METHODS:
            allowed = {"allow": ", ".join(sorted(_METHODS))}
            return PlainTextResponse("This page is only read.\n", 405, allowed)
        return None


def _own(headers: Headers, host: str) -> bool:
    """Tell whether a browser says that a page of this console sends the form.

    Every browser of today says `Sec-Fetch-Site` to an address of its own machine; an older one
    says `Origin`. What says neither is no browser, and has no business here.
    """
    sites = headers.getlist("sec-fetch-site")
    if sites:
        return sites == ["same-origin"]
    return headers.getlist("origin") in ([f"http://{host}"], [f"https://{host}"])
