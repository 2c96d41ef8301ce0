"""`python -m bench [NAME…]`: runs the benches named, or the usual ones, and keeps the results."""

import argparse
import importlib
import time

from bench.harness import heading, show, write

USUAL = (
    "goals", "codec", "extraction", "fhirpath", "validation", "terminology", "bulk",
    "subscriptions", "views", "gateway", "mapping", "access",
    "decisions",
)  # fmt: skip
NAMES = (*USUAL, "sign_in", "large", "indexing", "hospital_day")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of: {', '.join(NAMES)}")
    names = parser.parse_args().names or USUAL
    unknown = sorted(set(names) - set(NAMES))
    if unknown:
        parser.error(f"unknown bench: {', '.join(unknown)}; there are: {', '.join(NAMES)}")
    print(heading())
    for name in names:
        start = time.perf_counter()
        result = importlib.import_module(f"bench.{name}").run()
        show(result)
        write(result)
        print(f"  {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
