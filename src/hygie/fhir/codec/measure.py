"""How deep and how heavy a JSON value is, without recursion."""

from typing import Any, Final

NODE_WEIGHT: Final = 64
"""Bytes: what a node takes in memory, at the least, whatever its characters."""


def nesting(value: Any) -> int:
    """Levels of objects and arrays: 0 for a scalar, 1 for `{}`."""
    levels = 0
    layer = [value] if isinstance(value, dict | list) else []
    while layer:
        levels += 1
        layer = [
            child
            for container in layer
            for child in (container.values() if type(container) is dict else container)
            if type(child) is dict or type(child) is list
        ]
    return levels


def weight(value: Any) -> int:
    """About the cost of holding the value: characters of its strings, and a sum for each node."""
    total = 0
    waiting = [value]
    while waiting:
        node = waiting.pop()
        total += NODE_WEIGHT
        if isinstance(node, str):
            total += len(node)
        elif isinstance(node, dict):
            total += sum(map(len, node))
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)
    return total


def copied(value: Any) -> Any:
    """A copy that shares no object and no array with `value` (at most `MAX_JSON_DEPTH` deep)."""
    if isinstance(value, dict):
        return {key: copied(member) for key, member in value.items()}
    if isinstance(value, list):
        return [copied(item) for item in value]
    return value
