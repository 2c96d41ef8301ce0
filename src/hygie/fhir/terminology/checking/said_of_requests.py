"""What is said of definitions that are referred to, and of what cannot be checked at all."""

from typing import Final

from hygie.fhir.terminology.checking.sentence import Sentence
from hygie.refusal import Phrase

_STATUS: Final = ("status-check", "business-rule")
REFERENCE_DEPRECATED: Final = Sentence(
    "MSG_DEPRECATED",
    *_STATUS,
    Phrase("Renvoi à un {kind} déconseillé : {url}", "Reference to deprecated {kind} {url}"),
)
REFERENCE_WITHDRAWN: Final = Sentence(
    "MSG_WITHDRAWN",
    *_STATUS,
    Phrase("Renvoi à un {kind} retiré : {url}", "Reference to withdrawn {kind} {url}"),
)
REFERENCE_RETIRED: Final = Sentence(
    "MSG_RETIRED",
    *_STATUS,
    Phrase(
        "Renvoi à un {kind} qui n'est plus en usage : {url}", "Reference to retired {kind} {url}"
    ),
)
REFERENCE_EXPERIMENTAL: Final = Sentence(
    "MSG_EXPERIMENTAL",
    *_STATUS,
    Phrase("Renvoi à un {kind} expérimental : {url}", "Reference to experimental {kind} {url}"),
)
REFERENCE_DRAFT: Final = Sentence(
    "MSG_DRAFT",
    *_STATUS,
    Phrase("Renvoi à un {kind} à l'état de projet : {url}", "Reference to draft {kind} {url}"),
)
UNKNOWN_VALUE_SET: Final = Sentence(
    "Unable_to_resolve_value_Set_",
    "not-found",
    "not-found",
    Phrase(
        "Aucune définition du jeu de valeurs « {value_set} » n'a été trouvée",
        "A definition for the value Set '{value_set}' could not be found",
    ),
)
CIRCULAR: Final = Sentence(
    "VALUESET_CIRCULAR_REFERENCE",
    "vs-invalid",
    "processing",
    Phrase(
        "Le jeu de valeurs {value_set} s'inclut lui-même, par [{way}]",
        "Found a circularity pointing to {value_set} processing ValueSet with pathway [{way}]",
    ),
)
TOO_DEEP: Final = Sentence(
    "VALUESET_TOO_DEEP",
    "too-costly",
    "too-costly",
    Phrase(
        "Le jeu de valeurs {value_set} importe à plus de {limit} niveaux",
        "The value set {value_set} imports others more than {limit} deep",
    ),
)
BAD_LANGUAGE: Final = Sentence(
    "INVALID_DISPLAY_NAME",
    "invalid-display",
    "processing",
    Phrase(
        "Paramètre displayLanguage non valide : « {languages} »",
        "Invalid displayLanguage: '{languages}'",
    ),
)
NOTHING_TO_CHECK: Final = Sentence(
    "UNABLE_TO_FIND_CODE_TO_VALIDATE",
    "",
    "invalid",
    Phrase(
        "Aucun code à valider (coding, codeableConcept, code et system, ou code et inferSystem)",
        "Unable to find code to validate (looked for coding | codeableConcept | code+system |"
        " code+inferSystem in parameters",
    ),
)
TOO_MANY: Final = Sentence(
    "TOO_MANY_VALIDATIONS",
    "too-costly",
    "too-costly",
    Phrase(
        "Une demande porte sur {limit} codes au plus",
        "A request asks about {limit} codes at most",
    ),
)
