"""Acts that are traced, in French; and the kinds an auditor asks for."""

from typing import Final

from hygie.trace import Action

ACTS: Final[dict[str, str]] = {
    "create": "création", "read": "consultation", "vread": "consultation d’une version",
    "update": "modification", "delete": "suppression", "history": "consultation de l’historique",
    "search": "recherche", "everything": "consultation du dossier", "view": "consultation en liste",
    "sign-in": "connexion", "sign-out": "déconnexion", "switch": "changement d’utilisateur",
    "step-up": "nouvelle preuve d’identité", "refused": "demande refusée",
    "break-glass": "bris de glace", "end-break-glass": "fin de bris de glace",
    "review-break-glass": "examen d’un bris de glace",
    "show-contents": "contenus de messages montrés",
    "create-account": "création de compte", "change-account": "changement de compte",
    "invite": "invitation", "review-accounts": "revue des comptes",
    "synchronise": "synchronisation de l’annuaire", "import-accounts": "import de comptes",
    "export-accounts": "export de comptes", "enrol-factor": "ajout d’un second facteur",
    "remove-factor": "retrait d’un second facteur", "reset-factor": "remise à zéro des facteurs",
    "renew-recovery-codes": "nouveaux codes de secours", "change-rights": "changement des droits",
    "simulate": "simulation de droits", "create-token": "création de jeton",
    "revoke-token": "retrait de jeton", "register-client": "enregistrement d’application",
    "review-client": "examen d’application", "change-client": "changement d’application",
    "grant": "autorisation d’application", "revoke-grant": "retrait d’autorisation",
    "read-audit": "lecture des traces", "export-audit": "export des traces",
    "scan": "analyse antivirus", "repair": "réparation", "reindex": "réindexation",
    "rotate-key": "changement de clé", "rekey": "rechiffrement", "destroy-key": "effacement",
    "train-dictionary": "apprentissage d’un dictionnaire", "recompress": "recompression",
    "drop-dictionary": "retrait d’un dictionnaire", "export": "export",
    "cancel-export": "arrêt d’export", "import": "import", "notify": "notification",
    "advise": "aide à la décision rendue", "ask-advice": "aide à la décision demandée",
    "advice-feedback": "suite donnée à une aide",
    "declare": "déclaration", "withdraw": "retrait", "send": "envoi", "resend": "nouvel envoi",
    "discard": "mise à l’écart",
}  # fmt: skip
KINDS: Final[dict[str, tuple[str, tuple[Action, ...]]]] = {
    "consultation": (
        "consultations", ("read", "vread", "search", "history", "everything", "view"),
    ),
    "modification": ("modifications", ("create", "update", "delete")),
    "connexion": ("connexions", ("sign-in", "sign-out", "switch", "step-up")),
    "urgence": ("bris de glace", (
        "break-glass", "end-break-glass", "review-break-glass", "show-contents",
    )),
    "droits": (
        "comptes et droits",
        (
            "create-account", "change-account", "invite", "review-accounts", "synchronise",
            "import-accounts", "export-accounts", "enrol-factor", "remove-factor", "reset-factor",
            "renew-recovery-codes", "change-rights", "create-token", "revoke-token",
            "register-client", "review-client", "change-client", "grant", "revoke-grant",
        ),
    ),
    "sortie": (
        "envois et exports",
        ("export", "send", "resend", "notify", "ask-advice", "export-audit"),
    ),
    "trace": ("lecture des traces", ("read-audit", "export-audit")),
}  # fmt: skip
"""Name in addresses -> what it is called, and the acts."""


def say_act(action: str) -> str:
    return ACTS.get(action, action)
