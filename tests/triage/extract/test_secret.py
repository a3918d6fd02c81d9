"""Quoted passwords are counted in several languages; talk about passwords is not."""

from __future__ import annotations

import pytest

from triage.extract.secret import MAX_SECRETS, find_secrets


@pytest.mark.parametrize(
    "text",
    [
        "I know your password is Tulip77",
        "Your password: Tulip77",
        "your pass word - Tulip77",
        'your password from sam@victim.example is "Tulip77"',
        "Tulip77 is your password",
        "I know Tulip77 is one of your passwords.",
        "Ihr Passwort lautet: Tulip77.",
        "votre mot de passe est Tulip77",
        "tu contraseña es Tulip77",
        "sua senha é Tulip77",
        "Ваш пароль: Tulip77",
        "eich cyfrinair yw Tulip77",
        "your password is:\n\nTulip77\n\nI installed",
        "yоur pаsswоrd: Tulip77",
    ],
)
def test_a_quoted_password_is_found(text: str) -> None:
    assert find_secrets(text) == ("Tulip77",)


def test_a_password_that_is_a_word_is_found_where_it_stands_alone() -> None:
    assert find_secrets("Your password: sunshine\nI know more.") == ("sunshine",)


@pytest.mark.parametrize(
    "text",
    [
        "Your password is about to expire",
        "Change your password: go to the settings page",
        "Reset your password at https://x.example/a1",
        "The password is known to me",
        "Das Kennwort muss nicht geändert werden",
    ],
)
def test_talk_about_passwords_is_none(text: str) -> None:
    assert find_secrets(text) == ()


def test_the_same_password_counts_once_and_lists_are_bounded() -> None:
    assert find_secrets("Your password: Tulip77\npassword is Tulip77") == ("Tulip77",)
    many = "\n".join(f"password: Tulip{number}" for number in range(50))
    assert len(find_secrets(many)) == MAX_SECRETS
