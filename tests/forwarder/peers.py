"""Asks other libraries what they make of a forward; run by a Python that has them installed.

As a script it reads a JSON list of texts and writes one of answers. As a module it runs itself
under the Python that DESK_PEERS names, because the desk installs none of them.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

Answer = dict[str, Any]
#: A subject line that says nothing.
_NONE = "(none)"
Ask = Callable[[Any, str], Answer]


def _forward_parser(library: Any, text: str) -> Answer:  # noqa: ANN401
    found = library.get_forwarded_metadata(text, f"Fwd: {_NONE}")
    email = found.email
    sender = f"{email.from_.name} <{email.from_.address}>"
    return {
        "found": found.forwarded and bool(email.body),
        "sender": sender,
        "subject": email.subject.replace(_NONE, ""),
        "body": email.body,
        "note": found.message,
    }


def _quotequail(library: Any, text: str) -> Answer:  # noqa: ANN401
    found = library.unwrap(text) or {}
    return {
        "found": bool(found),
        "sender": found.get("from", ""),
        "subject": found.get("subject", ""),
        "body": found.get("text", ""),
        "note": found.get("text_top", "") + found.get("text_bottom", ""),
    }


def _mail_parser_reply(library: Any, text: str) -> Answer:  # noqa: ANN401
    languages = ["en", "de", "es", "fr", "it", "nl", "pl", "da"]
    replies = library.EmailReplyParser(languages=languages).read(text).replies
    last = replies[-1]
    return {
        "found": len(replies) > 1,
        "sender": last.headers or "",
        "subject": last.headers or "",
        "body": last.full_body,
        "note": replies[0].full_body if len(replies) > 1 else "",
    }


def _reply_parser(library: Any, text: str) -> Answer:  # noqa: ANN401
    fragments = library.EmailReplyParser.read(text).fragments
    hidden = "\n".join(part.content for part in fragments if part.quoted)
    shown = "\n".join(part.content for part in fragments if not part.quoted)
    return {
        "found": bool(hidden),
        "sender": hidden,
        "subject": hidden,
        "body": hidden,
        "note": shown,
    }


#: Name in the package index, module, and how to ask it.
PEERS: dict[str, tuple[str, Ask]] = {
    "email-forward-parser": ("emailforwardparser.forward_parser", _forward_parser),
    "quotequail": ("quotequail", _quotequail),
    "mail-parser-reply": ("mailparser_reply", _mail_parser_reply),
    "email-reply-parser": ("email_reply_parser", _reply_parser),
}


def asked(peer: str, texts: list[str]) -> list[Answer] | None:
    """Give a library's answers, each with its milliseconds; None where it is not installed."""
    python = os.environ.get("DESK_PEERS", sys.executable)
    done = subprocess.run(
        [python, __file__, peer],
        input=json.dumps(texts).encode(),
        capture_output=True,
        timeout=300,
        check=False,
    )
    answers: list[Answer] | None = json.loads(done.stdout or b"null")
    return answers


def main() -> None:
    """Answer for one library."""
    module, ask = PEERS[sys.argv[1]]
    try:
        library = importlib.import_module(module)
    except ImportError:
        sys.stdout.write("null")
        return
    answers = []
    for text in json.load(sys.stdin):
        start = time.perf_counter()
        answer = ask(library, text)
        answers.append({**answer, "ms": 1000 * (time.perf_counter() - start)})
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()
