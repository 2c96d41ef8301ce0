"""JSON decoded into the structure that a view reads, as a stage of its statement."""

from hygie.insight.views.sql import quoting
from hygie.insight.views.sql.beyond import give_up
from hygie.insight.views.sql.faults import faults
from hygie.insight.views.sql.shape import Shape
from hygie.insight.views.sql.stages import Stages
from hygie.insight.views.sql.values import Value

FAULT = "a resource that is not shaped as the definitions say"


class Decoder:
    """The structures of a statement, in the order in which it decodes them."""

    def __init__(self) -> None:
        self._shapes: list[Shape] = []
        self._next = 0

    def rewind(self) -> None:
        """Begins anew: the same structures, with all that was read of them."""
        self._next = 0

    def decode(self, stages: Stages, source: str, type_name: str) -> Value:
        """The resource in the column `source`: only rows of resources of that type go on."""
        shape = self._shape()
        said = shape.child("resourceType", primitive=True, repeats=False)
        decoded = self._decoded(stages, source, shape)
        of_type = f"{decoded}.{quoting.name(said.name)}::VARCHAR = {quoting.json_text(type_name)}"
        stages.keep(of_type)
        self._check(stages, source, shape, decoded)
        return Value(decoded, "object", type=type_name, shape=shape)

    def part(self, stages: Stages, source: str, type_name: str) -> Value:
        """The element whose JSON the column `source` holds."""
        shape = self._shape()
        decoded = self._decoded(stages, source, shape)
        self._check(stages, source, shape, decoded)
        return Value(decoded, "object", type=type_name, shape=shape)

    def inner(self, source: str, type_name: str) -> Value:
        """The element whose JSON `source` is, inside of an expression: nothing is checked."""
        shape = self._shape()
        sql = f"from_json({source}, {shape.structure()})"
        return Value(sql, "object", type=type_name, shape=shape)

    def _shape(self) -> Shape:
        if self._next == len(self._shapes):
            self._shapes.append(Shape())
        self._next += 1
        return self._shapes[self._next - 1]

    def _decoded(self, stages: Stages, source: str, shape: Shape) -> str:
        decoded = stages.add(f"from_json({source}, {shape.structure()})", "decoded")
        stages.settle()
        return decoded

    def _check(self, stages: Stages, source: str, shape: Shape, decoded: str) -> None:
        if found := faults(shape, decoded, source):
            stages.keep(f"CASE WHEN {found} THEN {give_up(FAULT)} ELSE true END")
