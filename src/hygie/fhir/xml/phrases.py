"""What the reading and the writing of XML say, in French and in English."""

from typing import Final

from hygie.refusal import Phrase

TOO_LARGE: Final = Phrase(
    "Le document XML fait {size} octets, la limite est de {limit} octets : découpez l’envoi.",
    "The XML document has {size} bytes, the limit is {limit} bytes: split it.",
)
EMPTY: Final = Phrase(
    "Le document est vide : un document XML était attendu.",
    "The document is empty: an XML document was expected.",
)
NOT_WELL_FORMED: Final = Phrase(
    "Ceci n’est pas du XML bien formé : {reason} (ligne {line}, colonne {column}).",
    "This is not well-formed XML: {reason_en} (line {line}, column {column}).",
)
DOCUMENT_TYPE: Final = Phrase(
    "Une déclaration DOCTYPE est interdite (ligne {line}, colonne {column}) : supprimez-la, "
    "et écrivez les caractères eux-mêmes à la place des entités.",
    "A DOCTYPE declaration is forbidden (line {line}, column {column}): remove it, "
    "and write characters themselves in the place of entities.",
)
TOO_DEEP: Final = Phrase(
    "Les éléments sont imbriqués trop profondément (ligne {line}, colonne {column}).",
    "Elements are nested too deeply (line {line}, column {column}).",
)
NAMESPACES: Final = Phrase(
    "Trop d’espaces de noms sont déclarés (ligne {line}, colonne {column}).",
    "Too many namespaces are declared (line {line}, column {column}).",
)
UNKNOWN_ENCODING: Final = Phrase(
    "L’encodage déclaré « {found} » n’est pas lu ici (ligne {line}, colonne {column}) : "
    "envoyez de l’UTF-8.",
    "The declared encoding “{found}” is not read here (line {line}, column {column}): send UTF-8.",
)
CONTRADICTED_ENCODING: Final = Phrase(
    "Le document déclare l’encodage « {found} » mais ses premiers octets sont de l’{actual} "
    "(ligne {line}, colonne {column}) : corrigez la déclaration.",
    "The document declares the encoding “{found}” but its first bytes are {actual} "
    "(line {line}, column {column}): mend the declaration.",
)
BYTES: Final = Phrase(
    "Un octet n’appartient pas à l’encodage {encoding} (ligne {line}, colonne {column}) : "
    "envoyez de l’UTF-8, ou déclarez l’encodage employé.",
    "A byte does not belong to the encoding {encoding} (line {line}, column {column}): "
    "send UTF-8, or declare the encoding in use.",
)
NOT_UTF8: Final = Phrase(
    "Ce document est en {encoding} ; FHIR s’échange en UTF-8 : réglez l’application émettrice.",
    "This document is in {encoding}; FHIR is exchanged in UTF-8: set the sender to it.",
)
INSTRUCTION: Final = Phrase(
    "Une instruction de traitement « <?{found} » n’a pas sa place dans une ressource : "
    "supprimez-la.",
    "A processing instruction “<?{found}” has no place in a resource: remove it.",
)
NAMESPACE: Final = Phrase(
    "L’espace de noms de « {name} » est « {found} » ; « {expected} » était attendu "
    "(ligne {line}, colonne {column}).",
    "The namespace of “{name}” is “{found}”; “{expected}” was expected "
    "(line {line}, column {column}).",
)
ATTRIBUTE: Final = Phrase(
    "L’attribut « {found} » n’existe pas ici : supprimez-le.",
    "There is no attribute “{found}” here: remove it.",
)
TEXT: Final = Phrase(
    "Du texte se trouve entre les éléments : « {found} ». Une valeur s’écrit dans l’attribut "
    "« value ».",
    "There is text between elements: “{found}”. A value is written in the attribute “value”.",
)
ORDER: Final = Phrase(
    "« {name} » se trouve après « {after} » : en XML, les éléments suivent l’ordre de la "
    "définition.",
    "“{name}” comes after “{after}”: in XML, elements follow the order of the definition.",
)
REPEATED: Final = Phrase(
    "« {name} » ne se répète pas : gardez une seule occurrence.",
    "“{name}” does not repeat: keep a single occurrence.",
)

UNWRITABLE: Final = Phrase(
    "Cette ressource n’est pas conforme à FHIR R4 ({place}) : elle n’a pas de forme XML. "
    "Demandez-la en JSON.",
    "This resource does not conform to FHIR R4 ({place}): it has no form in XML. Ask for JSON.",
)
CHARACTER: Final = Phrase(
    "Le caractère {character}, que XML n’admet pas, est dans la réponse : demandez du JSON.",
    "Character {character}, which XML does not have, is in the answer: ask for JSON.",
)

REASONS: Final[dict[int, Phrase]] = {
    3: Phrase("il s’arrête avant sa fin", "it stops before its end"),
    4: Phrase("caractère inattendu", "unexpected character"),
    5: Phrase("une balise n’est pas terminée", "a tag is not ended"),
    7: Phrase("cette balise de fin n’est pas celle attendue", "the end tag is not the one due"),
    8: Phrase("un attribut est répété", "an attribute is repeated"),
    9: Phrase("du contenu suit la fin du document", "content follows the end of the document"),
    11: Phrase(
        "cette entité n’est pas définie, écrivez le caractère lui-même",
        "this entity is not defined, write the character itself",
    ),
    14: Phrase(
        "cette référence de caractère n’en désigne aucun", "this reference names no character"
    ),
    27: Phrase("un préfixe n’est pas déclaré", "a prefix is not declared"),
}
"""By the code of an error of expat (`xml.parsers.expat.errors.messages`)."""
ANOTHER_REASON: Final = Phrase("sa syntaxe est fausse", "its syntax is wrong")
