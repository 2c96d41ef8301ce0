"""What a provider says of itself, held against its declaration: for whoever declares it."""

import msgspec

from hygie.access.federation.declaration import Provider
from hygie.access.federation.discovery import Metadata
from hygie.access.federation.outcome import rule_of
from hygie.access.federation.partner import Partner
from hygie.refusal import Refused


class Report(msgspec.Struct, frozen=True):
    """Of one provider."""

    provider: str
    faults: tuple[str, ...]
    """Why nobody can sign in."""
    remarks: tuple[str, ...] = ()
    """What is worth knowing."""

    @property
    def well(self) -> bool:
        return not self.faults


async def examined(partner: Partner) -> Report:
    """Asks the provider for its description and its keys."""
    one = partner.provider
    try:
        metadata = await partner.metadata()
        await partner.fetch_keys()
    except Refused as refused:
        return Report(one.name, (rule_of(refused),))
    return Report(one.name, tuple(_faults(one, metadata)), tuple(_remarks(one, metadata)))


def _faults(one: Provider, said: Metadata) -> list[str]:
    found = []
    ways = said.token_endpoint_auth_methods_supported
    if one.authentication not in ways:
        found.append(f"authentication: it takes {', '.join(ways)}, not {one.authentication}")
    signed = said.id_token_signing_alg_values_supported
    if signed and not set(signed) & set(one.algorithms):
        found.append(f"algorithms: it signs by {', '.join(signed)}")
    levels = said.acr_values_supported
    if levels and one.acr_values and not set(levels) & set(one.accepted):
        found.append(f"acr_values: it knows {', '.join(levels)}")
    if said.code_challenge_methods_supported and (
        "S256" not in said.code_challenge_methods_supported
    ):
        found.append("it does not know PKCE with S256")
    return found


def _remarks(one: Provider, said: Metadata) -> list[str]:
    found = []
    if not said.end_session_endpoint:
        found.append("it has no address to sign out at: its session outlives ours")
    if not said.backchannel_logout_supported:
        found.append("it will not say when a session there ends")
    if not said.userinfo_endpoint and "national" in one.match:
        found.append("it has no userinfo: the identifier must be in the identity token")
    return found
