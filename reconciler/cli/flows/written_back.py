"""Manifests that are to be written anew: what is asked about them, and where they go."""

import os
import shlex
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from reconciler.cli.consent import ask, is_wanted, unasked
from reconciler.cli.flows.online import OnlineInvocation
from reconciler.cli.interrupts import Held, run
from reconciler.cli.streams import product
from reconciler.commands import branch, rewriting
from reconciler.commands.absorbing import Wish, absorb
from reconciler.commands.patching import Base
from reconciler.commands.renaming import Renamed, with_renames
from reconciler.errors import BadSettings
from reconciler.manifest import Text
from reconciler.model import Address, Directory
from reconciler.model.absorption import Absorption, How, NotTaken
from reconciler.render import absorbed
from reconciler.render.formats import Told
from reconciler.render.machine import Document
from reconciler.splicing.masking import masked

_NOT_WANTED: Final = "it was not wanted that its manifest goes"
_NOTHING: Final[Document] = {
    "written": False,
    "unwritten": [],
    "patch": "",
    "branch": "",
    "commit": "",
    "next": "",
}


@dataclass(frozen=True, slots=True)
class Found:
    """What is to be written, the texts that were read, and what is called how.

    ``renamed``: the same manifests with the names that others gave, into which it is written.
    """

    wish: Wish
    texts: Mapping[str, Text]
    directory: Directory
    renamed: Renamed

    def absorption(self, spared: Collection[Address] = ()) -> Absorption:
        """Return what becomes of the files; ``spared``: what is not to be removed."""
        gone = tuple(each for each in self.wish.gone if each.address not in spared)
        kept = [each for each in self.wish.gone if each.address in spared]
        left = [NotTaken(each.address, "", each.place, _NOT_WANTED) for each in kept]
        wish = replace(self.wish, gone=gone, left=(*self.wish.left, *left))
        found = absorb(wish, self.renamed.loaded.texts, self.directory)
        return with_renames(found, self.renamed, self.texts)

    def reviewed(self, invocation: OnlineInvocation) -> Absorption:
        """Ask of each manifest that goes, if anybody is to be asked, and show what is left."""
        asked, absorption = invocation.asked, self.absorption()
        if asked.branch:
            branch.check(asked.branch, absorption.rewrites)
        if not invocation.format.spoken:
            return absorption
        if not (asked.auto_approve or asked.patch):
            spared = run(lambda _: _refused(absorption))
            absorption = self.absorption(spared) if spared else absorption
        product(f"\n{absorbed.text(absorption, masked, invocation.palette)}")
        return absorption


async def _refused(absorption: Absorption) -> frozenset[Address]:
    refused: set[Address] = set()
    for each in absorption.by(How.REMOVED):
        question = f"\n{each.address} is gone. Remove it from {each.file}? Only 'yes' does: "
        if not await is_wanted(question, "yes"):
            refused.add(each.address)
    return frozenset(refused)


def write(
    invocation: OnlineInvocation,
    absorption: Absorption,
    where: str,
    told: Callable[[Document], Told],
) -> None:
    """Write what is to be written, where that is wanted, and tell what was done.

    ``told`` gives what is told for programs, of what is said of this. Raises PlanRefused if it is
    not wanted, or if a file is not as it was read, and KeyboardInterrupt.
    """
    done = dict(_NOTHING)
    with Held() as held:
        try:
            _write(invocation, absorption, where, held, done)
        finally:
            if not invocation.format.spoken:
                invocation.tell(told({**absorbed.document(absorption, masked), **done}))


def _write(
    invocation: OnlineInvocation,
    absorption: Absorption,
    where: str,
    held: Held,
    done: dict[str, Any],
) -> None:
    """Do what is asked; ``done`` gets what is told of it for programs."""
    asked, say = invocation.asked, partial(_say, invocation)
    rewrites = absorption.rewrites
    rewriting.check(rewrites)
    if not rewrites:
        return
    if asked.patch:
        base = Base.of([each.file for each in rewrites], f"--patch {asked.patch}")
        _write_patch(asked.patch, absorbed.patch(base.named(rewrites)))
        next_ = shlex.join(base.command(asked.patch))
        said = f"Written to {asked.patch}: {absorbed.counted(absorption)}."
        say(f"{said}\nTo apply it: {next_}")
        done |= {"patch": asked.patch, "next": next_}
        return
    _ask(invocation, absorption)
    if asked.branch:
        made = branch.commit(asked.branch, rewrites, absorbed.message(absorption, where))
        said = f"Committed on branch {made.branch}: {absorbed.counted(absorption)}."
        say(f"{said}\nTo open a pull request: {made.next}")
        done |= {"branch": made.branch, "commit": made.name, "next": made.next}
        return
    held.hold()
    _write_files(say, absorption, held, done)


def _write_files(
    say: Callable[[str], None], absorption: Absorption, held: Held, done: dict[str, Any]
) -> None:
    names = [rewrite.file for rewrite in absorption.rewrites]
    written: list[str] = []
    try:
        written.extend(rewriting.write(absorption.rewrites, held.came))
    finally:
        rest = [name for name in names if name not in written]
        done |= {"written": bool(written), "unwritten": rest}
        if not rest:
            say(f"Written: {absorbed.counted(absorption)}.")
        elif written or held.came():
            say(absorbed.in_part(written, rest))


def _ask(invocation: OnlineInvocation, absorption: Absorption) -> None:
    asked = invocation.asked
    if asked.auto_approve:
        return
    if not invocation.format.spoken:
        raise unasked(asked.form)
    what = f"commit that on branch {asked.branch}" if asked.branch else "write that"
    question = f"\n{absorbed.counted(absorption)}: {what}? Only 'yes' does: "
    run(lambda _: ask(question, "yes"))


def _say(invocation: OnlineInvocation, text: str) -> None:
    if invocation.format.spoken:
        product(f"\n{text}\n")


def _write_patch(name: str, text: str) -> None:
    """Write a new file, for nobody else to read: secrets may stand beside what changes."""
    try:
        number = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise BadSettings(f"--patch {name}: is there, and nothing is written over") from None
    with os.fdopen(number, "w", encoding="utf-8", newline="") as file:
        file.write(text)
