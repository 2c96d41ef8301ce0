"""What is said of extensions, in French and in English."""

from typing import Final

from hygie.refusal import Phrase

URL: Final = Phrase(
    "L’URL d’une extension est absolue : « {found} » ne l’est pas. Donnez l’URL de sa définition.",
    "The URL of an extension is absolute: “{found}” is not. Give the URL of its definition.",
)
VERSION: Final = Phrase(
    "L’URL d’une extension est sans version : retirez « |{found} ».",
    "The URL of an extension has no version: remove “|{found}”.",
)
UNKNOWN: Final = Phrase(
    "L’extension « {url} » n’est pas connue ici : elle n’est pas vérifiée. Corrigez son URL, ou "
    "ajoutez le paquet qui la définit ({publisher}).",
    "The extension “{url}” is not known here: it is not checked. Mend its URL, or add the package "
    "that defines it ({publisher}).",
)
UNKNOWN_MODIFIER: Final = Phrase(
    "L’extension « {url} » change le sens de ce qui la porte et n’est pas connue ici : ce contenu "
    "ne peut pas être compris. Ajoutez le paquet qui la définit ({publisher}).",
    "The extension “{url}” changes the meaning of what has it and is not known here: this content "
    "cannot be understood. Add the package that defines it ({publisher}).",
)
OTHER_VERSION: Final = Phrase(
    "L’extension « {url} » porte un élément d’une autre version de FHIR : elle n’est pas vérifiée.",
    "The extension “{url}” holds an element of another version of FHIR: it is not checked.",
)
NO_EXTENSION: Final = Phrase(
    "« {url} » ne définit pas une extension mais un {type} : donnez l’URL d’une extension.",
    "“{url}” defines no extension but a {type}: give the URL of an extension.",
)
MODIFIER: Final = Phrase(
    "L’extension « {url} » change le sens de ce qui la porte : placez-la dans "
    "« modifierExtension ».",
    "The extension “{url}” changes the meaning of what has it: put it in “modifierExtension”.",
)
NO_MODIFIER: Final = Phrase(
    "L’extension « {url} » ne change pas le sens de ce qui la porte : placez-la dans "
    "« extension ».",
    "The extension “{url}” does not change the meaning of what has it: put it in “extension”.",
)
CONTEXT: Final = Phrase(
    "L’extension « {url} » n’est pas permise ici ({here}). Sa définition la permet sur : "
    "{allowed}.",
    "The extension “{url}” is not allowed here ({here}). Its definition allows it on: {allowed}.",
)
PART: Final = Phrase(
    "« {found} » n’est pas une partie de l’extension « {url} ». Parties définies : {parts}.",
    "“{found}” is no part of the extension “{url}”. Parts defined: {parts}.",
)
INVARIANT: Final = Phrase(
    "L’extension « {url} » demande de ce qui la porte : « {expression} » ; ce n’est pas le cas.",
    "The extension “{url}” asks of what has it: “{expression}”; this is not so.",
)
NOT_EVALUATED: Final = Phrase(
    "La règle « {expression} » de l’extension « {url} » n’a pas pu être évaluée : elle n’est pas "
    "vérifiée ici.",
    "The rule “{expression}” of the extension “{url}” could not be evaluated: it is not checked "
    "here.",
)
