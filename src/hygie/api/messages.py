"""The sentences of this room, in French and in English."""

from hygie.refusal import Phrase

ANONYMOUS = Phrase(
    fr="Un jeton est nécessaire : en-tête « Authorization: Bearer … ». "
    "L'administrateur le crée par « hygie token create ».",
    en="A token is needed: header “Authorization: Bearer …”. "
    "The administrator makes one with “hygie token create”.",
)
BAD_TOKEN = Phrase(
    fr="Le jeton est inconnu, expiré ou révoqué.",
    en="The token is unknown, expired or revoked.",
)
FORBIDDEN = Phrase(
    fr="Ce jeton ne permet pas l'interaction « {interaction} » sur {type}.",
    en="This token does not allow interaction “{interaction}” on {type}.",
)
TRACES_FORBIDDEN = Phrase(
    fr="Lire les traces des accès demande une portée qui nomme AuditEvent, comme "
    "« system/AuditEvent.rs » : celles qui portent sur tous les types ne la donnent pas.",
    en="Reading traces of access needs a scope that names AuditEvent, as “system/AuditEvent.rs” "
    "does: those for every type do not give it.",
)
NO_TRACE = Phrase(
    fr="Il n'y a pas de trace sous cet identifiant.", en="There is no trace under this id."
)
READ_ONLY = Phrase(
    fr="Les traces des accès sont tenues par Hygie : on les lit et on les recherche, on ne les "
    "écrit pas.",
    en="Traces of access are kept by Hygie: they are read and searched, not written.",
)
EVERY_TYPE = Phrase(fr="tous les types", en="every type")
UNKNOWN_TYPE = Phrase(
    fr="« {type} » n'est pas un type de ressource FHIR R4.",
    en="“{type}” is not a FHIR R4 resource type.",
)
UNKNOWN_PATH = Phrase(
    fr="Cette adresse n'existe pas. /metadata dit ce qui existe.",
    en="There is nothing at this address. /metadata tells what there is.",
)
METHOD = Phrase(
    fr="La méthode {method} n'est pas possible ici ; possibles : {allowed}.",
    en="Method {method} is not possible here; possible: {allowed}.",
)
NOT_ACCEPTABLE = Phrase(
    fr="Le format « {found} » n'est pas proposé ; proposés : json (application/fhir+json) et xml "
    "(application/fhir+xml), en FHIR 4.0.",
    en="Format “{found}” is not offered; offered: json (application/fhir+json) and xml "
    "(application/fhir+xml), in FHIR 4.0.",
)
MEDIA_TYPE = Phrase(
    fr="Le corps doit être de type {expected}, en UTF-8 et non compressé (Content-Type).",
    en="The body must be {expected}, in UTF-8 and not compressed (Content-Type).",
)
BODY_TOO_LARGE = Phrase(
    fr="Le corps de la requête dépasse la limite de {limit} octets.",
    en="The body of the request is larger than the limit of {limit} bytes.",
)
BAD_TAG = Phrase(
    fr='L\'en-tête {header} doit avoir la forme W/"3".',
    en='Header {header} must look like W/"3".',
)
BAD_HOST = Phrase(
    fr="L'en-tête Host n'est pas valide.",
    en="The Host header is not valid.",
)
BAD_FORM = Phrase(
    fr="Le formulaire de recherche n'est pas en UTF-8.",
    en="The search form is not UTF-8.",
)
CRITERIA_MISSING = Phrase(
    fr="Il faut un identifiant ou des critères : PUT, PATCH ou DELETE {type}/id, ou {type}?…",
    en="An id or criteria are needed: PUT, PATCH or DELETE {type}/id, or {type}?…",
)
BAD_PARAMETER = Phrase(
    fr="La valeur du paramètre « {name} » n'est pas l'une de : {allowed}.",
    en="The value of parameter “{name}” is not one of: {allowed}.",
)
VALIDATE_INPUT = Phrase(
    fr="$validate attend une ressource {type}, seule ou dans le paramètre « resource » d'une "
    "ressource Parameters.",
    en="$validate expects a {type}, alone or in parameter “resource” of a Parameters resource.",
)
VALIDATE_ID = Phrase(
    fr="La ressource envoyée doit porter l’identifiant {id}, celui de l’adresse.",
    en="The resource sent must have the id {id}, that of the address.",
)
VALIDATE_PARAMETER = Phrase(
    fr="Le paramètre « {name} » n’est pas attendu ici. $validate en a trois, une fois chacun : "
    "« resource », « mode » ({modes}) et « profile » (une URL).",
    en="Parameter “{name}” is not expected here. $validate has three, once each: “resource”, "
    "“mode” ({modes}) and “profile” (a URL).",
)
VALIDATE_MODE = Phrase(
    fr="Le mode « {mode} » porte sur une ressource enregistrée : POST {type}/[id]/$validate, sans "
    "« resource » pour « delete » et « profile ».",
    en="Mode “{mode}” is about a stored resource: POST {type}/[id]/$validate, without “resource” "
    "for “delete” and “profile”.",
)
VALIDATE_PROFILE = Phrase(
    fr="Ce profil n’est pas connu ici : demandez à l’administrateur d’ajouter son guide.",
    en="This profile is not known here: ask the administrator to add its guide.",
)
VALIDATE_PROFILE_MISSING = Phrase(
    fr="Le mode « profile » demande le paramètre « profile ».",
    en="Mode “profile” needs parameter “profile”.",
)
VIEW_MISSING = Phrase(
    fr="Il faut une vue : paramètre « viewResource », ou « viewReference » d'une vue prête.",
    en="A view is needed: parameter “viewResource”, or “viewReference” of a ready view.",
)
VIEW_TWICE = Phrase(
    fr="Le paramètre « {name} » ne va qu'une fois ; « viewResource » et « viewReference » ne vont "
    "pas ensemble.",
    en="Parameter “{name}” goes once only; “viewResource” and “viewReference” do not go together.",
)
VIEW_VALUE = Phrase(
    fr="Le paramètre « {name} » n'a pas de valeur qui convienne.",
    en="Parameter “{name}” has no value that will do.",
)
VIEW_REFERENCE = Phrase(
    fr="« {name} » désigne une vue prête : ViewDefinition/NOM ou urn:hygie:view:NOM.",
    en="“{name}” names a ready view: ViewDefinition/NAME or urn:hygie:view:NAME.",
)
VIEW_NOT_OFFERED = Phrase(
    fr="Le paramètre « {name} » n'est pas proposé ; « patient » et « _since » le sont.",
    en="Parameter “{name}” is not offered; “patient” and “_since” are.",
)
VIEW_IN_BODY = Phrase(
    fr="Le paramètre « {name} » va dans le corps de la requête : une adresse est notée par tous "
    "ceux qui la voient passer.",
    en="Parameter “{name}” goes in the body of the request: an address is noted by everyone who "
    "sees it pass.",
)
VIEW_FORMAT = Phrase(
    fr="Ce format n'est pas proposé. Proposés : {allowed}.",
    en="This format is not offered. Offered: {allowed}.",
)
VIEW_TOO_LARGE = Phrase(
    fr="La vue lirait {count} ressources, plus que la limite de {limit} : restreignez-la par "
    "« patient » ou « _since », ou lancez « hygie view » sur le serveur.",
    en="The view would read {count} resources, more than the limit of {limit}: narrow it by "
    "“patient” or “_since”, or run “hygie view” on the server.",
)
VIEW_TOO_LONG = Phrase(
    fr="La vue demande plus de {seconds} s ou de {size} octets, la limite d'une réponse : "
    "restreignez-la par « patient » ou « _since », ou lancez « hygie view » sur le serveur.",
    en="The view takes more than {seconds} s or {size} bytes, the limit of an answer: narrow it by "
    "“patient” or “_since”, or run “hygie view” on the server.",
)
VIEW_BOTH = Phrase(
    fr="Le paramètre « {name} » porte sur ce qui est enregistré : il ne va pas avec « resource ».",
    en="Parameter “{name}” is about what is stored: it does not go with “resource”.",
)
VIEWS_BUSY = Phrase(
    fr="{limit} vues sont déjà en cours, la limite : réessayez dans {seconds} s.",
    en="{limit} views are already running, the limit: try again in {seconds} s.",
)
