"""How many rows the planner expects: an estimate that costs nothing to make."""

import msgspec

from hygie.store.database import Connection
from hygie.store.search.scan import Plan


async def estimated_rows(connection: Connection, plan: Plan) -> int:
    query = f"EXPLAIN (FORMAT JSON) SELECT FROM {plan.relation} r WHERE {plan.where}"
    explained = await connection.fetchval(query, *plan.arguments.values)
    return int(msgspec.json.decode(explained)[0]["Plan"]["Plan Rows"])
