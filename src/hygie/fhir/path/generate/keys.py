"""Keys by which items are told apart before they are compared: equal items have equal keys."""

from hygie.fhir.path import model
from hygie.fhir.path.generate.code import ANY, Item, Writer
from hygie.fhir.path.generate.values import STRING
from hygie.fhir.path.library.equality import texts_of


def has_key(writer: Writer, item: Item) -> bool:
    """Whether a key can be written for an item: a text, or an element that is no value."""
    if item.type == ANY or item.type.startswith("System."):
        return False
    if model.is_abstract(writer.registry, item.type):
        return False
    return model.system_type(writer.registry, item.type) in ("", STRING)


def key_of(writer: Writer, item: Item) -> str:
    """The key of an item: a text; or an element's type and those of its elements that are texts.

    What is no text counts for none: malformed JSON is passed over when elements are compared.
    """
    if model.is_primitive(writer.registry, item.type):
        return f"plain({item.source})" if item.mixed else item.source
    name = writer.fresh("t")
    texts = [
        f"({name} if type({name} := {item.source}.get({text!r})) is str else None)"
        for text in texts_of(item.type, writer.registry)
    ]
    return f"({', '.join([repr(item.type), *texts])})"
