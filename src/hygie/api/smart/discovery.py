"""What there is of SMART and OpenID Connect, for those who look before they ask (SMART App Launch
2.2, §2.2; RFC 8414). What is listed works, what works is listed: the lists are those by which the
server judges."""

from typing import Any, Final

from hygie.access.smart.assertions import ALGORITHMS
from hygie.access.smart.keys import ALGORITHM
from hygie.access.smart.model import SPECIAL
from hygie.access.smart.registration import GRANT_TYPES, METHODS

CAPABILITIES: Final = (
    "launch-ehr", "launch-standalone",
    "client-public", "client-confidential-symmetric", "client-confidential-asymmetric",
    "sso-openid-connect",
    "context-banner", "context-ehr-patient", "context-ehr-encounter", "context-standalone-patient",
    "permission-offline", "permission-online", "permission-patient", "permission-user",
    "permission-v1", "permission-v2",
)  # fmt: skip
SCOPES: Final = (*SPECIAL, "patient/*.cruds", "user/*.cruds", "system/*.cruds")
OAUTH_URIS: Final = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris"
ENDPOINTS: Final = {
    "authorization_endpoint": "/oauth/authorize",
    "token_endpoint": "/oauth/token",
    "introspection_endpoint": "/oauth/introspect",
    "revocation_endpoint": "/oauth/revoke",
    "registration_endpoint": "/oauth/register",
    "jwks_uri": "/oauth/jwks",
}
SHORT: Final = {
    "authorize": "authorization_endpoint", "token": "token_endpoint",
    "register": "registration_endpoint", "introspect": "introspection_endpoint",
    "revoke": "revocation_endpoint",
}  # fmt: skip
"""Names of the same in a CapabilityStatement."""


def server(issuer: str) -> dict[str, Any]:
    """RFC 8414, with PKCE (RFC 7636) and who answers (RFC 9207)."""
    return {
        "issuer": issuer,
        **{name: issuer + path for name, path in ENDPOINTS.items()},
        "scopes_supported": list(SCOPES),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": list(GRANT_TYPES),
        "token_endpoint_auth_methods_supported": list(METHODS),
        "token_endpoint_auth_signing_alg_values_supported": list(ALGORITHMS),
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
    }


def smart(issuer: str) -> dict[str, Any]:
    return {**server(issuer), "capabilities": list(CAPABILITIES)}


def openid(issuer: str) -> dict[str, Any]:
    """OpenID Connect Discovery 1.0, §3."""
    return {
        **server(issuer),
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [ALGORITHM],
        "claims_supported": ["iss", "sub", "aud", "exp", "iat", "nonce", "fhirUser"],
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
    }


def security(issuer: str) -> dict[str, Any]:
    """`CapabilityStatement.rest.security` (SMART App Launch 2.2, appendix A)."""
    coding = {
        "system": "http://terminology.hl7.org/CodeSystem/restful-security-service",
        "code": "SMART-on-FHIR",
        "display": "SMART-on-FHIR",
    }
    uris = [{"url": short, "valueUri": issuer + ENDPOINTS[name]} for short, name in SHORT.items()]
    return {
        "extension": [{"url": OAUTH_URIS, "extension": uris}],
        "cors": True,
        "service": [{"coding": [coding]}],
    }
