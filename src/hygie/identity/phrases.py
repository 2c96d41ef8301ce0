"""What this room says when an identity cannot be accepted as it came."""

from hygie.refusal import Phrase

WRONG_SHAPE = Phrase(
    "Un matricule INS compte 15 caractères : 13 chiffres (2A ou 2B pour la Corse) et 2 chiffres de"
    " clé.",
    "An INS matricule has 15 characters: 13 digits (2A or 2B for Corsica) and a 2-digit key.",
)
WRONG_KEY = Phrase(
    "La clé du matricule INS ne correspond pas à ses 13 premiers caractères. Vérifiez le matricule"
    " sur la pièce d’identité ou par le téléservice INSi.",
    "The key of the INS matricule does not match its first 13 characters. Check the matricule"
    " on the identity document or with the INSi service.",
)
UNKNOWN_OID = Phrase(
    "L’OID « {oid} » n’est pas celui d’un INS.", "OID '{oid}' is not that of an INS."
)
INCOHERENT = Phrase(
    "Le matricule INS ne concorde pas avec un trait ({trait}) : vérifiez l’identité.",
    "The INS matricule does not agree with a trait ({trait_en}): check the identity.",
)
BIRTH_NAME = Phrase("nom de naissance", "birth name")
GIVEN_NAME = Phrase("premier prénom", "first given name")
GIVEN_NAMES = Phrase("liste des prénoms", "list of given names")
BIRTH_DATE = Phrase("date de naissance", "birth date")
BIRTH_YEAR = Phrase("année de naissance", "year of birth")
SEX = Phrase("sexe", "sex")
BIRTH_PLACE = Phrase("lieu de naissance", "birth place")
SURVIVING = Phrase("le patient à conserver", "the patient to keep")
LOSING = Phrase("le patient à éliminer", "the patient to remove")
FICTIVE_AND_DOUBTFUL = Phrase(
    "Une identité ne peut pas être à la fois fictive et douteuse : choisissez l’un des attributs.",
    "An identity cannot be both fictitious and doubtful: choose one of the attributes.",
)
FORCED_PROVISIONAL = Phrase(
    "Identité douteuse ou fictive : son statut devient provisoire et le téléservice INSi n’est pas"
    " appelé.",
    "Doubtful or fictitious identity: its status becomes provisional and the INSi service is not"
    " called.",
)
INS_NOT_QUALIFIED = Phrase(
    "Le matricule reçu n’accompagne pas une identité qualifiée : il est gardé à part, ne sert pas à"
    " reconnaître le patient et n’est pas retransmis.",
    "The matricule received does not come with a qualified identity: it is kept apart, is not used"
    " to recognise the patient and is not sent on.",
)
TOO_MANY = Phrase(
    "Ce message donne {count} identifiants de patient, plus que les {limit} admis : ce n’est pas"
    " une personne. Demandez à l’émetteur de vérifier ce qu’il envoie.",
    "This message gives {count} patient identifiers, more than the {limit} allowed: that is nobody."
    " Ask the sender to check what is sent.",
)
NOBODY = Phrase(
    "Ce message ne désigne personne : ni identifiant local du patient (IPP), ni INS qualifiée."
    " Demandez à l’émetteur de transmettre l’un des deux.",
    "This message points to nobody: neither a local patient identifier nor a qualified INS. Ask"
    " the sender for one of the two.",
)
CIRCLE = Phrase(
    "Les patients que désigne ce message se remplacent l’un l’autre, en boucle (Patient.link) :"
    " personne ne peut dire lequel vaut. Corrigez ces liens.",
    "The patients that this message points to replace each other, in a circle (Patient.link):"
    " nobody can tell which one stands. Correct these links.",
)
CONFLICT = Phrase(
    "L’identifiant local désigne un patient connu dont le nom et la date de naissance diffèrent"
    " tous deux de ceux du message. Vérifiez l’identité avant de rejouer le message.",
    "The local identifier points to a known patient whose name and birth date both differ from"
    " those of the message. Check the identity before replaying the message.",
)
INS_MISMATCH = Phrase(
    "L’INS qualifiée est connue, mais un trait strict diffère ({trait}). Vérifiez l’identité avant"
    " de rejouer le message.",
    "The qualified INS is known, but a strict trait differs ({trait_en}). Check the identity before"
    " replaying the message.",
)
TWO_PATIENTS = Phrase(
    "Les identifiants du message désignent des patients différents. Il s’agit peut-être de doublons"
    " à fusionner : vérifiez, fusionnez, puis rejouez le message.",
    "The identifiers of the message point to different patients. They may be duplicates to merge:"
    " check, merge, then replay the message.",
)
INS_CHANGED = Phrase(
    "Ce patient a déjà une autre INS qualifiée et les traits stricts diffèrent ({trait})."
    " Vérifiez l’identité avant de rejouer le message.",
    "This patient already has another qualified INS and strict traits differ ({trait_en}). Check"
    " the identity before replaying the message.",
)
MERGE_UNKNOWN = Phrase(
    "La fusion désigne un patient inconnu ({role}). Attendez la création de ce patient, ou"
    " corrigez l’identifiant, puis rejouez le message.",
    "The merge points to an unknown patient ({role_en}). Wait until this patient is created, or"
    " correct the identifier, then replay the message.",
)
MERGE_SELF = Phrase(
    "La fusion désigne deux fois le même patient.", "The merge points twice to the same patient."
)
MERGE_CYCLE = Phrase(
    "Le patient à conserver a lui-même été fusionné dans le patient à éliminer : la fusion inverse"
    " formerait une boucle. Annulez d’abord la première fusion.",
    "The patient to keep was itself merged into the patient to remove: the reverse merge would make"
    " a loop. Undo the first merge beforehand.",
)
SURVIVOR_REPLACED = Phrase(
    "Le patient à conserver a déjà été fusionné dans un autre patient : fusionnez dans ce dernier.",
    "The patient to keep was already merged into another patient: merge into that one.",
)
LOSER_REPLACED = Phrase(
    "Le patient à éliminer a déjà été fusionné dans un troisième patient.",
    "The patient to remove was already merged into a third patient.",
)
STAY_TOO_LARGE = Phrase(
    "Trop de ressources parlent de ce séjour pour qu’il change de patient par un message.",
    "Too many resources speak of this stay for it to change patients by a message.",
)
