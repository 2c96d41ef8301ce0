"""What is said of responses to questionnaires. `question` is its text and its linkId."""

from typing import Final

from hygie.refusal import Phrase

# --- the questionnaire ----------------------------------------------------------------------
NO_FORM: Final = Phrase(
    "Cette réponse ne nomme pas de questionnaire : ses questions ne peuvent pas être vérifiées. "
    "Indiquez-le dans « questionnaire ».",
    "This response names no questionnaire: its questions cannot be checked. State it in "
    "“questionnaire”.",
)
UNKNOWN_FORM: Final = Phrase(
    "Le questionnaire {canonical} n’est pas connu ici : les réponses n’ont pas été comparées à ses "
    "questions. Ajoutez-le, ou le guide qui le contient.",
    "The questionnaire {canonical} is not known here: the answers were not checked against its "
    "questions. Add it, or the guide that holds it.",
)
DRAFT: Final = Phrase(
    "Le questionnaire est encore un brouillon (« draft »).",
    "The questionnaire is still a draft.",
)
RETIRED: Final = Phrase(
    "Le questionnaire n’est plus en service (« retired »).",
    "The questionnaire is retired.",
)
TOO_EARLY: Final = Phrase(
    "La réponse est du {found}, avant le {limit} où le questionnaire entre en vigueur.",
    "The response is dated {found}, before {limit} when the questionnaire takes effect.",
)
TOO_LATE: Final = Phrase(
    "La réponse est du {found}, après le {limit} où le questionnaire cesse d’être en vigueur.",
    "The response is dated {found}, after {limit} when the questionnaire ceases to be in effect.",
)

# --- items ------------------------------------------------------------------------------------
UNKNOWN_ITEM: Final = Phrase(
    "Le questionnaire n’a pas de question « {found} » : corrigez ce linkId ou retirez l’élément.",
    "The questionnaire has no question “{found}”: correct this linkId or remove the item.",
)
MISPLACED: Final = Phrase(
    "« {question} » n’est pas à sa place : suivez l’emboîtement du questionnaire (sous le groupe, "
    "ou sous la réponse à la question qui la contient).",
    "“{question}” is in the wrong place: follow the nesting of the questionnaire (within the "
    "group, or within the answer to the question, that holds it).",
)
OUT_OF_ORDER: Final = Phrase(
    "« {question} » vient après une question qui la suit dans le questionnaire : gardez son ordre.",
    "“{question}” comes after a question that follows it in the questionnaire: keep its order.",
)
OTHER_TEXT: Final = Phrase(
    "Le texte « {found} » n’est pas celui de la question « {question} » : attendu « {expected} », "
    "une de ses traductions, ou aucun texte.",
    "The text “{found}” is not that of the question “{question}”: expected “{expected}”, one of "
    "its translations, or no text.",
)
NOT_ENABLED: Final = Phrase(
    "« {question} » a une réponse alors que les autres réponses la désactivent (enableWhen) : "
    "retirez-la, ou corrigez la réponse dont elle dépend.",
    "“{question}” is answered although other answers disable it (enableWhen): remove it, or "
    "correct the answer that it depends on.",
)
ABSENT: Final = Phrase(
    "« {question} » est obligatoire et manque ici : ajoutez-la avec sa réponse.",
    "“{question}” is required and missing here: add it with its answer.",
)
NOT_ANSWERED: Final = Phrase(
    "La question « {question} » est obligatoire et n’a pas de réponse.",
    "The question “{question}” is required and has no answer.",
)
EMPTY_GROUP: Final = Phrase(
    "Le groupe « {question} » est obligatoire et ne contient aucune réponse.",
    "The group “{question}” is required and holds no answer.",
)
ANSWERS: Final = Phrase(
    "La question « {question} » n’admet qu’une réponse, {count} sont données.",
    "The question “{question}” takes a single answer, {count} are given.",
)
REPEATED: Final = Phrase(
    "« {question} » ne se répète pas et figure {count} fois : gardez une seule occurrence.",
    "“{question}” does not repeat and occurs {count} times: keep a single one.",
)
APART: Final = Phrase(
    "Les réponses à « {question} » sont en {count} éléments : réunissez-les en un seul, à "
    "plusieurs « answer ».",
    "The answers to “{question}” are in {count} items: gather them in one, with several “answer”s.",
)
TOO_FEW: Final = Phrase(
    "« {question} » a {count} réponse(s), au moins {limit} sont demandées.",
    "“{question}” has {count} answer(s), at least {limit} are asked for.",
)
TOO_MANY: Final = Phrase(
    "« {question} » a {count} réponse(s), au plus {limit} sont permises.",
    "“{question}” has {count} answer(s), at most {limit} are allowed.",
)
GROUP_ANSWERED: Final = Phrase(
    "« {question} » est un groupe : il n’a pas de réponse, ses questions vont dans « item ».",
    "“{question}” is a group: it has no answer, its questions go in “item”.",
)
DISPLAY_ANSWERED: Final = Phrase(
    "« {question} » est un texte à lire : il n’a pas de réponse.",
    "“{question}” is a text to be read: it has no answer.",
)
DISPLAY_ITEMS: Final = Phrase(
    "« {question} » est un texte à lire : il ne contient pas d’autres éléments.",
    "“{question}” is a text to be read: it holds no other items.",
)
ITEMS_BESIDE_ANSWER: Final = Phrase(
    "« {question} » est une question : ce qui en dépend va dans sa réponse (« answer.item »), pas "
    "à côté.",
    "“{question}” is a question: what depends on it goes within its answer (“answer.item”), not "
    "beside it.",
)
NOT_ALL_CHECKED: Final = Phrase(
    "Cette réponse est trop grande pour que toutes les questions obligatoires soient cherchées : "
    "au-delà de {limit}, elles ne l’ont pas été.",
    "This response is too large for all required questions to be looked for: beyond {limit}, they "
    "were not.",
)

