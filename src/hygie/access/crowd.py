"""What is said to whoever comes when too many do."""

from hygie.access.phrases import CROWDED
from hygie.refusal import Category, Refused, refuse


def crowded() -> Refused:
    return refuse(Category.BUSY, "access.crowded", CROWDED, code="throttled")
