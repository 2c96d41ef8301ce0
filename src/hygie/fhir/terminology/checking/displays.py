"""The display that came with a code, held against the names that the code has."""

from collections.abc import Iterable, Sequence
from typing import Final

from hygie.fhir.terminology.checking import said_of_displays
from hygie.fhir.terminology.checking.findings import Findings
from hygie.fhir.terminology.checking.subject import Coded
from hygie.fhir.terminology.code_system import CodeSystem, Concept
from hygie.fhir.terminology.displaying import Name, names_of
from hygie.fhir.terminology.languages import ANY, Wanted, covers, nearly
from hygie.fhir.terminology.notes import standards_status
from hygie.fhir.terminology.reading import Json
from hygie.refusal import Language, Severity

NO_LANGUAGE: Final = "--"
SENTENCES: Final = {
    (False, True): said_of_displays.WRONG_DISPLAY,
    (False, False): said_of_displays.WRONG_DISPLAY_OF_SEVERAL,
    (True, True): said_of_displays.WRONG_WHITESPACE,
    (True, False): said_of_displays.WRONG_WHITESPACE_OF_SEVERAL,
}
"""Whether only the spaces differ, whether there is one choice -> what is said."""


def names_in(system: CodeSystem, concept: Concept, listed: Json | None = None) -> list[Name]:
    """The names that a system gives, then those of a set that lists the code."""
    names = names_of(system, concept)
    return [*names, *names_of(system, Concept("", {}), listed)] if listed else names


def says(names: Iterable[Name], display: str) -> bool:
    """Whether a display is one of the names, whatever its case."""
    return any(name.value.lower() == display.lower() for name in names)


class Displays:
    """Of one request: the languages that it asks for, and whether a wrong display is an error."""

    def __init__(self, wanted: Sequence[Wanted], shown: str, *, lenient: bool) -> None:
        """`shown`: the languages as the request writes them."""
        self._wanted = [each for each in wanted if each.weight > 0]
        self._shown = shown or NO_LANGUAGE
        self._severity: Severity = "warning" if lenient else "error"

    def check(self, findings: Findings, coded: Coded, names: Sequence[Name], default: str) -> None:
        """Says what is wrong with a display; `default`: the language of its system."""
        if not coded.display or not names:
            return
        fitting = [name for name in names if self._fits(name)]
        if not says(fitting, coded.display):
            self._wrong(findings, coded, names, default)
        elif not says((name for name in fitting if not name.is_withdrawn), coded.display):
            self._former(findings, coded, names)

    def _fits(self, name: Name) -> bool:
        """Whether a name is in a language that is asked for; one without a language always is."""
        if not self._wanted or not name.language:
            return True
        return any(each.tag == ANY or nearly(each.tag, name.language) for each in self._wanted)

    def _wrong(self, findings: Findings, coded: Coded, names: Sequence[Name], default: str) -> None:
        usual = [name for name in names if name.is_for_display and self._fits(name)]
        others = [name for name in names if self._fits(name)]
        if not usual and not others:
            self._not_in_language(findings, coded, names, default)
            return
        shown = usual or [name for name in names if name.is_for_display]
        is_spaced = _plain(coded.display) in {_plain(name.value) for name in others}
        findings.say(
            self._severity if usual else "warning",
            SENTENCES[is_spaced, len(shown) == 1],
            coded.place("display"),
            told=True,
            display=coded.display,
            system=coded.system,
            code=coded.code,
            count=str(len(shown)),
            choices=_choices(shown, findings.language),
            languages=self._shown,
        )

    def _not_in_language(
        self, findings: Findings, coded: Coded, names: Sequence[Name], default: str
    ) -> None:
        """There is no name in the languages asked for: those of the system's own may do."""
        own = [name for name in names if default and covers(default, name.language)]
        is_own = says(own, coded.display)
        usual = next((name.value for name in names if name.is_for_display), names[0].value)
        findings.say(
            "information" if is_own else self._severity,
            said_of_displays.DEFAULT_DISPLAY if is_own else said_of_displays.NO_DEFAULT_DISPLAY,
            coded.place("display"),
            told=True,
            display=coded.display,
            system=coded.system,
            code=coded.code,
            languages=self._shown,
            default=usual,
        )

    def _former(self, findings: Findings, coded: Coded, names: Sequence[Name]) -> None:
        """The display was once a name of the code."""
        correct = [n.value for n in names if n.is_for_display and not n.is_withdrawn and not n.use]
        findings.say(
            "warning",
            said_of_displays.FORMER_DISPLAY,
            coded.place("display"),
            display=coded.display,
            code=coded.code,
            status=_status(names, coded.display),
            choices=",".join(f'"{value}"' for value in dict.fromkeys(correct)),
        )


def _choices(names: Sequence[Name], language: Language) -> str:
    """`'Cat' (en)`; `'Cat' (en) or 'Chat' (fr)`."""
    shown = [f"'{n.value}' ({n.language})" if n.language else f"'{n.value}'" for n in names]
    joint = " ou " if language == "fr" else " or "
    return joint.join(filter(None, [", ".join(shown[:-1]), shown[-1]]))


def _status(names: Sequence[Name], display: str) -> str:
    return next((standards_status(n.json) for n in names if says([n], display)), "")


def _plain(text: str) -> str:
    return " ".join(text.split()).lower()