# --- answers ----------------------------------------------------------------------------------
ANSWER_TYPE: Final = Phrase(
    "La réponse à « {question} » est de type {type} : attendu {expected}.",
    "The answer to “{question}” is of type {type}: expected {expected}.",
)
TOO_SMALL: Final = Phrase(
    "« {question} » : {found} est en dessous du minimum permis, {limit}.",
    "“{question}”: {found} is below the minimum allowed, {limit}.",
)
TOO_LARGE: Final = Phrase(
    "« {question} » : {found} dépasse le maximum permis, {limit}.",
    "“{question}”: {found} is above the maximum allowed, {limit}.",
)
TOO_PRECISE: Final = Phrase(
    "« {question} » : {found} a trop de décimales, au plus {limit} sont permises.",
    "“{question}”: {found} has too many decimal places, at most {limit} are allowed.",
)
INFORMAL_UNIT: Final = Phrase(
    "« {question} » : {found} ne peut pas être comparé à la limite {limit}, faute d’unité codée "
    "(« system » et « code ») des deux côtés.",
    "“{question}”: {found} cannot be compared with the limit {limit}, for want of a coded unit "
    "(“system” and “code”) on both sides.",
)
INCOMPARABLE: Final = Phrase(
    "« {question} » : {found} et la limite {limit} ont des unités qui ne se comparent pas.",
    "“{question}”: {found} and the limit {limit} have units that cannot be compared.",
)
OTHER_UNIT: Final = Phrase(
    "« {question} » : l’unité de {found} n’est pas permise. Unités permises : {limit}.",
    "“{question}”: the unit of {found} is not allowed. Allowed units: {limit}.",
)
UNIT_NOT_IN_SET: Final = Phrase(
    "« {question} » : l’unité de {found} n’est pas de la liste {value_set}.",
    "“{question}”: the unit of {found} is not in the value set {value_set}.",
)
TOO_SHORT: Final = Phrase(
    "La réponse à « {question} » a {size} caractères, il en faut au moins {limit}.",
    "The answer to “{question}” has {size} characters, at least {limit} are needed.",
)
TOO_LONG: Final = Phrase(
    "La réponse à « {question} » a {size} caractères, la limite est de {limit}.",
    "The answer to “{question}” has {size} characters, the limit is {limit}.",
)
OTHER_FORMAT: Final = Phrase(
    "La réponse « {found} » à « {question} » n’a pas la forme attendue : {expected}.",
    "The answer “{found}” to “{question}” is not of the expected form: {expected}.",
)
SEVERAL_LINES: Final = Phrase(
    "La réponse à « {question} » tient sur plusieurs lignes ; une seule est attendue.",
    "The answer to “{question}” has several lines; a single one is expected.",
)
CONTENT_TYPE: Final = Phrase(
    "La pièce jointe à « {question} » est de type {stated} ; types permis : {limit}.",
    "The attachment given to “{question}” is of type {stated}; allowed types: {limit}.",
)
TOO_BIG: Final = Phrase(
    "La pièce jointe à « {question} » a {size} octets, la limite est de {limit}.",
    "The attachment given to “{question}” has {size} bytes, the limit is {limit}.",
)
OTHER_TARGET: Final = Phrase(
    "« {question} » : une référence vers {referred} n’est pas permise. Types permis : {limit}.",
    "“{question}”: a reference to {referred} is not allowed. Allowed types: {limit}.",
)
NO_SUCH_TARGET: Final = Phrase(
    "« {question} » : {referred} n’est pas un type de ressource FHIR R4.",
    "“{question}”: {referred} is not a FHIR R4 resource type.",
)
UNKNOWN_TARGET: Final = Phrase(
    "« {question} » : le type de {found} ne peut pas être connu ici. Types permis : {limit}.",
    "“{question}”: the type of {found} cannot be known here. Allowed types: {limit}.",
)

