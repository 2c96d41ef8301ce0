"""Which view it was: what the trace of a run says of it, and nothing else."""

from hashlib import sha256

from hygie.fhir.codec import Resource, encode

SHOWN = 200


def identification(definition: Resource) -> str:
    """Name, canonical URL and SHA-256 of a ViewDefinition: two runs of the same say the same."""
    digest = sha256(encode(definition)).hexdigest()
    said = (str(definition.get(key, ""))[:SHOWN] for key in ("name", "url"))
    return " ".join(["view", *filter(None, said), f"sha256:{digest}"])
