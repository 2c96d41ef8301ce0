"""Why somebody does what others will read about: a reason of a list, and a sentence."""

from collections.abc import Collection
from typing import Final, TypeVar

from hygie.limits.access import MAX_MOTIVE_CHARACTERS, MIN_MOTIVE_CHARACTERS
from hygie.refusal import Category, Phrase, refuse

R = TypeVar("R", bound=str)
NO_REASON: Final = Phrase("Choisissez un motif dans la liste.", "Choose a reason in the list.")
TOO_SHORT: Final = Phrase(
    "Dites pourquoi, en {least} à {most} caractères : un relecteur le lira.",
    "Say why, in {least} to {most} characters: a reviewer will read it.",
)


def read_reason(text: str, known: Collection[R], room: str) -> R:
    """Raises `Refused` under the rule "ROOM.reason"."""
    for one in known:
        if text == one:
            return one
    raise refuse(Category.UNPROCESSABLE, f"{room}.reason", NO_REASON, code="value")


def read_motive(text: str, room: str) -> str:
    """The sentence, its spaces made single. Raises `Refused` under the rule "ROOM.motive"."""
    said = " ".join(text.split())
    letters = sum(character.isalpha() for character in said)
    if letters < MIN_MOTIVE_CHARACTERS or len(said) > MAX_MOTIVE_CHARACTERS:
        least, most = str(MIN_MOTIVE_CHARACTERS), str(MAX_MOTIVE_CHARACTERS)
        raise refuse(
            Category.UNPROCESSABLE, f"{room}.motive", TOO_SHORT, code="value", least=least,
            most=most,
        )  # fmt: skip
    return said
