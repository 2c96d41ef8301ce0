"""SVG elements as escaped text. Looks are left to classes: a page allows no inline style."""

from markupsafe import Markup, escape

Attribute = str | float | int | None


def element(name: str, *children: Markup | str, **attributes: Attribute) -> Markup:
    """`<name …>children</name>`. `class_` gives `class`, `text_anchor` gives `text-anchor`."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(_value(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    content = "".join(escape(child) for child in children)
    return Markup(f"<{name}{written}>{content}</{name}>")  # noqa: S704 - each part is escaped


def _value(value: Attribute) -> str:
    """Numbers to a tenth of a pixel."""
    if isinstance(value, float):
        return f"{value:.1f}".removesuffix(".0")
    return str(value)


def drawing(
    width: int, height: int, *children: Markup, class_: str, title: str = "", describe: str = ""
) -> Markup:
    """A picture that scales to its place. Without a title it is decoration, hidden from readers."""
    named: dict[str, Attribute] = (
        {"role": "img", "aria_label": f"{title}. {describe}".strip()}
        if title
        else {"aria_hidden": "true"}
    )
    heading = [element("title", title)] if title else []
    if describe:
        heading.append(element("desc", describe))
    return element(
        "svg", *heading, *children,
        xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {width} {height}", class_=class_,
        focusable="false", **named,
    )  # fmt: skip


def polyline(points: list[tuple[float, float]], class_: str) -> Markup:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return element("polyline", points=path, class_=class_, fill="none")
