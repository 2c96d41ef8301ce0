"""Pieces of statements, put together."""

from hygie.store.search.order import Key, Order
from hygie.store.search.sql import Filter, any_of

FEW = Filter("few", exact=True, narrow=True)
MANY = Filter("many", exact=True)


def test_few_rows_stay_few_only_when_they_must() -> None:
    """Danger: everybody's rows read in order of time, to find those of one patient."""
    assert not any_of([FEW, MANY]).narrow
    assert any_of([FEW, FEW]).narrow


def test_few_rows_are_sorted_once_found() -> None:
    """Danger: the same, chosen by PostgreSQL because an index has that order."""
    order = Order((Key("r.updated", descending=True, moment=True),))
    assert order.clause() == "r.updated DESC, r.key DESC"
    assert order.clause(narrow=True) == "r.updated + interval '0' DESC, r.key + 0 DESC"
