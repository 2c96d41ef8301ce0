"""What this room says of the rules themselves; what a rule says stands in its pack."""

from hygie.refusal import Phrase

WRONG_PACK = Phrase(
    "Ce fichier de règles ne se lit pas : {why}.",
    "This file of rules cannot be read: {why}.",
)
WRONG_RULE = Phrase(
    "Règle « {named} » : « {value} » ne convient pas pour « {member} ». Voyez le manuel des"
    " règles.",
    "Rule '{named}': '{value}' does not suit '{member}'. See the manual of rules.",
)
REPEATED_RULE = Phrase(
    "Deux règles portent l’identifiant « {named} » : chacune doit avoir le sien.",
    "Two rules have the id '{named}': each must have its own.",
)
NOT_EVALUATED = Phrase(
    "La règle « {rule} » n’a pas pu être évaluée ici : {why}",
    "Rule '{rule}' could not be evaluated here: {why_en}",
)