# --- options ----------------------------------------------------------------------------------
NOT_OFFERED: Final = Phrase(
    "« {found} » n’est pas une réponse proposée à « {question} ». Réponses : {limit}.",
    "“{found}” is not an answer offered to “{question}”. Answers: {limit}.",
)
NO_OPTION_OF_TYPE: Final = Phrase(
    "« {question} » ne propose aucune réponse de type {type}. Réponses : {limit}.",
    "“{question}” offers no answer of type {type}. Answers: {limit}.",
)
EXCLUSIVE: Final = Phrase(
    "« {found} » exclut toute autre réponse à « {question} » : donnez-la seule, ou retirez-la.",
    "“{found}” excludes any other answer to “{question}”: give it alone, or remove it.",
)
NO_OPTIONS: Final = Phrase(
    "« {question} » ne propose pas de réponses : « {found} » n’a pas pu être vérifié.",
    "“{question}” offers no answers: “{found}” could not be checked.",
)
OPTION_AS_TEXT: Final = Phrase(
    "« {found} » est une des réponses proposées à « {question} » : donnez son code plutôt que son "
    "texte.",
    "“{found}” is one of the answers offered to “{question}”: give its code rather than its text.",
)
CODING_EXPECTED: Final = Phrase(
    "La réponse à « {question} » est de type {type} : un code de la liste {value_set} est attendu.",
    "The answer to “{question}” is of type {type}: a code of the value set {value_set} is "
    "expected.",
)
NOT_IN_SET: Final = Phrase(
    "« {found} », réponse à « {question} », n’est pas de la liste {value_set}.",
    "“{found}”, the answer to “{question}”, is not in the value set {value_set}.",
)
UNKNOWN_SET: Final = Phrase(
    "La liste {value_set} n’est pas connue ici, ou pas entière : « {found} », réponse à "
    "« {question} », n’a pas pu être vérifié.",
    "The value set {value_set} is not known here, or not whole: “{found}”, the answer to "
    "“{question}”, could not be checked.",
)
