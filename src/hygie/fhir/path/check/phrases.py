"""What is said of an expression that cannot mean what its author wants."""

from hygie.refusal import Phrase

UNKNOWN_ELEMENT_NEAR = Phrase(
    "Expression FHIRPath, position {position} : « {type} » n’a pas d’élément « {name} » ; "
    "peut-être « {near} ».",
    "FHIRPath expression, position {position}: “{type}” has no element “{name}”; perhaps “{near}”.",
)
CHOICE = Phrase(
    "Expression FHIRPath, position {position} : « {name} » est le nom JSON d’un élément à choix ; "
    "écrire {near}.",
    "FHIRPath expression, position {position}: “{name}” is the JSON name of a choice element; "
    "write {near}.",
)
OTHER_TYPE = Phrase(
    "Expression FHIRPath, position {position} : le chemin part de « {name} », "
    "mais l’expression s’applique à « {type} ».",
    "FHIRPath expression, position {position}: the path starts from “{name}”, "
    "but the expression applies to “{type}”.",
)
UNKNOWN_TYPE_NEAR = Phrase(
    "Expression FHIRPath, position {position} : le type « {name} » n’existe pas ; "
    "peut-être « {near} ».",
    "FHIRPath expression, position {position}: there is no type “{name}”; perhaps “{near}”.",
)
NO_TYPE = Phrase(
    "Expression FHIRPath, position {position} : « {name} » attend le nom d’un type.",
    "FHIRPath expression, position {position}: “{name}” takes the name of a type.",
)
UNKNOWN_FUNCTION = Phrase(
    "Expression FHIRPath, position {position} : la fonction « {name} » n’existe pas.",
    "FHIRPath expression, position {position}: there is no function “{name}”.",
)
UNKNOWN_FUNCTION_NEAR = Phrase(
    "Expression FHIRPath, position {position} : la fonction « {name} » n’existe pas ; "
    "peut-être « {near} ».",
    "FHIRPath expression, position {position}: there is no function “{name}”; perhaps “{near}”.",
)
NEVER_TAKES = Phrase(
    "Expression FHIRPath, position {position} : « {name} » attend {expected}, jamais {found}.",
    "FHIRPath expression, position {position}: “{name}” takes {expected}, never {found}.",
)
OPERANDS = Phrase(
    "Expression FHIRPath, position {position} : l’opérateur « {name} » ne s’applique pas "
    "à {left} et {right}.",
    "FHIRPath expression, position {position}: the operator “{name}” does not apply "
    "to {left} and {right}.",
)
OPERAND = Phrase(
    "Expression FHIRPath, position {position} : le signe « {name} » ne s’applique pas à {found} ; "
    "il porte sur tout ce qui le suit, appels compris : (-1).abs().",
    "FHIRPath expression, position {position}: the sign “{name}” does not apply to {found}; "
    "it is that of all that follows, calls included: (-1).abs().",
)
SEVERAL = Phrase(
    "Expression FHIRPath, position {position} : le critère de « {name} » a toujours "
    "plusieurs éléments.",
    "FHIRPath expression, position {position}: the criterion of “{name}” always has several items.",
)
NEVER_MATCHES = Phrase(
    "Expression FHIRPath, position {position} : {found} n’est jamais « {name} ».",
    "FHIRPath expression, position {position}: {found} is never “{name}”.",
)
NEVER_EQUAL = Phrase(
    "Expression FHIRPath, position {position} : avec « {name} », {left} et {right} "
    "ne sont jamais égaux.",
    "FHIRPath expression, position {position}: with “{name}”, {left} and {right} are never equal.",
)
PROHIBITED = Phrase(
    "Expression FHIRPath, position {position} : « {type} » n’admet pas d’élément « {name} ».",
    "FHIRPath expression, position {position}: “{type}” allows no element “{name}”.",
)
UNORDERED = Phrase(
    "Expression FHIRPath, position {position} : « {name} » dépend d’un ordre "
    "que cette collection n’a pas.",
    "FHIRPath expression, position {position}: “{name}” depends on an order "
    "that this collection does not have.",
)
NOT_BOOLEAN = Phrase(
    "Expression FHIRPath, position {position} : « {name} » attend un booléen, "
    "et reçoit toujours {found}.",
    "FHIRPath expression, position {position}: “{name}” takes a Boolean, and always gets {found}.",
)
MORE = Phrase(
    "Expression FHIRPath : d’autres problèmes ne sont pas montrés.",
    "FHIRPath expression: further problems are not shown.",
)
