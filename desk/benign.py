"""Reads the operator's list of accounts that are known to be benign."""

from __future__ import annotations

import tomllib
from pathlib import Path

from casefile.errors import SettingsError
from triage.benign import canonical

MAX_WORDS = 200


def benign_accounts(file: str) -> dict[str, str]:
    """Give the words for each canonical value in a file; none where no file is named.

    The file is TOML with one table, `[accounts]`, of values as they are written and words for them.
    Raises SettingsError, which names the file and the mend.
    """
    if not file:
        return {}
    try:
        table = tomllib.loads(Path(file).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"DESK_BENIGN: {file} cannot be read as TOML: {error}") from error
    accounts = table.get("accounts")
    if set(table) - {"accounts"} or not isinstance(accounts, dict):
        raise SettingsError(f"DESK_BENIGN: {file} must have one table, [accounts].")
    known = {}
    for value, words in accounts.items():
        if not isinstance(words, str) or not 0 < len(words.strip()) <= MAX_WORDS:
            raise SettingsError(
                f"DESK_BENIGN: {file} must say in at most {MAX_WORDS} characters what {value} is."
            )
        known[canonical(value)] = words.strip()
    return known
