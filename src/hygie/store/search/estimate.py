"""How many rows the planner expects: an estimate that costs nothing to make."""

import msgspec

from hygie.store.database import Reads
from hygie.store.search.scan import Plan


async def estimated_rows(statements: Reads, plan: Plan) -> int:
    query = f"EXPLAIN (FORMAT JSON) SELECT FROM {plan.relation} r WHERE {plan.where}"
    explained = await statements.fetchval(query, *plan.arguments.values)
    return int(msgspec.json.decode(explained)[0]["Plan"]["Plan Rows"])
