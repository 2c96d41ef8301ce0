"""What schemathesis looks for in each answer. Loaded by it, in its own environment."""

import os

import schemathesis

CANARY = os.environ["HYGIE_CANARY"]
"""A word that stands in the record which nobody who asks may see, and in no request."""


@schemathesis.check
def tells_nothing_of_the_unseen(_context, response, case) -> None:
    if CANARY.lower() in response.text.lower():
        raise AssertionError(f"{case.method} {case.path}: the unseen record is in the answer")


@schemathesis.check
def never_fails(_context, response, case) -> None:
    if response.status_code >= 500:
        raise AssertionError(f"{case.method} {case.path}: {response.status_code}")
