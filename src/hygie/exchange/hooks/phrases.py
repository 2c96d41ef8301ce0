"""The sentences of this room, in French and in English."""

from hygie.refusal import Phrase

TEMPLATE = Phrase(
    fr="« {template} » n'est ni la lecture d'une ressource ni une recherche dans un type, ou parle "
    "de ce qui n'est pas connu ici.",
    en="“{template}” is neither the read of a resource nor a search of a type, or speaks of what "
    "is not known here.",
)
MANY = Phrase(
    "aides.toml déclare plus de {limit} services.",
    "aides.toml declares more than {limit} services.",
)
TWICE = Phrase("aides.toml : un nom sert deux fois.", "aides.toml: a name is used twice.")
DECLARATION = Phrase(
    "aides.toml, service « {service} » : {fr}", "aides.toml, service “{service}”: {en}"
)
BAD_NAME = Phrase(
    "name : lettres minuscules, chiffres et tirets, 32 au plus.",
    "name: small letters, digits and hyphens, 32 at most.",
)
BAD_TITLE = Phrase("title : de 1 à 60 caractères visibles.", "title: 1 to 60 visible characters.")
BAD_URL = Phrase("url : il faut https://…", "url: expected https://…")
BAD_ROLES = Phrase(
    "roles : au moins un, parmi ceux du fichier des droits.",
    "roles: at least one, among those of the rights file.",
)
BEYOND = Phrase(
    "prefetch : ce qui serait envoyé n'est pas dans scopes.",
    "prefetch: what would be sent is not in scopes.",
)
