"""Sentences about profiles that cannot be worked out."""

from hygie.refusal import Phrase

FORM = Phrase(
    "Le profil {profile} n’a pas la forme d’une StructureDefinition : {problem}. "
    "Corrigez le profil ou demandez-en un sain à son éditeur.",
    "The profile {profile} is not of the form of a StructureDefinition: {problem}. "
    "Correct the profile, or ask its publisher for a sound one.",
)
NO_BASE = Phrase(
    "Le profil {profile} part de « {base} », qui n’est pas connu ici. "
    "Ajoutez le paquet qui le contient (hygie packages add).",
    "The profile {profile} starts from “{base}”, which is not known here. "
    "Add the package that holds it (hygie packages add).",
)
CYCLE = Phrase(
    "Le profil {profile} part, de proche en proche, de lui-même. Corrigez baseDefinition.",
    "The profile {profile} starts, by way of others, from itself. Correct baseDefinition.",
)
TOO_FAR = Phrase(
    "Le profil {profile} part de plus de {limit} profils l’un sur l’autre.",
    "The profile {profile} starts from more than {limit} profiles on top of each other.",
)
TOO_LARGE = Phrase(
    "Le profil {profile} a plus de {limit} éléments une fois développé.",
    "The profile {profile} has more than {limit} elements once it is unfolded.",
)
OTHER_TYPE = Phrase(
    "Le profil {profile} porte sur {type}, mais part d’une définition de {base}.",
    "The profile {profile} is about {type}, but starts from a definition of {base}.",
)
NO_DIFFERENTIAL = Phrase(
    "Le profil {profile} n’a ni snapshot ni differential : rien ne dit ce qu’il demande.",
    "The profile {profile} has neither snapshot nor differential: nothing says what it asks.",
)
NO_PATH = Phrase(
    "Le profil {profile} contraint « {path} », qui n’existe pas dans ce dont il part.",
    "The profile {profile} constrains “{path}”, which does not exist in what it starts from.",
)
SEVERAL_TYPES = Phrase(
    "Le profil {profile} contraint « {path} » dans un élément qui peut être de plusieurs types "
    "({types}) : qu’il choisisse d’abord l’un d’eux.",
    "The profile {profile} constrains “{path}” in an element that may be of several types "
    "({types}): let it choose one of them first.",
)
UNKNOWN_TYPE = Phrase(
    "Le profil {profile} contraint « {path} » dans un élément de type « {type} », qui n’est pas "
    "connu ici.",
    "The profile {profile} constrains “{path}” in an element of type “{type}”, which is not known "
    "here.",
)
WIDER = Phrase(
    "Le profil {profile} permet {found} pour « {path} », là où ce dont il part demande {base} : "
    "un profil ne peut que restreindre.",
    "The profile {profile} allows {found} for “{path}”, where what it starts from asks for {base}: "
    "a profile can only narrow.",
)
IMPOSSIBLE = Phrase(
    "Le profil {profile} demande {found} pour « {path} » : le minimum dépasse le maximum.",
    "The profile {profile} asks for {found} for “{path}”: the minimum is above the maximum.",
)
OTHER_TYPES = Phrase(
    "Le profil {profile} donne à « {path} » le type « {type} », que ce dont il part ne permet pas "
    "({types}).",
    "The profile {profile} gives “{path}” the type “{type}”, which what it starts from does not "
    "allow ({types}).",
)
