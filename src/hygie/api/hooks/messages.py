"""The sentences of decision support, in French and in English."""

from hygie.refusal import Phrase

ASSERTION = Phrase(
    fr="L'assertion signée ne prouve rien ici : application inconnue ou non approuvée, clé, "
    "destinataire (aud) ou durée qui ne conviennent pas, ou assertion déjà montrée.",
    en="The signed assertion proves nothing here: unknown or unapproved application, unfit key, "
    "audience (aud) or lifetime, or an assertion that was shown before.",
)
NO_SERVICE = Phrase(
    fr="Il n'y a pas d'aide à la décision à cette adresse. /cds-services dit lesquelles existent.",
    en="There is no decision support at this address. /cds-services tells which there is.",
)
OTHER_HOOK = Phrase(
    fr="Cette aide répond au moment « {hook} », à aucun autre.",
    en="This service answers hook “{hook}”, and no other.",
)
UNFIT = Phrase(
    fr="Ce n'est pas ce que CDS Hooks 2.0 attend, en {place}.",
    en="This is not what CDS Hooks 2.0 expects, at {place}.",
)
NOT_SENT = Phrase(
    fr="« {name} » n'a pas été envoyé (prefetch), et ne peut pas être lu ici : fhirServer n'est "
    "pas {base}.",
    en="“{name}” was not sent (prefetch), and cannot be read here: fhirServer is not {base}.",
)
NO_PATIENT = Phrase(
    fr="Il n'y a pas de dossier à lire sous cet identifiant (context.patientId).",
    en="There is no record to be read under this id (context.patientId).",
)
