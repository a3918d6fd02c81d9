"""Finds certain addresses in a text, however they are written there, in time that grows with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from casefile.query import MARK_END, MARK_START

#: As long as the halves of an address may be, and the marks of a search within them.
_LOCAL, _DOMAIN, _WITH_MARKS = 64, 255, 3
_MARK_SIGNS = frozenset({MARK_START, MARK_END})
_PLAIN = r"[^\s<>\"'(),;:\[\]@]"
_ADDRESS = re.compile(rf"{_PLAIN}{{1,{_LOCAL}}}@{_PLAIN}{{1,{_DOMAIN}}}")
#: Where a snippet was cut: only so near its beginning and its end.
_CUT, _NEAR = "…", 4
_GAP = f"[\\s{MARK_START}{MARK_END}]{{0,4}}"
#: Escaped by percent or for HTML, in full width, or written for people alone.
_AT = (
    rf"{_GAP}(?:[@＠﹫]|%40|&#0{{0,4}}64;|&#x0{{0,4}}40;|&commat;|[(\[{{]\s?(?:at|@)\s?[)\]}}]"
    rf"|(?<=[\s{MARK_END}])at(?=[\s{MARK_START}])){_GAP}"
)
_DOT = re.compile(
    r"\s{0,2}[(\[{]\s?(?:\.|dot)\s?[)\]}]\s{0,2}|\s{1,2}dot\s{1,2}|%2e|[。．｡]",
    re.IGNORECASE,
)
_END = re.compile(rf"[\s<>\"'(),;:\[\]@{_CUT}]")

#: Letters of a half of an address, lowered, each with where it stands: its first and its end.
_Letters = list[tuple[str, int, int]]


def addresses_in(values: Iterable[str]) -> set[str]:
    """Give the addresses in these texts, in small letters, as mails have them in their header."""
    return {found.lower() for value in values for found in _ADDRESS.findall(value)}


class Hidden:
    """Certain addresses, in small letters."""

    def __init__(self, addresses: Iterable[str]) -> None:
        self._locals: dict[str, set[str]] = {}
        for address in addresses:
            local, _, domain = address.partition("@")
            self._locals.setdefault(domain, set()).add(local)
        # Most of what may be an `@` stands between other letters, and is passed over at once.
        before = "".join({local[-1:] for names in self._locals.values() for local in names})
        after = "".join({domain[:1] for domain in self._locals})
        self._at = re.compile(
            f"(?<=[{re.escape(before)}]){_AT}(?=[{re.escape(after)}{_CUT}])" if before else _AT,
            re.IGNORECASE,
        )

    def replaced(self, text: str, by: Callable[[str], str]) -> str:
        """Give the text with each of them replaced; what the index marked within stands behind.

        `by` is told an address as it is written, as far as a snippet has it: `jane@home.exam`.
        """
        if not self._locals:
            return text
        pieces, done = [], 0
        for found in self._at.finditer(text):
            place = self._place(text, done, found.start(), found.end())
            if place is not None:
                address, start, end = place
                marks = "".join(it for it in text[start:end] if it in _MARK_SIGNS)
                pieces += [text[done:start], by(address), marks]
                done = end
        return "".join((*pieces, text[done:])) if done else text

    def _place(self, text: str, least: int, before: int, after: int) -> tuple[str, int, int] | None:
        """Give an address around an `@` between two places, and where it begins and ends."""
        if before < least:
            return None
        local, cut_before = _backwards(text, least, before)
        domain, cut_after = _forwards(text, after)
        head, name = "".join(it[0] for it in local), ""
        tail = "".join(it[0] for it in domain)
        for length in range(len(tail), 0, -1):
            if tail[:length] in self._locals:
                name = self._longest(tail[:length], head, cut=cut_before)
                if name:
                    domain = domain[:length]
                    break
        if not name and cut_after:
            name = next((it for it in self._begun(tail, head, cut=cut_before)), "")
        if not name:
            return None
        kept = local[len(local) - len(name) :]
        end = domain[-1][2] if domain else after
        written = "".join(text[start:to] for _, start, to in kept)
        return f"{written}@{''.join(it[0] for it in domain)}", kept[0][1], end

    def _longest(self, domain: str, head: str, *, cut: bool) -> str:
        """Give the longest end of a text that is the first half of an address of this domain."""
        names = self._locals[domain]
        ends = (head[at:] for at in range(len(head)))
        whole = next((it for it in ends if it in names), "")
        return whole or (head if cut and head and any(it.endswith(head) for it in names) else "")

    def _begun(self, tail: str, head: str, *, cut: bool) -> Iterator[str]:
        """Give what may be the first half of an address whose domain is cut off."""
        for domain in self._locals:
            if domain.startswith(tail) and (name := self._longest(domain, head, cut=cut)):
                yield name


def _backwards(text: str, least: int, end: int) -> tuple[_Letters, bool]:
    """Read the first half of an address that ends there, and whether it is cut off."""
    letters: _Letters = []
    at = end
    while at > max(least, end - _WITH_MARKS * _LOCAL) and len(letters) < _LOCAL:
        letter = text[at - 1]
        if _END.match(letter):
            break
        at -= 1
        if letter not in _MARK_SIGNS:
            letters += [(it, at, at + 1) for it in reversed(letter.lower())]  # of İ there are two
    return letters[::-1], at <= _NEAR and text[at - 1 : at] == _CUT


def _forwards(text: str, start: int) -> tuple[_Letters, bool]:
    """Read the second half of an address that begins there, and whether it is cut off."""
    letters: _Letters = []
    at, last = start, min(len(text), start + _WITH_MARKS * _DOMAIN)
    while at < last and len(letters) < _DOMAIN:
        dot = _DOT.match(text, at)
        if dot is not None:
            letters.append((".", at, dot.end()))
            at = dot.end()
            continue
        if _END.match(text[at]):
            break
        if text[at] not in _MARK_SIGNS:
            letters += [(it, at, at + 1) for it in text[at].lower()]
        at += 1
    return letters, len(text) - at <= _NEAR and text[at : at + 1] == _CUT
