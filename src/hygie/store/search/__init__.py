"""Query -> SQL over the blind index -> opened, re-checked, ordered, paged."""

from hygie.store.search.searcher import Found, Searcher

__all__ = ["Found", "Searcher"]
