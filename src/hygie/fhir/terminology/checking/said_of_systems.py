"""What is said of a code's system, its versions, and of a code that it has not."""

from typing import Final

from hygie.fhir.terminology.checking.sentence import Sentence
from hygie.refusal import Phrase

UNKNOWN_CODE: Final = Sentence(
    "Unknown_Code_in_Version",
    "invalid-code",
    "code-invalid",
    Phrase(
        "Le code « {code} » n'existe pas dans le CodeSystem « {system} » version « {version} »",
        "Unknown code '{code}' in the CodeSystem '{system}' version '{version}'",
    ),
)
UNKNOWN_CODE_NO_VERSION: Final = UNKNOWN_CODE._replace(
    phrase=Phrase(
        "Le code « {code} » n'existe pas dans le CodeSystem « {system} »",
        "Unknown code '{code}' in the CodeSystem '{system}'",
    )
)
UNKNOWN_IN_FRAGMENT: Final = Sentence(
    "UNKNOWN_CODE_IN_FRAGMENT",
    "invalid-code",
    "code-invalid",
    Phrase(
        "Le code « {code} » n'est pas dans le CodeSystem « {system} » version « {version} », qui"
        " n'est connu qu'en partie : il peut être dans une autre partie",
        "Unknown Code '{code}' in the CodeSystem '{system}' version '{version}' - note that the"
        " code system is labeled as a fragment, so the code may be valid in some other fragment",
    ),
)
NO_SYSTEM_GIVEN: Final = Sentence(
    "Coding_has_no_system__cannot_validate",
    "invalid-data",
    "invalid",
    Phrase(
        "Le codage n'a pas de système : un code sans système n'a pas de sens défini et ne peut pas"
        " être validé",
        "Coding has no system. A code with no system has no defined meaning, and it cannot be"
        " validated. A system should be provided",
    ),
)
NO_CODE_GIVEN: Final = Sentence(
    "Coding_has_no_code__cannot_validate",
    "invalid-data",
    "invalid",
    Phrase(
        "Le codage n'a pas de code : il ne peut pas être validé",
        "Coding has no code and cannot be validated",
    ),
)
NOT_INFERRED: Final = Sentence(
    "UNABLE_TO_INFER_CODESYSTEM",
    "cannot-infer",
    "not-found",
    Phrase(
        "Le système du code « {code} » ne se déduit pas du jeu de valeurs « {value_set} »",
        "The System URI could not be determined for the code '{code}' in the ValueSet"
        " '{value_set}'",
    ),
)
INFERRED_TWICE: Final = Sentence(
    "Unable_to_resolve_system__value_set_has_multiple_matches",
    "cannot-infer",
    "not-found",
    Phrase(
        "Le système du code « {code} » ne se déduit pas du jeu de valeurs « {value_set} », où"
        " plusieurs conviennent : [{systems}]",
        "The System URI could not be determined for the code '{code}' in the ValueSet"
        " '{value_set}': value set expansion has multiple matches: [{systems}]",
    ),
)
RELATIVE_SYSTEM: Final = Sentence(
    "Terminology_TX_System_Relative",
    "invalid-data",
    "invalid",
    Phrase(
        "Coding.system doit être une référence absolue, non locale",
        "Coding.system must be an absolute reference, not a local reference",
    ),
)
VALUE_SET_AS_SYSTEM: Final = Sentence(
    "Terminology_TX_System_ValueSet2",
    "invalid-data",
    "invalid",
    Phrase(
        "Le codage désigne un jeu de valeurs, non un système de codes (« {system} »)",
        "The Coding references a value set, not a code system ('{system}')",
    ),
)
SUPPLEMENT_AS_SYSTEM: Final = Sentence(
    "CODESYSTEM_CS_NO_SUPPLEMENT",
    "invalid-data",
    "invalid",
    Phrase(
        "Le CodeSystem {system} est un supplément : il ne peut pas être la valeur de Coding.system",
        "CodeSystem {system} is a supplement, so can't be used as a value in Coding.system",
    ),
)
UNKNOWN_SYSTEM: Final = Sentence(
    "UNKNOWN_CODESYSTEM",
    "not-found",
    "not-found",
    Phrase(
        "Aucune définition du CodeSystem « {system} » n'a été trouvée : le code ne peut pas être"
        " validé",
        "A definition for CodeSystem '{system}' could not be found, so the code cannot be"
        " validated",
    ),
)
UNKNOWN_VERSION: Final = Sentence(
    "UNKNOWN_CODESYSTEM_VERSION",
    "not-found",
    "not-found",
    Phrase(
        "La version « {version} » du CodeSystem « {system} » n'a pas été trouvée : le code ne peut"
        " pas être validé. Versions connues : {known}",
        "A definition for CodeSystem '{system}' version '{version}' could not be found, so the code"
        " cannot be validated. Valid versions: {known}",
    ),
)
NOT_CHECKED: Final = Sentence(
    "UNKNOWN_CODESYSTEM_CODING_NOT_CHECKED",
    "not-found",
    "not-found",
    Phrase(
        "Aucune définition du CodeSystem « {system} » n'a été trouvée : ce codage n'a pas été"
        " vérifié",
        "A definition for CodeSystem '{system}' could not be found, so this coding has not been"
        " checked",
    ),
)
UNKNOWN_SYSTEM_AND_VERSION: Final = Sentence(
    "UNKNOWN_CODESYSTEM_VERSION_NONE",
    "not-found",
    "not-found",
    Phrase(
        "Aucune définition du CodeSystem « {system} » version « {version} » n'a été trouvée : le"
        " code ne peut pas être validé. Aucune version de ce système n'est connue",
        "A definition for CodeSystem '{system}' version '{version}' could not be found, so the code"
        " cannot be validated. No versions of this code system are known",
    ),
)
OTHER_VERSION: Final = Sentence(
    "VALUESET_VALUE_MISMATCH",
    "vs-invalid",
    "invalid",
    Phrase(
        "La version « {version} » du système « {system} » dans le jeu de valeurs n'est pas celle du"
        " code (« {given} »)",
        "The code system '{system}' version '{version}' in the ValueSet include is different to the"
        " one in the value ('{given}')",
    ),
)
OTHER_VERSION_RULED: Final = Sentence(
    "VALUESET_VALUE_MISMATCH_CHANGED",
    "vs-invalid",
    "invalid",
    Phrase(
        "La version « {version} » du système « {system} », issue de la version « {stated} » du jeu"
        " de valeurs, n'est pas celle du code (« {given} »)",
        "The code system '{system}' version '{version}' resulting from the version '{stated}' in"
        " the ValueSet include is different to the one in the value ('{given}')",
    ),
)
OTHER_VERSION_DEFAULT: Final = Sentence(
    "VALUESET_VALUE_MISMATCH_DEFAULT",
    "vs-invalid",
    "invalid",
    Phrase(
        "La version « {version} » du système « {system} », prise pour le jeu de valeurs qui n'en"
        " dit aucune, n'est pas celle du code (« {given} »)",
        "The code system '{system}' version '{version}' for the versionless include in the ValueSet"
        " include is different to the one in the value ('{given}')",
    ),
)
VERSION_NOT_ALLOWED: Final = Sentence(
    "VALUESET_VERSION_CHECK",
    "version-error",
    "exception",
    Phrase(
        "La version « {version} » n'est pas permise pour le système « {system} » : un paramètre de"
        " contrôle exige « {required} »",
        "The version '{version}' is not allowed for system '{system}': required to be '{required}'"
        " by a version-check parameter",
    ),
)
