"""`hygie view` over what is stored: as it is at one moment, and on record."""

from contextlib import aclosing
from pathlib import Path

import uvloop

from hygie.bootstrap import open_house
from hygie.cli.options import operator
from hygie.cli.progress import progress_bar
from hygie.cli.stores import require_store
from hygie.cli.viewing import Asked, Done, prepared, writing
from hygie.insight.views.identification import identification
from hygie.insight.views.running import Counted, stored_rows
from hygie.settings import Settings, load
from hygie.store.reading.whole import Selection


def run_on_store(asked: Asked, data: Path | None, database_url: str | None) -> Done:
    settings = load(data=data, database_url=database_url)
    require_store(settings)
    return uvloop.run(_run(asked, settings))


async def _run(asked: Asked, settings: Settings) -> Done:
    ready, counted = prepared(asked), Counted()
    selection, said = Selection(ready.view.resource), identification(asked.definition)
    async with (
        open_house(settings, "hygie view") as house,
        house.store.whole(operator(), selection, said) as whole,
    ):
        total = await whole.count()
        with progress_bar("Lecture") as progress, writing(asked, ready) as writer:
            async with aclosing(stored_rows(ready.run, whole.slices(), counted)) as rows:
                async for batch in rows:
                    writer.write(batch)
                    if progress:
                        progress(counted.resources, total)
    return Done(counted.rows, counted.unreadable)
