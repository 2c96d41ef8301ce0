"""What is said of bundles, in French and in English."""

from typing import Final

from hygie.refusal import Phrase

# --- fullUrl ------------------------------------------------------------------------------
FULL_URL_MISSING: Final = Phrase(
    "Cette entrée n’a pas de fullUrl : dans un bundle {bundle}, chaque entrée en a un, "
    "l’identité de sa ressource.",
    "This entry has no fullUrl: in a {bundle} bundle every entry has one, the identity of its "
    "resource.",
)
FULL_URL_RELATIVE: Final = Phrase(
    "Le fullUrl « {found} » n’est pas une URL absolue : donnez l’adresse complète de la "
    "ressource, ou urn:uuid / urn:oid.",
    "The fullUrl “{found}” is not an absolute URL: give the whole address of the resource, or "
    "urn:uuid / urn:oid.",
)
FULL_URL_NO_ID: Final = Phrase(
    "Le fullUrl « {found} » est l’adresse d’une ressource sur un serveur, mais la ressource n’a "
    "pas d’id : donnez-le-lui.",
    "The fullUrl “{found}” is the address of a resource on a server, but the resource has no "
    "id: give it one.",
)
FULL_URL_OTHER: Final = Phrase(
    "Le fullUrl « {found} » doit se terminer par le type et l’id de la ressource, « /{held} ».",
    "The fullUrl “{found}” must end with the type and id of the resource, “/{held}”.",
)

FULL_URL_TWICE: Final = Phrase(
    "Le fullUrl « {found} » est déjà celui d’une autre entrée, de même version : donnez-en un à "
    "chaque ressource (règle bdl-7).",
    "The fullUrl “{found}” is already that of another entry, of the same version: give each "
    "resource its own (rule bdl-7).",
)

# --- links --------------------------------------------------------------------------------
LINK_TWICE: Final = Phrase(
    "Le lien « {found} » est donné deux fois : gardez-en un.",
    "The link “{found}” is given twice: keep one.",
)
LINK_FORBIDDEN: Final = Phrase(
    "Le lien « {found} » est celui des résultats de recherche : supprimez-le de ce bundle "
    "{bundle}.",
    "The link “{found}” is one of search results: remove it from this {bundle} bundle.",
)
STYLE_NOT_FOUND: Final = Phrase(
    "La feuille de style « {found} » n’est pas dans le bundle.",
    "The style sheet “{found}” is not in the bundle.",
)
STYLE_OUTSIDE: Final = Phrase(
    "Une feuille de style extérieure ne devrait pas être utilisée : joignez-la au document, en "
    "Binary, ou utilisez {standard}.",
    "A style sheet from elsewhere should not be used: put it into the document, as a Binary, or "
    "use {standard}.",
)

# --- documents and messages ---------------------------------------------------------------
NO_ENTRY: Final = Phrase(
    "Un bundle {type} commence par une ressource {expected} : il n’a aucune entrée.",
    "A {type} bundle begins with a {expected} resource: it has no entry.",
)
NOT_INSIDE: Final = Phrase(
    "« {found} » n’est pas dans le bundle : un {type} contient tout ce que sa première ressource "
    "référence ici ; ajoutez la ressource, ou corrigez la référence ou le fullUrl.",
    "“{found}” is not in the bundle: a {type} holds all that its first resource refers to here; "
    "add the resource, or mend the reference or the fullUrl.",
)
ORPHAN: Final = Phrase(
    "Aucun lien ne mène de {first} à cette entrée ({found}), ni d’elle à ce qui en est lié : "
    "retirez-la ou référencez-la.",
    "No link leads from {first} to this entry ({found}), nor from it to what is linked: remove "
    "it or refer to it.",
)
BACKWARDS: Final = Phrase(
    "Cette entrée ({found}) n’est pas référencée depuis {first}, elle ne fait que référencer ce "
    "qui l’est : dans un document, seule une Provenance le peut (R4 §3.3.1).",
    "This entry ({found}) is not referred to from {first}, it only refers to what is: in a "
    "document only a Provenance may (R4 §3.3.1).",
)

# --- search results -----------------------------------------------------------------------
NO_SELF: Final = Phrase(
    "Un résultat de recherche devrait avoir un lien « self » qui dit ce qui a été cherché.",
    "Search results should have a “self” link that says what was searched.",
)
NO_MODE: Final = Phrase(
    "Les entrées d’un résultat de recherche devraient dire leur search.mode.",
    "Entries of search results should say their search.mode.",
)
NO_RESOURCE: Final = Phrase(
    "Une entrée d’un résultat de recherche porte une ressource.",
    "An entry of search results has a resource.",
)
RESULT_ID: Final = Phrase(
    "Une ressource trouvée par une recherche a un id.",
    "A resource found by a search has an id.",
)
NOT_AN_OUTCOME: Final = Phrase(
    "Le mode « outcome » annonce un OperationOutcome, pas {found}.",
    "The mode “outcome” is for an OperationOutcome, not {found}.",
)
NOT_SEARCHED: Final = Phrase(
    "{found} n’est pas d’un type cherché : {expected}.",
    "{found} is not of a type that was searched: {expected}.",
)

# --- requests -----------------------------------------------------------------------------
REQUEST_TYPE: Final = Phrase(
    "L’adresse « {found} » n’est pas celle d’une ressource {held}.",
    "The address “{found}” is not that of a {held} resource.",
)
REQUEST_ID: Final = Phrase(
    "L’adresse « {found} » et l’id de la ressource, « {held} », ne s’accordent pas.",
    "The address “{found}” and the id of the resource, “{held}”, do not agree.",
)
REQUEST_CONDITION: Final = Phrase(
    "« {found} » n’a pas de sens avec {method}, mais avec {expected}.",
    "“{found}” has no meaning with {method}, but with {expected}.",
)
