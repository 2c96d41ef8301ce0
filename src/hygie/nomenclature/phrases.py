"""What is said of the nomenclatures of a data directory, in French and in English."""

from typing import Final

from hygie.refusal import Phrase

NOT_HERE: Final = Phrase(
    "La nomenclature « {book} » n’est pas là : voyez « hygie terminology list » (NOM#VERSION).",
    "The nomenclature “{book}” is not here: see “hygie terminology list” (NAME#VERSION).",
)
OTHER_CONTENT: Final = Phrase(
    "La nomenclature {book} est déjà là, faite d’autres fichiers. Vérifiez d’où viennent ceux-ci, "
    "puis ajoutez --replace s’il faut les prendre.",
    "The nomenclature {book} is already here, made of other files. Check where these come from, "
    "then add --replace if they are to be taken.",
)
TOO_MANY_BOOKS: Final = Phrase(
    "Il y a déjà {limit} nomenclatures : retirez-en avant d’en charger.",
    "There are {limit} nomenclatures already: remove some before loading others.",
)
NO_ROOM: Final = Phrase(
    "La place manque sur le disque pour {book} : libérez-en, puis relancez la même commande, qui "
    "reprendra où elle en était.",
    "There is no room left on the disk for {book}: make some, then run the same command again: it "
    "goes on from where it was.",
)
CODE_TWICE: Final = Phrase(
    "{count} codes sont définis deux fois, la première définition compte : {examples}.",
    "{count} codes are defined twice, the first definition counts: {examples}.",
)
CODE_UNDEFINED: Final = Phrase(
    "{count} codes que ces fichiers complètent n’y sont pas définis : {examples}.",
    "{count} codes that these files add to are not defined in them: {examples}.",
)
PARENT_UNDEFINED: Final = Phrase(
    "{count} codes nommés comme parents n’y sont pas définis : {examples}.",
    "{count} codes named as parents are not defined in them: {examples}.",
)
NOTES: Final = {
    "code.twice": CODE_TWICE,
    "code.undefined": CODE_UNDEFINED,
    "parent.undefined": PARENT_UNDEFINED,
}
"""By the rule of a note of a book."""
NO_CLOSURE: Final = Phrase(
    "Cette table de fermeture n’existe pas : commencez-la par une requête qui la nomme seule.",
    "There is no such closure table: begin it by a request that only names it.",
)
NO_CLOSURE_VERSION: Final = Phrase(
    "Cette version de la table n’existe pas : elle en est à la version {version}.",
    "There is no such version of the table: it is at version {version}.",
)
TOO_MANY_CLOSURES: Final = Phrase(
    "Ce client tient déjà {limit} tables de fermeture : servez-vous de l’une d’elles.",
    "This client already keeps {limit} closure tables: use one of them.",
)
