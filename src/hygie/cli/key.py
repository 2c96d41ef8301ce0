"""`hygie key`: the master key, and the keys of patients (docs/keys.md)."""

from pathlib import Path

import click

from hygie.cli.options import House, operator, with_house
from hygie.refusal import Category, refuse
from hygie.store import phrases
from hygie.store.bodies import placing
from hygie.store.keys import sources as key_sources
from hygie.store.keys.erasure import destroy as destroy_key
from hygie.store.keys.master import MasterKey
from hygie.store.keys.rekeying import rekey as rekey_patient
from hygie.store.keys.rotation import rewrap, rotate_file
from hygie.store.keys.rotation import rotate as rotate_key


@click.group()
def key() -> None:
    """The master key, and the keys of patients."""


@key.command()
@click.option(
    "--new-key-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File of the new master key; made (0600) when absent.",
)
@with_house
async def rotate(house: House, new_key_file: Path | None) -> None:
    """Replace the master key; no body is rewritten. The former one is refused at once.

    Without --new-key-file, the key file is replaced and the former kept beside it: move that to
    where keys of old backups are kept, and delete it with the last of them. Servers go on running.
    With --new-key-file, name that file in HYGIE_MASTER_KEY_FILE (or put its content where
    HYGIE_MASTER_KEY or the command finds it), then start the servers again.
    """
    if new_key_file is None:
        if key_sources.is_in_memory(house.settings.key_file):
            raise refuse(Category.INVALID, "store.key-needs-file", phrases.KEY_NEEDS_FILE)
        former = await rotate_file(house.store, operator(), house.settings.key_file)
        moved = await rewrap(house.store)
        click.echo(
            f"{house.settings.key_file}: new master key; {moved} patients' keys wrapped anew"
        )
        click.echo(f"{former}: former master key, for backups made until now")
        return
    old, new = MasterKey.load(house.settings.key_file), MasterKey.load_or_generate(new_key_file)
    await rotate_key(house.store, operator(), old, new)
    click.echo(f"{new_key_file}: new master key {new.name}, to be given to the servers; then "
               "start them again")  # fmt: skip


class PatientId(click.ParamType[str]):
    """`Patient/ID`, or the ID alone."""

    name = "patient"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        found = value.removeprefix("Patient/")
        if not placing.is_id(found):
            self.fail(f"{value!r} is not Patient/ID", param, ctx)
        return found


@key.command()
@click.argument("patient", type=PatientId())
@with_house
async def rekey(house: House, patient: str) -> None:
    """Give PATIENT (Patient/ID) a new data key, and seal all their versions anew.

    Others read and write meanwhile. Interrupted, give the same command again.
    """
    done = await rekey_patient(house.store, operator(), patient)
    click.echo(f"{done.bodies} versions sealed anew, {done.damaged} damaged ones left")


@key.command()
@click.argument("patient", type=PatientId())
@click.option("--reason", required=True, help="Kept, sealed, in the ledger.")
@click.option("--yes", is_flag=True, help="Do not ask for the id again.")
@with_house
async def destroy(house: House, patient: str, reason: str, yes: bool) -> None:  # noqa: FBT001
    """Erase the record of PATIENT (Patient/ID) for good, by destroying its key.

    It cannot be undone. What it does not reach (backups made before, messages as received) is in
    docs/keys.md.
    """
    if not yes:
        again = click.prompt("L'effacement est définitif. Répétez l'identifiant du dossier")
        if again.removeprefix("Patient/") != patient:
            raise click.Abort
    emptied = await destroy_key(house.store, operator(), patient, reason)
    click.echo(f"{emptied} versions erased")
