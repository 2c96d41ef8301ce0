"""Everybody of the directory: one conversation, all of it or a refusal."""

from collections.abc import Iterator
from itertools import islice

from hygie.access.directory import phrases
from hygie.access.directory.asking import Talk
from hygie.access.directory.declaration import Directory
from hygie.access.directory.filters import people_filter
from hygie.access.directory.names import Name, name_of
from hygie.access.directory.people import Members, Person, attributes_of, read_person

MEMBERS = ("member", "uniqueMember")


def everybody(directory: Directory, talk: Talk) -> tuple[Person, ...]:
    return tuple(one for page in _pages(directory, talk) for one in page)


def first_page(directory: Directory, talk: Talk) -> tuple[Person, ...]:
    """Some of them: to see whether they are understood."""
    return tuple(one for page in islice(_pages(directory, talk), 1) for one in page)


def _pages(directory: Directory, talk: Talk) -> Iterator[list[Person]]:
    members = _members(directory, talk) if directory.groups == "member" else {}
    for page in talk.pages(directory.base, people_filter(directory), attributes_of(directory)):
        yield [read_person(entry, directory, members) for entry in page]


def _members(directory: Directory, talk: Talk) -> Members:
    """A group that is not there is a refusal: everybody in it would lose their role."""
    found: dict[Name, frozenset[Name]] = {}
    for group in {rule.group for rule in directory.role if rule.group}:
        entry, name = talk.one(group, list(MEMBERS)), name_of(group)
        # Active Directory gives long lists by parts ("member;range=0-1499"): that is not all.
        if entry is None or name is None or any(";" in one for one in entry.values):
            raise talk.refused("no-group", phrases.NO_GROUP, group=group)
        all_ = (one.decode("utf-8", "replace") for kind in MEMBERS for one in entry.of(kind))
        found[name] = frozenset(one for text in all_ if (one := name_of(text)) is not None)
    return found
