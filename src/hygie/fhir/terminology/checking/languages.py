"""The languages of an answer: of its sentences, French or English; of displays, any."""

from hygie.fhir.terminology.asking import Asked
from hygie.fhir.terminology.checking import said_of_requests
from hygie.fhir.terminology.checking.findings import refusal
from hygie.fhir.terminology.languages import read_languages
from hygie.refusal import Category, Language


def language_of(asked: Asked) -> Language:
    """French for who asks for French; else English, whose sentences programs compare."""
    wanted = read_languages(asked.display_language)
    first = next((each.tag.lower() for each in wanted if each.weight > 0), "")
    return "fr" if first.partition("-")[0] == "fr" else "en"


def check_languages(asked: Asked) -> None:
    """Refuses a `displayLanguage` that names no language."""
    languages = asked.text("displayLanguage")
    if languages and not read_languages(languages):
        raise refusal(said_of_requests.BAD_LANGUAGE, Category.INVALID, languages=languages)
