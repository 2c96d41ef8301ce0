"""The sentences of bulk data."""

from typing import Final

from hygie.refusal import Phrase

DISK_FULL: Final = Phrase(
    "Il ne reste pas assez de place sur le disque pour cet export. Libérez-en, puis demandez-le à "
    "nouveau.",
    "There is not enough room on the disk for this export. Make some, then ask for it again.",
)
FILE_ALTERED: Final = Phrase(
    "Ce fichier d’export a été altéré sur le disque : il n’est pas donné. Demandez un nouvel "
    "export, et prévenez l’administrateur.",
    "This export file was altered on the disk: it is not given out. Ask for a new export, and tell "
    "the administrator.",
)
FILE_REMADE: Final = Phrase(
    "Ce fichier est refait, parce que des données ont été effacées depuis. Relisez l’état de "
    "l’export : il donne la nouvelle adresse.",
    "This file is being made anew, because data were erased since. Read the status of the export "
    "again: it gives the new address.",
)
NO_EXPORT: Final = Phrase(
    "Il n’y a pas, ou plus, d’export de ce numéro pour ce client.",
    "There is no export of that number for this client, or no longer.",
)
RIGHTS: Final = Phrase(
    "Les droits avec lesquels cet export a été demandé ont été retirés.",
    "The rights with which this export was asked for were taken back.",
)
NO_FILE: Final = Phrase(
    "Cet export n’a pas, ou plus, de fichier de ce numéro.",
    "This export has no file of that number, or no longer.",
)
MANY_OF_CLIENT: Final = Phrase(
    "Ce client a déjà {limit} exports en cours. Attendez qu’ils finissent, ou annulez-en.",
    "This client has {limit} exports under way already. Wait until they end, or cancel some.",
)
MANY: Final = Phrase(
    "Il y a déjà {limit} exports en cours. Réessayez plus tard.",
    "There are {limit} exports under way already. Try again later.",
)
TOO_LARGE: Final = Phrase(
    "Cet export dépasse {limit} octets. Demandez-le par types, ou par périodes (_since, _until).",
    "This export is larger than {limit} bytes. Ask for it by types, or by periods (_since, "
    "_until).",
)
PATIENTS: Final = Phrase(
    "Un export nomme au plus {limit} patients.", "An export names {limit} patients at most."
)
NO_MEMBERS: Final = Phrase(
    "Ce groupe n’a pas de patients parmi ses membres.",
    "This group has no patients among its members.",
)
FILTER: Final = Phrase(
    "Un filtre d’export (_typeFilter) ne porte que sur ce que dit chaque ressource : ni chaînes, "
    "ni _has, ni :in, :not-in, :above, :below de codes.",
    "A filter of an export (_typeFilter) is about what each resource says: no chains, no _has, no "
    ":in, :not-in, :above, :below of codes.",
)
OTHER_FOLDER: Final = Phrase(
    "{path} contient autre chose qu’un export commencé ainsi. Choisissez un dossier vide.",
    "{path} holds something else than an export begun alike. Choose an empty folder.",
)
COHORT_TYPE: Final = Phrase(
    "Un groupe par critères (member-filter) est un groupe de personnes : « type » vaut « person ».",
    "A group by criteria (member-filter) is a group of persons: “type” is “person”.",
)
COHORT_LANGUAGE: Final = Phrase(
    "Un critère de groupe s’écrit en « {language} ».",
    "A criterion of a group is written in “{language}”.",
)
COHORT_FILTER: Final = Phrase(
    "Un critère de groupe est une recherche de patients, ou de ce qui est dans leurs dossiers : "
    "« Type?paramètre=valeur », un seul type.",
    "A criterion of a group is a search of patients, or of what is in their records: "
    "“Type?parameter=value”, one type.",
)
COHORT_MATCHES: Final = Phrase(
    "Un critère du groupe trouve plus de {limit} ressources {type} : précisez-le.",
    "A criterion of the group finds more than {limit} resources of {type}: narrow it.",
)
GROUP_DEPTH: Final = Phrase(
    "Ce groupe contient des groupes imbriqués sur plus de {limit} niveaux.",
    "This group has groups within each other, more than {limit} deep.",
)
