"""What is said of files that are not kept, and of a scanner that is not there."""

from typing import Final

from hygie.refusal import Phrase

MALWARE: Final = Phrase(
    "Ce document contient un logiciel malveillant, reconnu par l’antivirus sous le nom "
    "« {name} » : il n’est pas classé. Prévenez l’expéditeur et le responsable de la sécurité.",
    "This document holds malware, which the scanner knows as “{name}”: it is not filed. Tell its "
    "sender and whoever is responsible for security.",
)
UNSCANNED: Final = Phrase(
    "L’antivirus ne répond pas, et aucun document n’est classé sans lui : ce qui attend sera "
    "repris de lui-même quand il répondra. Vérifiez que clamd fonctionne (HYGIE_CLAMD).",
    "The malware scanner does not answer, and no document is filed without it: what waits is taken "
    "up by itself once it answers. Check that clamd is running (HYGIE_CLAMD).",
)
TOO_LARGE: Final = Phrase(
    "Ce document est trop grand pour l’antivirus : il n’est pas classé. Relevez StreamMaxLength "
    "dans la configuration de clamd.",
    "This document is too large for the malware scanner: it is not filed. Raise StreamMaxLength "
    "in clamd’s configuration.",
)
BAD_PLACE: Final = Phrase(
    "il faut unix:/chemin ou tcp://hôte:port", "expected unix:/path or tcp://host:port"
)
