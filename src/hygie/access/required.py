"""Which roles must prove two factors. Pure."""


def requires_second_factor(role: str) -> bool:  # noqa: ARG001 - until roles say it
    """Whether those of a role set a second factor up before anything else: everybody, since every
    role leads to health data, or to who may read it."""
    return True


def requires_none(_: str) -> bool:
    return False
