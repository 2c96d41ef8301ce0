"""Why a profile cannot be worked out, as refusals."""

from hygie.fhir.packages.definition import Definition
from hygie.refusal import Category, Phrase, Refused, refuse

EXCERPT_CHARACTERS = 200


def fault(
    definition: Definition, rule: str, phrase: Phrase, path: str = "", **details: str
) -> Refused:
    """A refusal of the rule `snapshot.<rule>`, ready to raise; `path` is that of an element."""
    shown = {name: _excerpt(value) for name, value in details.items()}
    if path:
        shown["path"] = _excerpt(path)
    return refuse(
        Category.UNPROCESSABLE,
        f"snapshot.{rule}",
        phrase,
        location=_excerpt(path),
        profile=_excerpt(definition.canonical),
        **shown,
    )


def _excerpt(text: str) -> str:
    short = text if len(text) <= EXCERPT_CHARACTERS else text[:EXCERPT_CHARACTERS] + "…"
    return "".join(c if c.isprintable() else "�" for c in short)
