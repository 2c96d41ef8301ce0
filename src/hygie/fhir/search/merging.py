"""Compiled extractors that look at each element once, whatever the number of their parameters.

Each parameter's lines begin at the resource: `code` is fetched, and found to be an object, once
for each that reads it. Here what repeats is joined, so that a write costs one pass.
"""

import ast
from collections.abc import Mapping
from typing import Final

_PURE: Final = (ast.Name, ast.Attribute, ast.Call, ast.Constant, ast.Load)


def merged(source: str) -> str:
    """The same function, with equal fetches, tests and loops joined. The order of what it yields
    may change: a list that is read as a set."""
    module = ast.parse(source)
    for function in ast.walk(module):
        if isinstance(function, ast.FunctionDef) and function.name == "evaluate":
            function.body = _merge(function.body)
    return ast.unparse(module)


def _merge(body: list[ast.stmt]) -> list[ast.stmt]:
    """Statements of one level, with later ones joined to equal earlier ones.

    Generated names are assigned in one place each, so a fetch from one object is the same value
    wherever it stands. A state (a counter, a flag, a list of parts) is set before what uses it:
    such a statement is never joined to one that stands before that.
    """
    kept: list[ast.stmt] = []
    seen: dict[str, int] = {}
    set_at: dict[str, int] = {}
    names: dict[str, str] = {}
    for each in body:
        statement = _Renaming(names).visit(each) if names else each
        key = _key(statement)
        if key in seen and seen[key] >= _earliest(statement, set_at):
            _join(kept[seen[key]], statement, names)
            continue
        if key:
            seen[key] = len(kept)
        elif isinstance(statement, ast.Assign):
            set_at |= dict.fromkeys(map(ast.unparse, statement.targets), len(kept))
        kept.append(statement)
    for statement in kept:
        if isinstance(statement, ast.If | ast.For):
            statement.body = _merge(statement.body)
    return kept


def _earliest(statement: ast.stmt, set_at: Mapping[str, int]) -> int:
    """From where on all that a statement names is set."""
    names = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
    return max((set_at[name] for name in names & set_at.keys()), default=0)


def _join(earlier: ast.stmt, later: ast.stmt, names: dict[str, str]) -> None:
    """What `later` does is done where `earlier` stands, under its names."""
    match earlier, later:
        case ast.Assign(targets=[ast.Name(first)]), ast.Assign(targets=[ast.Name(second)]):
            names[second] = first
        case ast.For(target=ast.Name(first)), ast.For(target=ast.Name(second)):
            renaming = _Renaming({second: first})
            earlier.body += [renaming.visit(statement) for statement in later.body]
        case ast.If(), ast.If():
            earlier.body += later.body


def _key(statement: ast.stmt) -> str:
    """Equal for statements that may be joined; "" for one that may not."""
    match statement:
        case ast.Assign(value=ast.Call(ast.Attribute(ast.Name(), "get"))):
            return ast.dump(statement.value)
        case ast.For(target=ast.Name(), iter=ast.Name(name), orelse=[]):
            return f"for {name}"
        case ast.If(test=ast.Compare(ast.Call() as call, [ast.Is() | ast.Eq()]), orelse=[]):
            pure = all(isinstance(node, _PURE) for node in ast.walk(call))
            return ast.dump(statement.test) if pure else ""
        case _:
            return ""


class _Renaming(ast.NodeTransformer):
    """The same statement under other names."""

    def __init__(self, names: dict[str, str]) -> None:
        self._names = names

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.Name(self._names.get(node.id, node.id), node.ctx)
