"""The sentences of this room, in French and in English."""

from hygie.refusal import Phrase

ID_MISSING = Phrase(
    fr="La ressource n'a pas d'identifiant : l'élément « id » doit valoir « {expected} », "
    "comme dans l'adresse.",
    en="The resource has no id: element “id” must be “{expected}”, as in the URL.",
)
ID_MISMATCH = Phrase(
    fr="L'identifiant de la ressource n'est pas celui de l'adresse, « {expected} ».",
    en="The id of the resource is not the one of the URL, “{expected}”.",
)
ID_INVALID = Phrase(
    fr="L'identifiant n'est pas valide : 1 à 64 lettres sans accent, chiffres, « - » ou « . ».",
    en="The id is not valid: 1 to 64 unaccented letters, digits, “-” or “.”.",
)
ID_MATCHED_OTHER = Phrase(
    fr="Les critères désignent une autre ressource que celle dont l'identifiant est donné.",
    en="The criteria find another resource than the one whose id is given.",
)
ID_TAKEN = Phrase(
    fr="Les critères ne désignent aucune ressource, et l'identifiant donné est déjà pris.",
    en="The criteria find no resource, and the id given is already taken.",
)
TYPE_MISMATCH = Phrase(
    fr="Une ressource {expected} est attendue ici.",
    en="A {expected} resource is expected here.",
)
RESOURCE_MISSING = Phrase(
    fr="Il manque la ressource à enregistrer.",
    en="The resource to store is missing.",
)
SUBSETTED = Phrase(
    fr="La ressource porte l'étiquette SUBSETTED : c'est un extrait (_summary, _elements). "
    "L'enregistrer effacerait ce qui n'y est pas. Relisez-la en entier avant de la modifier.",
    en="The resource is tagged SUBSETTED: it is an excerpt (_summary, _elements). Storing it would "
    "erase what it leaves out. Read it whole before changing it.",
)
IDENTITY_CHANGED = Phrase(
    fr="La modification change le type ou l'identifiant de la ressource, ce qui est impossible.",
    en="The patch changes the type or the id of the resource, which cannot be.",
)
NOT_FOUND = Phrase(
    fr="La ressource {target} n'existe pas.",
    en="Resource {target} does not exist.",
)
GONE = Phrase(
    fr="La ressource {target} a été supprimée.",
    en="Resource {target} was deleted.",
)
NONE_MATCHES = Phrase(
    fr="Aucune ressource {type} ne répond aux critères.",
    en="No {type} meets the criteria.",
)
SEVERAL_MATCH = Phrase(
    fr="Plusieurs ressources {type} répondent aux critères : précisez-les pour n'en désigner "
    "qu'une. Rien n'a été modifié.",
    en="Several {type} resources meet the criteria: make them find a single one. "
    "Nothing was changed.",
)
NO_CRITERIA = Phrase(
    fr="Les critères sont vides : ils désigneraient toutes les ressources {type}.",
    en="The criteria are empty: they would mean every {type}.",
)
REFERENCE_NONE = Phrase(
    fr="La référence conditionnelle ne désigne aucune ressource {type}.",
    en="The conditional reference finds no {type}.",
)
REFERENCE_SEVERAL = Phrase(
    fr="La référence conditionnelle désigne plusieurs ressources {type}.",
    en="The conditional reference finds several {type} resources.",
)
REFERENCE_DANGLING = Phrase(
    fr="La référence « {reference} » ne désigne aucune entrée de ce lot (fullUrl).",
    en="Reference “{reference}” is the fullUrl of no entry of this bundle.",
)
IDENTITY_TWICE = Phrase(
    fr="La même ressource est modifiée par deux entrées (l'autre : {other}).",
    en="Two entries change the same resource (the other: {other}).",
)
FULL_URL_TWICE = Phrase(
    fr="Deux entrées ont le même fullUrl (l'autre : {other}).",
    en="Two entries have the same fullUrl (the other: {other}).",
)
NOT_A_BUNDLE = Phrase(
    fr="Un Bundle de type « transaction » ou « batch » est attendu.",
    en="A Bundle of type “transaction” or “batch” is expected.",
)
TOO_MANY_ENTRIES = Phrase(
    fr="Le lot a {count} entrées, plus que la limite de {limit} : découpez-le.",
    en="The bundle has {count} entries, more than the limit of {limit}: split it.",
)
REQUEST_MISSING = Phrase(
    fr="L'entrée n'a pas de « request » : méthode et adresse sont nécessaires.",
    en="The entry has no “request”: method and url are needed.",
)
REQUEST_URL = Phrase(
    fr="L'adresse de la requête ne convient pas à la méthode {method}.",
    en="The url of the request does not suit method {method}.",
)
UNKNOWN_TYPE = Phrase(
    fr="« {type} » n'est pas un type de ressource FHIR R4.",
    en="“{type}” is not a FHIR R4 resource type.",
)
BAD_VERSION_TAG = Phrase(
    fr='L\'étiquette de version doit avoir la forme W/"3".',
    en='The version tag must look like W/"3".',
)
BAD_PATCH_ENTRY = Phrase(
    fr="Une entrée PATCH porte une ressource Binary de contentType "
    "« application/json-patch+json » dont « data » contient les opérations, en base64.",
    en="A PATCH entry carries a Binary of contentType “application/json-patch+json” whose “data” "
    "holds the operations, in base64.",
)
ANSWER_TOO_LARGE = Phrase(
    fr="Les lectures de ce lot rendraient plus que la limite de {limit} octets : découpez-le.",
    en="The reads of this bundle would give out more than the limit of {limit} bytes: split it.",
)
NOT_IN_TRANSACTION = Phrase(
    fr="Cette lecture n'est possible que hors d'une transaction : utilisez un lot « batch ».",
    en="This read cannot be part of a transaction: use a batch.",
)
FORBIDDEN = Phrase(
    fr="Ce jeton ne permet pas l'interaction « {verb} » sur {type}.",
    en="This token does not allow interaction “{verb}” on {type}.",
)
NAME_INCLUDES = Phrase(
    fr="Ce jeton ne donne pas accès à tous les types : nommez les paramètres de "
    "_include et _revinclude au lieu de « * ».",
    en="This token does not give access to every type: name the parameters of _include and "
    "_revinclude instead of “*”.",
)
BAD_QUERY = Phrase(
    fr="La chaîne de recherche n'est pas en UTF-8 ou dépasse {limit} caractères.",
    en="The query string is not UTF-8 or is longer than {limit} characters.",
)
UNKNOWN_PARAMETER = Phrase(
    fr="Le paramètre « {name} » n'est pas connu ici.",
    en="Parameter “{name}” is not known here.",
)
BAD_PARAMETER = Phrase(
    fr="La valeur du paramètre « {name} » n'a pas la forme attendue.",
    en="The value of parameter “{name}” does not have the expected form.",
)
FAULT = Phrase(
    fr="Une erreur interne est survenue ; elle a été consignée sous le numéro {request}.",
    en="An internal error occurred; it was logged under number {request}.",
)
