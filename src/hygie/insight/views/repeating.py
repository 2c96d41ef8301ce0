"""Code for `repeat`: all that the paths lead to from an element, from what they lead to, and so on.

SQL on FHIR, Processing Algorithm, `traverse`: depth first, an element before what it leads to.
"""

from collections.abc import Callable, Sequence

from hygie.fhir.path.generate.code import Item, Lines, Scope, indent, when
from hygie.insight.views.definition import Expression
from hygie.insight.views.inference import repeated
from hygie.insight.views.paths import Paths
from hygie.limits import MAX_JSON_DEPTH, MAX_VIEW_ROWS


def gathering(
    steps: Sequence[Expression], paths: Paths, scope: Scope, sink: Callable[[Item], Lines]
) -> Lines:
    """Code that gathers them, then runs what `sink` writes for each.

    A function is written for each type that a step may start from; they call one another. An
    element that leads to itself is refused beyond the depth that JSON may have.
    """
    types = repeated(steps, paths, scope)
    if not types:
        return []
    found, kind, focus = paths.fresh("found"), paths.fresh("k"), paths.fresh("f")
    names = {item.type: paths.fresh("go") for item in types}
    numbers = {name: number for number, name in enumerate(names)}

    def going(item: Item) -> Lines:
        return [
            f"{found}.append(({numbers[item.type]}, {item.source}))",
            f"if len({found}) > {MAX_VIEW_ROWS}: raise too_many_rows(resource)",
            f"{names[item.type]}({item.source}, depth + 1)",
        ]

    lines = [f"{found} = []"]
    for item in types:
        inner = paths.inside(scope, Item(focus, item.type), "0")
        lines += [f"def {names[item.type]}({focus}, depth):"]
        lines += [f" if depth > {MAX_JSON_DEPTH}: raise endless({steps[0].place!r})"]
        lines += indent(_stepped(steps, paths, inner, going))
    lines += ["depth = 0", *_stepped(steps, paths, scope, going)]
    body: Lines = []
    for name, number in numbers.items():
        body += when(f"{kind} == {number}", sink(Item(focus, name)))
    return [*lines, f"for {kind}, {focus} in {found}:", *indent(body)]


def _stepped(
    steps: Sequence[Expression], paths: Paths, scope: Scope, going: Callable[[Item], Lines]
) -> Lines:
    return [line for step in steps for line in paths.each(step, scope, going, whole=True)]
