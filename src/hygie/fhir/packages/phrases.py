"""Sentences about packages and what is in them."""

from hygie.refusal import Phrase

TOO_LARGE = Phrase(
    "Le paquet fait {size} octets ; la limite est de {limit}.",
    "The package has {size} bytes; the limit is {limit}.",
)
NOT_GZIP = Phrase(
    "Ce n’est pas une archive .tgz (tar compressé par gzip). Donnez le fichier tel que le "
    "publie le registre des paquets FHIR.",
    "This is not a .tgz archive (tar compressed by gzip). Give the file as the registry of FHIR "
    "packages publishes it.",
)
DAMAGED = Phrase(
    "L’archive est tronquée ou abîmée et ne peut être lue jusqu’au bout. Téléchargez-la à nouveau.",
    "The archive is truncated or damaged and cannot be read to its end. Download it again.",
)
BOMB = Phrase(
    "Une fois décompressée, l’archive dépasse ce qu’un paquet peut contenir ({limit}). "
    "Elle n’a pas été lue plus loin.",
    "Unpacked, the archive is beyond what a package can hold ({limit}). It was not read further.",
)
TOO_MANY_FILES = Phrase(
    "L’archive contient plus de {limit} fichiers.", "The archive holds more than {limit} files."
)
UNSAFE_NAME = Phrase(
    "L’archive contient un fichier dont le nom sort du paquet : « {name} ». "
    "Elle est refusée en entier ; demandez-en une saine à son éditeur.",
    "The archive holds a file whose name leads outside the package: “{name}”. "
    "It is refused as a whole; ask its publisher for a sound one.",
)
NOT_A_FILE = Phrase(
    "« {name} » n’est ni un fichier ni un dossier (lien, périphérique…). "
    "L’archive est refusée en entier ; demandez-en une saine à son éditeur.",
    "“{name}” is neither a file nor a folder (link, device…). "
    "The archive is refused as a whole; ask its publisher for a sound one.",
)
NO_MANIFEST = Phrase(
    "Le fichier package/package.json manque : ce n’est pas un paquet FHIR.",
    "The file package/package.json is missing: this is not a FHIR package.",
)
BAD_MANIFEST = Phrase(
    "package.json n’est pas le manifeste d’un paquet FHIR : « {member} » manque ou n’a pas "
    "la forme attendue.",
    "package.json is not the manifest of a FHIR package: “{member}” is missing or not of the form "
    "that is due.",
)
OTHER_FHIR = Phrase(
    "Le paquet {package} est écrit pour FHIR {found} ; seuls ceux de FHIR R4 (4.0) conviennent "
    "ici. Cherchez-en l’édition R4.",
    "The package {package} is written for FHIR {found}; only those of FHIR R4 (4.0) fit here. "
    "Look for its R4 edition.",
)
UNSAID_FHIR = Phrase(
    "Le paquet {package} ne dit pas pour quelle version de FHIR il est écrit ; il est pris "
    "pour R4.",
    "The package {package} does not say for which version of FHIR it is written; it is taken for "
    "R4.",
)
FILE_OF_OTHER_FHIR = Phrase(
    "Cette définition est écrite pour FHIR {found} ; elle est laissée de côté.",
    "This definition is written for FHIR {found}; it is left out.",
)
FILE_TOO_LARGE = Phrase(
    "Ce fichier fait {size} octets ; la limite est de {limit}. Il est laissé de côté.",
    "This file has {size} bytes; the limit is {limit}. It is left out.",
)
TWICE = Phrase(
    "{kind} « {canonical} » figure deux fois dans le paquet ; la première est gardée.",
    "{kind} “{canonical}” is twice in the package; the first is kept.",
)
NOT_DEFINITIONS = Phrase(
    "Ce fichier ne contient aucune définition qui ait une URL canonique (StructureDefinition, "
    "ValueSet, CodeSystem…, seule ou dans un Bundle).",
    "This file holds no definition that has a canonical URL (StructureDefinition, ValueSet, "
    "CodeSystem…, alone or in a Bundle).",
)
MORE = Phrase(
    "D’autres fichiers ont des problèmes ; les {limit} premiers sont nommés.",
    "Other files have problems; the first {limit} are named.",
)
