"""What adaptations say when they will not do."""

from hygie.refusal import Phrase

WRONG_SET = Phrase(
    "Le jeu d’adaptations « {name} » ne convient pas, ligne {line} ({where}) : {why}.",
    "The set of adaptations '{name}' will not do, line {line} ({where}): {why}.",
)
UNREADABLE_SET = Phrase(
    "Le jeu d’adaptations « {name} » ne peut pas être lu : {why}.",
    "The set of adaptations '{name}' cannot be read: {why}.",
)
NO_SET = Phrase(
    "Le jeu d’adaptations « {name} » que la source demande n’existe pas, ou ne peut pas être lu :"
    " le message attend qu’il le soit, puis qu’on le rejoue.",
    "The set of adaptations '{name}' that the source asks for does not exist, or cannot be read:"
    " the message waits for it, then for its replay.",
)
UNKNOWN_CODE = Phrase(
    "Le code « {found} » n’est pas de ceux que l’adaptation « {change} » traduit.",
    "The code '{found}' is not one of those that the adaptation '{change}' translates.",
)
