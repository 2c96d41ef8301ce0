"""What is said of the display that came with a code."""

from typing import Final

from hygie.fhir.terminology.checking.sentence import Sentence
from hygie.refusal import Phrase

WRONG_DISPLAY: Final = Sentence(
    "Display_Name_for__should_be_one_of__instead_of",
    "invalid-display",
    "invalid",
    Phrase(
        "Le libellé « {display} » n'est pas celui de {system}#{code}. Libellé valide : {choices}"
        " (pour la ou les langues « {languages} »)",
        "Wrong Display Name '{display}' for {system}#{code}. Valid display is {choices} (for the"
        " language(s) '{languages}')",
    ),
)
WRONG_DISPLAY_OF_SEVERAL: Final = WRONG_DISPLAY._replace(
    phrase=Phrase(
        "Le libellé « {display} » n'est pas de {system}#{code}. Libellé valide, au choix parmi"
        " {count} : {choices} (pour la ou les langues « {languages} »)",
        "Wrong Display Name '{display}' for {system}#{code}. Valid display is one of {count}"
        " choices: {choices} (for the language(s) '{languages}')",
    )
)
WRONG_WHITESPACE: Final = Sentence(
    "Display_Name_WS_for__should_be_one_of__instead_of",
    "invalid-display",
    "invalid",
    Phrase(
        "Les espaces du libellé « {display} » ne sont pas ceux de {system}#{code}. Libellé valide :"
        " {choices} (pour la ou les langues « {languages} »)",
        "Wrong whitespace in Display Name '{display}' for {system}#{code}. Valid display is"
        " {choices} (for the language(s) '{languages}')",
    ),
)
WRONG_WHITESPACE_OF_SEVERAL: Final = WRONG_WHITESPACE._replace(
    phrase=Phrase(
        "Les espaces du libellé « {display} » ne sont pas ceux de {system}#{code}. Libellé valide,"
        " au choix parmi {count} : {choices} (pour la ou les langues « {languages} »)",
        "Wrong whitespace in Display Name '{display}' for {system}#{code}. Valid display is one of"
        " {count} choices: {choices} (for the language(s) '{languages}')",
    )
)
DEFAULT_DISPLAY: Final = Sentence(
    "NO_VALID_DISPLAY_FOUND_NONE_FOR_LANG_OK",
    "invalid-display",
    "invalid",
    Phrase(
        "Aucun libellé de {system}#{code} n'est connu pour la ou les langues « {languages} ». Le"
        " libellé « {display} » est valide dans la langue par défaut",
        "There are no valid display names found for the code {system}#{code} for language(s)"
        " '{languages}'. The display is '{display}' which is a valid display for the default"
        " language",
    ),
)
NO_DEFAULT_DISPLAY: Final = Sentence(
    "NO_VALID_DISPLAY_FOUND_NONE_FOR_LANG_ERR",
    "invalid-display",
    "invalid",
    Phrase(
        "Le libellé « {display} » n'est pas celui de {system}#{code}. Aucun libellé n'est connu"
        " pour la ou les langues « {languages} ». Le libellé par défaut est « {default} »",
        "Wrong Display Name '{display}' for {system}#{code}. There are no valid display names found"
        " for language(s) '{languages}'. Default display is '{default}'",
    ),
)
FORMER_DISPLAY: Final = Sentence(
    "INACTIVE_DISPLAY_FOUND",
    "display-comment",
    "invalid",
    Phrase(
        "« {display} » n'est plus un libellé correct du code « {code} » (statut {status}). Libellés"
        " corrects : {choices}.",
        "'{display}' is no longer considered a correct display for code '{code}' (status ="
        " {status}). The correct display is one of {choices}.",
    ),
)
