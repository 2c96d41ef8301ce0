"""Refusals of files of nomenclatures, each at its place."""

from hygie.refusal import Category, Phrase, Refused, refuse


def fault(rule: str, phrase: Phrase, place: str, **details: str) -> Refused:
    """`place`: name of the file, and the line in it where that is known."""
    return refuse(Category.UNPROCESSABLE, rule, phrase, code="structure", location=place, **details)


def at(name: str, line: int) -> str:
    return f"{name}:{line}"
