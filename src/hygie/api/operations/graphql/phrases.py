"""What is said of a GraphQL query, in French and in English."""

from typing import Final

from hygie.refusal import Category, Phrase, Refused, refuse

PARAMETER: Final = Phrase(
    "« {name} » n’est pas attendu : une requête a « query », « operationName » et « variables », "
    "une fois chacun.",
    "“{name}” is not expected: a request has “query”, “operationName” and “variables”, once each.",
)
QUERY: Final = Phrase(
    "Il faut une requête GraphQL : « query », un texte.",
    "A GraphQL query is needed: “query”, a text.",
)
SYNTAX: Final = Phrase(
    "Ceci n’est pas du GraphQL (ligne {line}, colonne {column}) : {reason}",
    "This is not GraphQL (line {line}, column {column}): {reason}",
)
OPERATION: Final = Phrase(
    "Une requête (« query ») et une seule est attendue, ou le nom de l’une d’elles ; ni mutation, "
    "ni abonnement.",
    "One query and no other is expected, or the name of one of them; no mutation or subscription.",
)
UNKNOWN_FIELD: Final = Phrase(
    "« {name} » n’existe pas dans {type}.", "There is no “{name}” in {type}."
)
UNKNOWN_TYPE: Final = Phrase("« {name} » n’est pas un type.", "“{name}” is no type.")
UNKNOWN_FRAGMENT: Final = Phrase(
    "Le fragment « {name} » n’est pas défini.",
    "Fragment “{name}” is not defined.",
)
ARGUMENT: Final = Phrase(
    "L’argument « {name} » de « {field} » n’est pas proposé, ou n’a pas de valeur qui convienne.",
    "Argument “{name}” of “{field}” is not offered, or has no value that will do.",
)
VARIABLE: Final = Phrase(
    "La variable « {name} » n’a pas de valeur qui convienne.",
    "Variable “{name}” has no value that will do.",
)
DIRECTIVE: Final = Phrase(
    "La directive « @{name} » n’est pas proposée, ou pas ainsi.",
    "Directive “@{name}” is not offered, or not so.",
)
NO_SELECTION: Final = Phrase(
    "« {name} » est un objet : dites lesquels de ses champs.",
    "“{name}” is an object: say which of its fields.",
)
NO_FIELDS: Final = Phrase(
    "« {name} » est une valeur : elle n’a ni champs ni arguments.",
    "“{name}” is a value: it has no fields and no arguments.",
)
SEVERAL: Final = Phrase(
    "« {name} » a plusieurs valeurs, ou de types différents, où une seule est attendue.",
    "“{name}” has several values, or values of different types, where one is expected.",
)
UNRESOLVED: Final = Phrase(
    "Une référence ne mène à aucune ressource qui puisse être lue ici : « optional: true » "
    "s’en passe.",
    "A reference leads to no resource that may be read here: “optional: true” does without.",
)
CURSOR: Final = Phrase(
    "« _cursor » est seul, à la racine, et vient d’une réponse de la même recherche.",
    "“_cursor” stands alone, at the root, and comes from an answer of the same search.",
)
TOO_COSTLY: Final = Phrase(
    "La requête passe la limite de {limit} : demandez moins, ou page par page (« Connection »).",
    "The query is beyond the limit of {limit}: ask for less, or page by page (“Connection”).",
)


def wrong(phrase: Phrase, **details: str) -> Refused:
    return refuse(Category.INVALID, "graphql", phrase, code="invalid", **details)


def too_costly(limit: int) -> Refused:
    return refuse(
        Category.TOO_LARGE, "graphql.cost", TOO_COSTLY, code="too-costly", limit=str(limit)
    )
