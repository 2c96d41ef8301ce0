"""What is said of an expression that cannot be evaluated on the data at hand.

No phrase shows a value of the resource: an expression is its author's, what it meets may be
health data.
"""

from hygie.refusal import Phrase

SEVERAL = Phrase(
    "Expression FHIRPath, position {position} : « {name} » attend un seul élément, "
    "il y en a {count}.",
    "FHIRPath expression, position {position}: “{name}” takes a single item, there are {count}.",
)
WRONG_TYPE = Phrase(
    "Expression FHIRPath, position {position} : « {name} » attend {expected}, non {found}.",
    "FHIRPath expression, position {position}: “{name}” takes {expected}, not {found}.",
)
WRONG_ARGUMENT = Phrase(
    "Expression FHIRPath, position {position} : « {name} » n’accepte pas cet argument ; "
    "sont admis : {expected}.",
    "FHIRPath expression, position {position}: “{name}” does not take this argument; "
    "it takes: {expected}.",
)
PATTERN = Phrase(
    "Expression FHIRPath, position {position} : l’expression rationnelle est refusée ({reason}).",
    "FHIRPath expression, position {position}: the regular expression is refused ({reason}).",
)
TOO_MANY_ITEMS = Phrase(
    "Expression FHIRPath, position {position} : plus de {limit} éléments parcourus.",
    "FHIRPath expression, position {position}: more than {limit} items were gone through.",
)
TOO_LONG_TEXT = Phrase(
    "Expression FHIRPath, position {position} : « {name} » donnerait un texte de plus de "
    "{limit} caractères.",
    "FHIRPath expression, position {position}: “{name}” would give a text of more than "
    "{limit} characters.",
)
NOT_PROVIDED = Phrase(
    "Expression FHIRPath, position {position} : « {name} » demande {what}, "
    "qui n’est pas disponible ici.",
    "FHIRPath expression, position {position}: “{name}” needs {what}, which is not available here.",
)
NOT_FOUND = Phrase(
    "Expression FHIRPath, position {position} : « {name} » ne trouve pas ce que désigne "
    "son argument.",
    "FHIRPath expression, position {position}: “{name}” does not find what its argument names.",
)
MODIFIER = Phrase(
    "Expression FHIRPath, position {position} : une extension modificatrice n’est pas admise.",
    "FHIRPath expression, position {position}: a modifier extension is not admitted.",
)
NOT_ORDERED = Phrase(
    "Expression FHIRPath, position {position} : « {name} » ne sait pas comparer ces éléments.",
    "FHIRPath expression, position {position}: “{name}” cannot compare these items.",
)
