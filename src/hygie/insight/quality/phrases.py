"""What is said of files as a whole, in French and in English."""

from typing import Final

from hygie.refusal import Phrase

UNREADABLE: Final = Phrase(
    "Ce fichier ne peut pas être lu ({reason}) : vérifiez ses droits et son support.",
    "This file cannot be read ({reason}): check its permissions and its medium.",
)
TOO_LONG: Final = Phrase(
    "La ligne fait {size} octets, plus que la limite de {limit} : une ressource par ligne.",
    "The line has {size} bytes, more than the limit of {limit}: one resource a line.",
)
MORE: Final = Phrase(
    "Ce fichier a d’autres problèmes ({count} au moins) : les {limit} premiers de chaque gravité "
    "sont indiqués ; le rapport (--report) les compte.",
    "This file has more problems ({count} at least): the first {limit} of each severity are told; "
    "the report (--report) counts them.",
)
NOT_A_REPORT: Final = Phrase(
    "Ce n’est pas un rapport de « hygie validate --report FICHIER.json » : {reason}.",
    "This is no report of “hygie validate --report FILE.json”: {reason}.",
)
DEPENDENCIES: Final = Phrase(
    "Ce guide s’appuie sur {wanted}, absent ici : ce qui en vient n’est pas vérifié. Donnez-le "
    "aussi (--package).",
    "This guide rests on {wanted}, which is not here: what comes from it is not checked. Give it "
    "too (--package).",
)

# --- packages of the house ------------------------------------------------------------------
LACKS: Final = Phrase(
    "Ce guide s’appuie sur {wanted}, absent ici : ce qui en vient n’est pas vérifié. Ajoutez-le "
    "aussi (hygie packages add).",
    "This guide rests on {wanted}, which is not here: what comes from it is not checked. Add it "
    "too (hygie packages add).",
)
OTHER_CONTENT: Final = Phrase(
    "Le paquet {package} est déjà là, avec un autre contenu. Une version publiée ne change pas : "
    "vérifiez d’où vient ce fichier, puis ajoutez --replace si c’est lui qu’il faut.",
    "The package {package} is already here, with other content. A published version does not "
    "change: check where this file comes from, then add --replace if it is the one that is due.",
)
NOT_HERE: Final = Phrase(
    "Le paquet « {package} » n’est pas là : voyez « hygie packages list » (NOM#VERSION).",
    "The package “{package}” is not here: see “hygie packages list” (NAME#VERSION).",
)
TOO_MANY_PACKAGES: Final = Phrase(
    "Il y a déjà {limit} paquets : retirez-en avant d’en ajouter.",
    "There are {limit} packages already: remove some before adding others.",
)

# --- policy -------------------------------------------------------------------------------
POLICY_FORM: Final = Phrase(
    "La politique (policy.json du répertoire de données) ne peut pas être comprise : {reason}. "
    "Corrigez le fichier : rien n’est appliqué à moitié.",
    "The policy (policy.json of the data directory) cannot be understood: {reason}. Mend the file: "
    "nothing is applied by half.",
)
POLICY_SIZE: Final = Phrase(
    "La politique (policy.json) dépasse {limit} octets.",
    "The policy (policy.json) is larger than {limit} bytes.",
)
NO_SILENCE: Final = Phrase(
    "Aucun silence en cours n’a le numéro {number} : voyez « hygie policy list ».",
    "No silence in force has number {number}: see “hygie policy list”.",
)
MOTIVE: Final = Phrase(
    "Un silence a un motif, de {limit} caractères au plus : qui le lira doit pouvoir juger.",
    "A silence has a motive, of at most {limit} characters: whoever reads it must be able to "
    "judge.",
)
UNTIL: Final = Phrase(
    "Un silence a une fin, d’ici {limit} jours au plus : il se renouvelle s’il le faut encore.",
    "A silence has an end, within {limit} days: it is renewed if it is still needed.",
)
