"""What is said of questionnaires themselves. `question` is the text and the linkId of an item."""

from typing import Final

from hygie.refusal import Phrase

# --- enableWhen -------------------------------------------------------------------------------
INNER: Final = Phrase(
    "« {question} » dépend de « {target} », qui est à l’intérieur d’elle-même : elle ne serait "
    "jamais posée. Faites dépendre de ce qui la précède.",
    "“{question}” depends on “{target}”, which is within it: it would never be asked. Make it "
    "depend on what comes before it.",
)
NO_TARGET: Final = Phrase(
    "« {question} » dépend de la question « {target} », que ce questionnaire n’a pas.",
    "“{question}” depends on the question “{target}”, which this questionnaire does not have.",
)
ITSELF: Final = Phrase(
    "« {question} » dépend d’elle-même : elle ne serait jamais posée.",
    "“{question}” depends on itself: it would never be asked.",
)
LATER: Final = Phrase(
    "« {question} » dépend de « {target} », qui vient après elle : placez-la plus loin.",
    "“{question}” depends on “{target}”, which comes after it: move it further down.",
)
NEVER_ANSWERED: Final = Phrase(
    "« {question} » dépend de « {target} », qui n’a jamais de réponse (type {type}).",
    "“{question}” depends on “{target}”, which is never answered (type {type}).",
)
CONDITION_TYPE: Final = Phrase(
    "« {question} » attend de « {target} » une valeur de type {type}, et cette question a des "
    "réponses de type {expected} : la condition n’est jamais remplie.",
    "“{question}” expects of “{target}” a value of type {type}, and that question has answers of "
    "type {expected}: the condition is never met.",
)
CONDITION_ORDER: Final = Phrase(
    "« {question} » compare la réponse à « {target} » par « {found} », et des valeurs de type "
    "{type} n’ont pas d’ordre : employez = ou !=.",
    "“{question}” compares the answer to “{target}” by “{found}”, and values of type {type} have "
    "no order: use = or !=.",
)
BY_EXPRESSION: Final = Phrase(
    "Une expression dit quand « {question} » est posée : elle n’est pas évaluée, et ses réponses "
    "ne sont ni exigées ni refusées pour cela.",
    "An expression says when “{question}” is asked: it is not evaluated, and answers to it are "
    "neither required nor refused on that account.",
)

# --- values -----------------------------------------------------------------------------------
OPTION_TYPE: Final = Phrase(
    "« {question} » propose une réponse de type {type}, alors que ses réponses sont de type "
    "{expected}.",
    "“{question}” offers an answer of type {type}, while its answers are of type {expected}.",
)
INITIAL_TYPE: Final = Phrase(
    "La valeur initiale de « {question} » est de type {type} : attendu {expected}.",
    "The initial value of “{question}” is of type {type}: expected {expected}.",
)
INITIAL_NOT_IN_SET: Final = Phrase(
    "La valeur initiale de « {question} », {found}, n’est pas de sa liste {value_set}.",
    "The initial value of “{question}”, {found}, is not in its value set {value_set}.",
)
CROSSED: Final = Phrase(
    "« {question} » : le minimum ({minimum}) dépasse le maximum ({maximum}), aucune réponse ne "
    "peut convenir.",
    "“{question}”: the minimum ({minimum}) is above the maximum ({maximum}), no answer can do.",
)
BOUND_TYPE: Final = Phrase(
    "« {question} » a une limite de type {type}, qui ne se compare pas à des réponses de type "
    "{expected}.",
    "“{question}” has a limit of type {type}, which cannot be compared with answers of type "
    "{expected}.",
)
OCCURS_ONCE: Final = Phrase(
    "« {question} » admet jusqu’à {maximum} occurrences mais ne se répète pas (« repeats »).",
    "“{question}” allows up to {maximum} occurrences but does not repeat (“repeats”).",
)
PATTERN: Final = Phrase(
    "L’expression régulière de « {question} » ne peut pas être appliquée ici ({reason}) : la forme "
    "des réponses n’est pas vérifiée.",
    "The regular expression of “{question}” cannot be applied here ({reason}): the form of the "
    "answers is not checked.",
)

# --- derivation -------------------------------------------------------------------------------
UNKNOWN_BASE: Final = Phrase(
    "Le questionnaire {base}, dont celui-ci dérive, n’est pas connu ici.",
    "The questionnaire {base}, which this one derives from, is not known here.",
)
NO_DERIVATION_TYPE: Final = Phrase(
    "Rien ne dit comment ce questionnaire dérive de {base} : ajoutez l’extension "
    "questionnaire-derivationType (extends, compliesWith ou inspiredBy).",
    "Nothing says how this questionnaire derives from {base}: add the extension "
    "questionnaire-derivationType (extends, compliesWith or inspiredBy).",
)
OTHER_DERIVATION_TYPE: Final = Phrase(
    "« {found} » n’est pas une manière connue de dériver : attendu extends, compliesWith ou "
    "inspiredBy.",
    "“{found}” is no known way to derive: expected extends, compliesWith or inspiredBy.",
)
NOT_IN_BASE: Final = Phrase(
    "« {question} » n’est pas du questionnaire {base}, que celui-ci dit respecter.",
    "“{question}” is not in the questionnaire {base}, which this one states to comply with.",
)
BASE_TYPE: Final = Phrase(
    "« {question} » est de type {found}, et {expected} dans {base}, dont ce questionnaire dérive.",
    "“{question}” is of type {found}, and {expected} in {base}, which this one derives from.",
)
BASE_REPEATS: Final = Phrase(
    "« {question} » se répète, et ne se répète pas dans {base}, dont ce questionnaire dérive.",
    "“{question}” repeats, and does not in {base}, which this questionnaire derives from.",
)
BASE_REQUIRED: Final = Phrase(
    "« {question} » n’est pas obligatoire, et l’est dans {base}, dont ce questionnaire dérive.",
    "“{question}” is not required, and is in {base}, which this questionnaire derives from.",
)
BASE_DEFINITION: Final = Phrase(
    "« {question} » n’a pas la définition qu’elle a dans {base} : {expected}.",
    "“{question}” does not have the definition it has in {base}: {expected}.",
)
BASE_LENGTH: Final = Phrase(
    "« {question} » admet plus de caractères que dans {base}, où la limite est de {expected}.",
    "“{question}” allows more characters than in {base}, where the limit is {expected}.",
)
BASE_OPTIONS: Final = Phrase(
    "« {question} » n’a pas les réponses proposées dans {base}, dont ce questionnaire dérive : "
    "il peut en retirer, pas les remplacer.",
    "“{question}” does not have the answers offered in {base}, which this questionnaire derives "
    "from: it may drop some, not replace them.",
)
BASE_OPTION: Final = Phrase(
    "« {question} » propose « {found} », que {base}, dont ce questionnaire dérive, ne propose pas.",
    "“{question}” offers “{found}”, which {base}, from which this questionnaire derives, does not.",
)
