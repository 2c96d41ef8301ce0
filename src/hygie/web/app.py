"""The pages: routes, and what stands around them."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from hygie.access import Access, Capability, Stage
from hygie.access.federation.federation import Federation
from hygie.exchange.hooks.calling import Calling
from hygie.exchange.routes.registry import Routes
from hygie.fhir.policy import Policy
from hygie.intake import Gateway
from hygie.intake.sources.registry import Sources
from hygie.intake.sources.watching import Silences
from hygie.ledger import Ledger
from hygie.limits import MAX_FORM_BYTES, MAX_TRIED_FORM_BYTES
from hygie.limits.access import MAX_ACCOUNTS_FILE_BYTES
from hygie.nomenclature.mapping.mappings import Mappings
from hygie.nomenclature.terminology import Terminology
from hygie.store.interactions import Repository
from hygie.store.store import Store
from hygie.web.assets import Assets, asset
from hygie.web.desk import Clock, Desk, Visit
from hygie.web.errors import make_handlers
from hygie.web.guard import Fresh, guarded
from hygie.web.headers import SecurityHeaders
from hygie.web.pace import Paced
from hygie.web.pages import (
    census,
    contents,
    correction,
    declaring,
    enrolment,
    expressions,
    flows,
    glasses,
    home,
    mapping,
    messages,
    patients,
    policy,
    proving,
    quarantine,
    reports,
    rights,
    security,
    sign_in,
    simulator,
    traces,
)
from hygie.web.pages import (
    federation as federated,
)
from hygie.web.pages import (
    routes as routes_pages,
)
from hygie.web.pages import (
    sources as sources_pages,
)
from hygie.web.pages import (
    terminology as terms,
)
from hygie.web.pages.accounts import arriving, invited, listing, many, one
from hygie.web.pages.accounts import reviewing as account_review
from hygie.web.pages.applications import authorizing, opening, reviewing
from hygie.web.pages.record import (
    accesses,
    advice,
    documents,
    origin,
    results,
    stays,
    synthesis,
    timeline,
)
from hygie.web.pages.record import (
    glass as record_glass,
)
from hygie.web.rendering import make_templates
from hygie.web.shedding import Shedding

Page = Callable[[Desk, Visit], Awaitable[Response]]
Door = Callable[[Desk, Request], Awaitable[Response]]

RECORD = "/patients/{patient}"
PAGES: tuple[tuple[str, str, Capability | None, Page], ...] = (
    ("GET", "/", None, home.show),
    ("POST", "/moi/securite/identites/{provider}", None, federated.link),
    ("POST", "/moi/securite/identites/{provider}/retrait", None, federated.unlink),
    ("GET", "/moi/securite", None, security.show),
    ("POST", "/moi/securite/mot-de-passe", None, security.change_password),
    ("POST", "/moi/securite/retrait", None, security.remove),
    ("POST", "/moi/securite/codes", None, security.renew_codes),
    ("POST", "/moi/securite/sessions", None, security.end),
    ("POST", "/moi/securite/finalite", None, security.choose_purpose),
    ("POST", "/verrou", None, proving.lock),
    ("GET", "/patients", "search_patients", patients.show),
    ("POST", "/patients", "search_patients", patients.submit),
    ("GET", "/presents", "search_patients", census.show),
    ("GET", authorizing.PATH, "launch_apps", authorizing.show),
    ("POST", authorizing.PATH, "launch_apps", authorizing.submit),
    ("GET", "/moi/applications", None, reviewing.show_own),
    ("POST", "/moi/applications", None, reviewing.take_back),
    ("GET", "/applications", "manage_clients", reviewing.show),
    ("POST", "/applications/{application}", "manage_clients", reviewing.act),
    ("GET", f"{RECORD}/applications", "launch_apps", opening.show),
    ("POST", f"{RECORD}/applications", "launch_apps", opening.launch),
    ("GET", RECORD, "read_record", synthesis.show),
    ("GET", f"{RECORD}/chronologie", "read_record", timeline.show),
    ("GET", f"{RECORD}/resultats", "read_record", results.show),
    ("GET", f"{RECORD}/resultats/{{result}}", "read_record", results.show_analyte),
    ("GET", f"{RECORD}/sejours", "read_record", stays.show),
    ("GET", f"{RECORD}/documents", "read_record", documents.show),
    ("GET", f"{RECORD}/documents/{{document}}", "read_record", documents.show_document),
    ("GET", f"{RECORD}/documents/{{document}}/contenu", "read_record", documents.send),
    ("GET", f"{RECORD}/acces", "read_record", accesses.show),
    ("GET", f"{RECORD}/aides", "read_record", advice.show),
    ("GET", f"{RECORD}/bris-de-glace", "read_record", record_glass.show),
    ("POST", f"{RECORD}/bris-de-glace", "read_record", record_glass.submit),
    ("POST", f"{RECORD}/bris-de-glace/fin", "read_record", record_glass.close),
    ("GET", f"{RECORD}/origine/{{kind}}/{{resource}}", "read_record", origin.show),
    ("GET", "/bris-de-glace", "review_break_glass", glasses.show),
    ("POST", "/bris-de-glace/{entry:int}", "review_break_glass", glasses.review),
    ("GET", "/droits", "read_rights", rights.show),
    ("GET", "/droits/simulateur", "simulate_rights", simulator.show),
    ("POST", "/droits/simulateur", "simulate_rights", simulator.submit),
    ("GET", "/comptes", "manage_accounts", listing.show),
    ("POST", "/comptes/export", "manage_accounts", listing.export),
    ("GET", "/comptes/nouveau", "manage_accounts", arriving.show),
    ("POST", "/comptes/nouveau", "manage_accounts", arriving.create),
    ("GET", "/comptes/import", "manage_accounts", many.show),
    ("POST", "/comptes/import", "manage_accounts", many.bring),
    ("GET", "/comptes/compte/{account}", "manage_accounts", one.show),
    ("POST", "/comptes/compte/{account}/changement", "manage_accounts", one.change),
    ("POST", "/comptes/compte/{account}/acte", "manage_accounts", one.act),
    ("GET", "/comptes/revue", "review_access", account_review.show),
    ("POST", "/comptes/revue/confirmation", "review_access", account_review.confirm),
    ("POST", "/comptes/revue/export", "review_access", account_review.export),
    ("GET", "/flux", "read_flows", flows.show),
    ("GET", "/flux/vif", "read_flows", flows.show_live),
    ("GET", "/sources", "read_flows", sources_pages.show),
    ("GET", "/sources/{source}", "read_flows", sources_pages.show_one),
    ("POST", "/sources/{source}/marche", "run_flows", sources_pages.run),
    ("POST", "/sources/{source}/essai", "read_messages", sources_pages.try_out),
    ("GET", "/routes", "read_flows", routes_pages.show),
    ("GET", "/routes/{route}", "read_flows", routes_pages.show_one),
    ("POST", "/routes/{route}", "replay", routes_pages.act),
    ("POST", "/routes/{route}/marche", "run_flows", routes_pages.run),
    ("GET", "/declaration/source", "run_flows", declaring.show_new_source),
    ("GET", "/declaration/source/{source}", "run_flows", declaring.show_source),
    ("POST", "/declaration/source", "run_flows", declaring.declare_source),
    ("GET", "/declaration/route", "run_flows", declaring.show_new_route),
    ("GET", "/declaration/route/{route}", "run_flows", declaring.show_route),
    ("POST", "/declaration/route", "run_flows", declaring.declare_route),
    ("GET", "/messages", "read_messages", messages.show),
    ("POST", "/messages", "read_messages", messages.search),
    ("GET", "/messages/{entry:int}", "read_messages", messages.show_message),
    ("GET", "/quarantaine", "read_quarantine", quarantine.show),
    ("GET", "/quarantaine/{entry:int}", "read_quarantine", messages.show_message),
    ("POST", "/quarantaine", "read_quarantine", quarantine.sift),
    ("POST", "/quarantaine/choix", "replay", quarantine.act),
    ("GET", "/quarantaine/rejeux", "read_quarantine", quarantine.show_runs),
    ("POST", "/quarantaine/rejeux", "replay", quarantine.replay_many),
    ("POST", "/quarantaine/rejeux/arret", "replay", quarantine.stop),
    ("POST", "/quarantaine/{entry:int}/rejeu", "replay", correction.replay),
    ("POST", "/messages/{entry:int}/correction", "replay", correction.correct),
    ("POST", "/messages/{entry:int}/ecart", "replay", correction.discard),
    ("POST", "/messages/{entry:int}/reprise", "replay", correction.take_back),
    ("GET", "/quarantaine/{entry:int}/rapport", "read_quarantine", reports.download),
    ("GET", "/contenus", "show_contents", contents.show),
    ("POST", "/contenus", "show_contents", contents.submit),
    ("POST", "/contenus/fin", "show_contents", contents.end),
    ("GET", "/regles", "read_quarantine", policy.show),
    ("GET", "/outils/fhirpath", "try_expressions", expressions.show),
    ("POST", "/outils/fhirpath", "try_expressions", expressions.submit),
    ("GET", "/traces", "read_audit", traces.show),
    ("POST", "/traces/patient", "read_audit", traces.find_patient),
    ("GET", "/traces/inhabituelles", "read_audit", traces.show_unusual),
    ("POST", "/traces/export", "export_audit", traces.export),
    ("GET", "/terminologie", None, terms.show),
    ("GET", "/terminologie/nomenclature", None, terms.show_system),
    ("GET", "/terminologie/jeu", None, terms.show_value_set),
    ("GET", "/correspondances", "map_codes", mapping.show),
    ("POST", "/correspondances", "map_codes", mapping.count),
    ("GET", "/correspondances/code", "map_codes", mapping.show_code),
    ("POST", "/correspondances/code", "map_codes", mapping.decide),
    ("POST", "/correspondances/historique", "map_codes", mapping.rewrite),
    ("POST", "/correspondances/arret", "map_codes", mapping.cancel),
)
"""Method, path, what a role must permit (None: being signed in), page."""
LARGE_FORMS = {
    "/comptes/import": 2 * MAX_ACCOUNTS_FILE_BYTES,
    "/outils/fhirpath": MAX_TRIED_FORM_BYTES,
    "/sources/{source}/essai": MAX_TRIED_FORM_BYTES,
    "/messages/{entry:int}/correction": MAX_TRIED_FORM_BYTES,
}
"""Paths whose forms hold a whole resource or message, and how many bytes they may have."""
STAGED: tuple[tuple[str, str, tuple[Stage, ...], Page], ...] = (
    ("GET", "/confirmation", ("second", "locked", "in"), proving.show),
    ("POST", "/confirmation", ("second", "locked", "in"), proving.submit),
    ("GET", "/moi/securite/debut", ("enrol",), enrolment.begin),
    ("GET", "/moi/securite/application", ("in", "enrol"), enrolment.show_application),
    ("POST", "/moi/securite/application", ("in", "enrol"), enrolment.confirm_application),
    ("GET", "/moi/securite/cle", ("in", "enrol"), enrolment.show_passkey),
    ("POST", "/moi/securite/cle", ("in", "enrol"), enrolment.confirm_passkey),
    ("POST", "/deconnexion", ("in", "second", "enrol", "locked"), sign_in.leave),
)
"""Method, path, how far one must be who asks for it, page: on the way in, or to come back."""
LATELY: frozenset[str] = frozenset(
    {
        "/moi/securite/sessions",
        "/moi/securite/mot-de-passe",
        "/contenus",
        "/traces/export",
        "/applications/{application}",
        "/comptes/export",
        "/comptes/nouveau",
        "/comptes/import",
        "/comptes/compte/{account}/changement",
        "/comptes/compte/{account}/acte",
        "/comptes/revue/confirmation",
        "/comptes/revue/export",
    }
)
"""Paths whose acts ask anew who is there, unless that was proven within `STEP_UP_MINUTES`."""
WHOLLY: frozenset[str] = frozenset(
    {
        "/moi/securite/application",
        "/moi/securite/cle",
        "/moi/securite/retrait",
        "/moi/securite/codes",
        "/moi/securite/identites/{provider}",
        "/moi/securite/identites/{provider}/retrait",
    }
)
"""The same, by all that signing in asks: who changes the means to come in."""
DOORS: tuple[tuple[str, str, Door], ...] = (
    ("GET", "/oauth/authorize", authorizing.ask),
    ("GET", "/connexion", sign_in.show),
    ("POST", "/connexion", sign_in.submit),
    ("GET", "/connexion/par/{provider}", federated.leave),
    ("GET", "/connexion/retour/{provider}", federated.come_back),
    ("POST", "/connexion/fin/{provider}", federated.end),
    ("POST", "/connexion/cle", sign_in.submit_passkey),
    ("GET", "/invitation", invited.show),
    ("POST", "/invitation", invited.submit),
)
"""Open to anybody."""


def web_app(  # noqa: PLR0913 - the rooms the pages stand on
    store: Store,
    repository: Repository,  # noqa: ARG001 - pages of this step change nothing in records
    access: Access,
    ledger: Ledger,
    gateway: Gateway,
    *,
    sources: Sources,
    routes: Routes,
    silences: Silences,
    terminology: Terminology,
    mappings: Mappings,
    federation: Federation,
    calling: Calling,
    secure: bool = False,
    clock: Clock = lambda: datetime.now(UTC),
    policy: Callable[[], Policy] = Policy,
    lenient: bool = False,
) -> Starlette:
    """The pages, to be mounted at /. `secure`: behind HTTPS, cookies leave by no other way.
    `lenient`: roles that require a second factor go without, and pages say so."""
    templates = make_templates()
    desk = Desk(
        store,
        access,
        ledger,
        gateway,
        sources,
        routes,
        silences,
        templates,
        terminology,
        mappings,
        federation,
        calling,
        secure=secure,
        clock=clock,
        policy=policy,
        lenient=lenient,
    )
    return Starlette(
        routes=_routes(desk),
        middleware=[
            Middleware(Shedding, desk),
            Middleware(SecurityHeaders, secure=secure),
            Middleware(Paced),
        ],
        exception_handlers=make_handlers(desk),
    )


def _fresh(path: str) -> Fresh:
    if path in WHOLLY:
        return "wholly"
    return "lately" if path in LATELY else ""


def _routes(desk: Desk) -> list[BaseRoute]:
    routes: list[BaseRoute] = [
        Mount("/static", Assets(), name="static"),
        Route("/favicon.ico", lambda _: RedirectResponse(asset("favicon.svg"), 308)),
    ]
    for method, path, door in DOORS:
        routes.append(Route(path, partial(door, desk), methods=[method]))
    for method, path, capability, page in PAGES:
        most = LARGE_FORMS.get(path, MAX_FORM_BYTES)
        end = guarded(desk, capability, page, most, fresh=_fresh(path))
        routes.append(Route(path, end, methods=[method]))
    for method, path, stages, page in STAGED:
        end = guarded(desk, None, page, stages=stages, fresh=_fresh(path))
        routes.append(Route(path, end, methods=[method]))
    return routes
