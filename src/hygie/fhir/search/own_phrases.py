"""What is said of a search parameter that cannot be filed."""

from hygie.refusal import Phrase

TYPE = Phrase(
    "Un paramètre de type « {type} » ne peut pas être indexé. Admis : {allowed}, d’usage normal. "
    "Pour le conserver sans l’utiliser, donnez-lui le statut « draft ».",
    "A parameter of type “{type}” cannot be indexed. Allowed: {allowed}, of normal usage. "
    "To keep it without using it, give it the status “draft”.",
)
BASES = Phrase(
    "Le paramètre porte sur {size} types de base ; la limite est de {limit}.",
    "The parameter has {size} base types; the limit is {limit}.",
)
BASE = Phrase(
    "« {base} » n’est pas un type de ressource de FHIR R4.",
    "“{base}” is not a resource type of FHIR R4.",
)
COMPONENT = Phrase(
    "La composante « {url} » n’est pas un paramètre de recherche de FHIR R4.",
    "The component “{url}” is not a search parameter of FHIR R4.",
)
CODE = Phrase(
    "« {name} » ne peut pas nommer un paramètre de recherche : une lettre, puis lettres, chiffres "
    "et traits d’union, 64 caractères au plus.",
    "“{name}” cannot name a search parameter: a letter, then letters, digits and hyphens, "
    "64 characters at most.",
)
TAKEN = Phrase(
    "« {name} » est déjà un paramètre de recherche de {type} en FHIR R4 : "
    "choisissez un autre code.",
    "“{name}” is already a search parameter of {type} in FHIR R4: choose another code.",
)
TWICE = Phrase(
    "« {name} » est déjà le code d’un autre paramètre actif ({url}) sur {type} : "
    "l’un des deux doit être retiré.",
    "“{name}” is already the code of another active parameter ({url}) on {type}: one of the two "
    "must be retired.",
)
TOO_MANY = Phrase(
    "L’établissement a déjà {limit} paramètres de recherche actifs : "
    "retirez-en avant d’en ajouter.",
    "The establishment already has {limit} active search parameters: retire some first.",
)
EXPRESSION_SIZE = Phrase(
    "L’expression compte {size} caractères ; il en faut entre 1 et {limit}.",
    "The expression has {size} characters; it must have between 1 and {limit}.",
)
EXPRESSION = Phrase(
    "L’expression d’un paramètre de recherche ne peut que parcourir des éléments : « {part} » n’y "
    "est pas admis (chemins, where, extension, ofType, as, is, resolve, exists, first, |, =, !=, "
    "and, or).",
    "The expression of a search parameter may only go through elements: “{part}” is not allowed "
    "(paths, where, extension, ofType, as, is, resolve, exists, first, |, =, !=, and, or).",
)
YIELD = Phrase(
    "Sur {type}, l’expression ne donne rien qu’un paramètre de type « {kind} » puisse chercher "
    "(trouvé : {found}).",
    "On {type}, the expression yields nothing that a parameter of type “{kind}” can search "
    "(found: {found}).",
)
