"""/droits: who may do what, as the rights file says."""

from typing import Final

from starlette.responses import Response

from hygie.purpose import said
from hygie.web.desk import Desk, Visit
from hygie.web.present.rights import say_right
from hygie.web.rendering import render

CAPABILITIES: Final = {
    "search_patients": "chercher un patient", "read_record": "ouvrir un dossier",
    "launch_apps": "lancer des applications", "read_flows": "suivre les flux",
    "read_messages": "suivre les messages", "read_quarantine": "voir la quarantaine",
    "show_contents": "montrer le contenu des messages arrêtés, avec un motif",
    "replay": "rejouer et corriger", "run_flows": "démarrer et arrêter les flux",
    "try_expressions": "essayer des expressions", "map_codes": "faire correspondre des codes",
    "manage_accounts": "gérer les comptes", "review_access": "passer les accès en revue",
    "manage_tokens": "gérer les jetons", "manage_clients": "gérer les applications",
    "manage_directories": "gérer les annuaires", "read_audit": "lire les traces",
    "export_audit": "exporter les traces", "review_break_glass": "relire les bris de glace",
    "read_rights": "lire les droits", "simulate_rights": "simuler les droits",
}  # fmt: skip
"""In the words of the page; one that is not here shows its name."""


async def show(desk: Desk, visit: Visit) -> Response:
    """The matrix: roles across, groups down."""
    rights = visit.rights
    chosen = visit.request.query_params.get("role", "")
    roles = [one for one in rights.roles.values() if one.name == chosen]
    roles = roles or list(rights.roles.values())
    cells = {
        (role.name, group): [say_right(right, role) for right in role.rights.get(group, ())]
        for role in roles
        for group in rights.groups
    }
    return render(
        desk, visit, "droits.html", rights=rights, roles=roles, cells=cells,
        chosen=chosen, words=CAPABILITIES, purpose=said,
    )  # fmt: skip
