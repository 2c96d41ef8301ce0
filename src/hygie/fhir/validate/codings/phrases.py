"""What is said of codings and units."""

from typing import Final

from hygie.refusal import Phrase

UNKNOWN_CODE: Final = Phrase(
    "Le système {system}{version} n’a pas de code « {found} » : corrigez le code, ou le système"
    " s’il vient d’ailleurs.",
    "The system {system}{version} has no code “{found}”: correct the code, or the system if it"
    " comes from elsewhere.",
)
FORM: Final = Phrase(
    "« {found} » n’a pas la forme d’un code de {system} (chiffres et clé de contrôle) : corrigez"
    " le code, ou le système s’il vient d’ailleurs.",
    "“{found}” has not the form of a code of {system} (digits and check digit): correct the code,"
    " or the system if it comes from elsewhere.",
)
UNIT: Final = Phrase(
    "« {found} » n’est pas une unité UCUM : écrivez par exemple mg, mmol/L, mm[Hg], Cel, 10*9/L,"
    " ou placez ce texte dans « unit » seulement.",
    "“{found}” is not a UCUM unit: write for instance mg, mmol/L, mm[Hg], Cel, 10*9/L,"
    " or put this text in “unit” only.",
)
UNIT_MEANT: Final = Phrase(
    "« {found} » n’est pas une unité UCUM : écrivez « {meant} » si c’est ce qui est voulu, et"
    " gardez « {found} » dans « unit ».",
    "“{found}” is not a UCUM unit: write “{meant}” if that is what is meant, and keep “{found}”"
    " in “unit”.",
)
RELATIVE: Final = Phrase(
    "« {found} » n’est pas une adresse absolue : un système de codes se nomme par une URI"
    " complète (http://…, urn:oid:…).",
    "“{found}” is not an absolute address: a code system is named by a full URI"
    " (http://…, urn:oid:…).",
)
A_VALUE_SET: Final = Phrase(
    "« {found} » est un jeu de valeurs et non un système de codes : donnez le système auquel le"
    " code appartient.",
    "“{found}” is a value set, not a code system: give the system that the code belongs to.",
)
A_SUPPLEMENT: Final = Phrase(
    "« {found} » est un complément d’un autre système de codes : donnez le système qu’il complète.",
    "“{found}” is a supplement to another code system: give the system that it adds to.",
)
MEANT: Final = Phrase(
    "« {found} » n’est pas un système de codes ; vouliez-vous dire « {meant} » ?",
    "“{found}” is not a code system; did you mean “{meant}”?",
)
SYSTEM_UNKNOWN: Final = Phrase(
    "Le système de codes « {found} » n’est pas connu ici : ses codes n’ont pas été vérifiés.",
    "The code system “{found}” is not known here: its codes were not checked.",
)
NO_SYSTEM: Final = Phrase(
    "Le code « {found} » est donné sans son système : seul, il ne veut rien dire. Ajoutez"
    " « system ».",
    "The code “{found}” is given without its system: alone, it means nothing. Add “system”.",
)
DISPLAY: Final = Phrase(
    "« {found} » n’est pas un libellé du code {code} : {displays}. Vérifiez que le code est celui"
    " qui est voulu.",
    "“{found}” is no display of the code {code}: {displays}. Make sure that the code is the one"
    " that is meant.",
)
RETIRED: Final = Phrase(
    "Le code « {found} » n’est plus en usage dans son système : remplacez-le.",
    "The code “{found}” is no longer in use in its system: replace it.",
)
ABSTRACT: Final = Phrase(
    "Le code « {found} » ne fait qu’en regrouper d’autres : prenez l’un de ceux-là.",
    "The code “{found}” only groups others: use one of these.",
)
