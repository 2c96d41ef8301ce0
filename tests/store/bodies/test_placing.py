"""Kept bodies: what came, in its order, behind what Hygie says of the version."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from hygie.fhir.codec import decode, encode
from hygie.store.bodies.placing import content, head, instant

NOW = datetime(2026, 3, 14, 9, 26, 53, 589_000, UTC)
OURS = ("versionId", "lastUpdated")
names = st.sampled_from(["resourceType", "id", "meta", "status", "text", "é"])
metas = st.dictionaries(st.sampled_from([*OURS, "profile", "tag"]), st.just("x"))
resources = st.dictionaries(names, st.integers(-(10**9), 10**9) | st.text(max_size=3)).flatmap(
    lambda rest: metas.map(lambda meta: {**rest, "resourceType": "Basic", "meta": meta})
)


@given(resources, st.integers(1, 99))
def test_a_body_is_the_version_then_the_resource_as_it_came(resource, version):
    """Guards against elements lost or moved, and the word of a client about versions."""
    kept = {name: value for name, value in resource["meta"].items() if name not in OURS}
    first = {
        "resourceType": "Basic",
        "id": "b1",
        "meta": {"versionId": str(version), "lastUpdated": instant(NOW), **kept},
    }
    rest = {name: value for name, value in resource.items() if name not in first}
    body = content(resource, "b1").body(version, NOW)
    assert body == encode({**first, **rest})
    assert head(body, "Basic") == ("b1", NOW)
    assert decode(body) == {**first, **rest}
