"""Flesch-Kincaid grade of English text (Kincaid et al. 1975), for the tests of the replies."""

from __future__ import annotations

import re

_SENTENCE = re.compile(r"[.?!](?:\s|$)|\n")
_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
_VOWELS = re.compile(r"[aeiouy]+")


def sentences(text: str) -> list[list[str]]:
    """Give the words of each sentence; a line ends one."""
    found = (_WORD.findall(sentence) for sentence in _SENTENCE.split(text))
    return [words for words in found if words]


def syllables(word: str) -> int:
    """Count the syllables of an English word as its groups of vowels, without a silent end."""
    letters = word.lower()
    count = len(_VOWELS.findall(letters))
    silent = letters.endswith(("e", "es", "ed")) and not letters.endswith(
        ("le", "les", "ted", "ded", "ses", "ges", "ces", "ee")
    )
    return max(count - silent, 1)


def grade(text: str) -> float:
    """Give the school grade: 0.39 words a sentence + 11.8 syllables a word - 15.59."""
    all_sentences = sentences(text)
    words = [word for sentence in all_sentences for word in sentence]
    in_all = sum(map(syllables, words))
    return 0.39 * len(words) / len(all_sentences) + 11.8 * in_all / len(words) - 15.59
