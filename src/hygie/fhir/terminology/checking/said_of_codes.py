"""What is said of a code and its value set."""

from typing import Final

from hygie.fhir.terminology.checking.sentence import Sentence
from hygie.refusal import Phrase

NOT_IN_SET: Final = Sentence(
    "None_of_the_provided_codes_are_in_the_value_set_one",
    "not-in-vs",
    "code-invalid",
    Phrase(
        "Le code fourni {codes} n'est pas dans le jeu de valeurs « {value_set} »",
        "The provided code {codes} was not found in the value set '{value_set}'",
    ),
)
THIS_NOT_IN_SET: Final = NOT_IN_SET._replace(kind="this-code-not-in-vs")
NO_CODING_IN_SET: Final = Sentence(
    "TX_GENERAL_CC_ERROR_MESSAGE",
    "not-in-vs",
    "code-invalid",
    Phrase(
        "Aucun codage valide pour le jeu de valeurs « {value_set} »",
        "No valid coding was found for the value set '{value_set}'",
    ),
)
ABSTRACT: Final = Sentence(
    "ABSTRACT_CODE_NOT_ALLOWED",
    "code-rule",
    "business-rule",
    Phrase(
        "Le code « {system}#{code} » est abstrait : il n'est pas permis ici",
        "Code '{system}#{code}' is abstract, and not allowed in this context",
    ),
)
NOT_ACTIVE: Final = Sentence(
    "STATUS_CODE_WARNING_CODE",
    "code-rule",
    "business-rule",
    Phrase(
        "Le concept « {code} » est valide mais n'est plus actif",
        "The concept '{code}' is valid but is not active",
    ),
)
CASE_DIFFERS: Final = Sentence(
    "CODE_CASE_DIFFERENCE",
    "code-rule",
    "business-rule",
    Phrase(
        "Le code « {code} » diffère du code exact « {correct} » par la casse. Le système"
        " « {system} » ne la distingue pas, mais il est recommandé de la respecter",
        "The code '{code}' differs from the correct code '{correct}' by case. Although the code"
        " system '{system}' is case insensitive, implementers are strongly encouraged to use the"
        " correct case anyway",
    ),
)
INACTIVE: Final = Sentence(
    "INACTIVE_CONCEPT_FOUND",
    "code-comment",
    "business-rule",
    Phrase(
        "Le concept « {code} » a le statut « {status} » : son emploi est à revoir",
        "The concept '{code}' has a status of {status} and its use should be reviewed",
    ),
)
RETIRED: Final = INACTIVE._replace(
    phrase=Phrase(
        "Le concept « {code} » a le statut « {status} » et n'est plus actif : son emploi est à"
        " revoir",
        "The concept '{code}' has a status of {status} and inactive and its use should be reviewed",
    )
)
DEPRECATED: Final = Sentence(
    "DEPRECATED_CONCEPT_FOUND",
    "code-comment",
    "business-rule",
    Phrase(
        "Le concept « {code} » est déconseillé : son emploi est à revoir",
        "The concept '{code}' is deprecated and its use should be reviewed",
    ),
)
DEPRECATED_IN_SET: Final = Sentence(
    "CONCEPT_DEPRECATED_IN_VALUESET",
    "code-comment",
    "business-rule",
    Phrase(
        "La présence du concept « {code} » du système « {system} » dans le jeu de valeurs"
        " {value_set} est marquée du statut {status} : son emploi est à revoir",
        "The presence of the concept '{code}' in the system '{system}' in the value set {value_set}"
        " is marked with a status of {status} and its use should be reviewed",
    ),
)
