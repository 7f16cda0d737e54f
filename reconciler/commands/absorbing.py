"""drift --absorb: what differs, written into the manifests that declare it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from reconciler.commands.sheet import Addition, Attempt, Sheet, Task
from reconciler.manifest import Text
from reconciler.model import Address, Desired, Directory, FieldChange, Live, Place
from reconciler.model.absorption import Absorption, How, NotTaken, Rewrite, Taken
from reconciler.model.plan import CHANGED_BOTH, CHANGED_HERE
from reconciler.model.secrets import sealed_in
from reconciler.splicing import File

_STDIN: Final = "<stdin>"
_WHY: Final = {
    CHANGED_HERE: "it was changed here, and waits for an apply",
    CHANGED_BOTH: "it was changed here since the last apply, which an earlier absorb does too, and "
    "outside: decide which of the two is meant; `export --update` takes what is there",
}
_ELSEWHERE: Final = "its list is said by an anchor that others share"
_OTHERWISE: Final = "what would be written here would not mean what is there"


@dataclass(frozen=True, slots=True)
class Differing:
    """A declared object that is not as it is declared.

    ``complete``: what is there and not the default is to be said; ``unsaid``: what of it is not.
    """

    desired: Desired
    live: Live
    fields: tuple[FieldChange, ...]
    unsaid: tuple[FieldChange, ...] = ()
    complete: bool = False

    @property
    def all(self) -> tuple[FieldChange, ...]:
        return (*self.fields, *self.unsaid)

    @property
    def leave(self) -> frozenset[str]:
        """What was changed here: it is not for others to say."""
        return frozenset(f.path for f in self.fields if f.cause in _WHY)


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be written back.

    ``gone``: what is declared and is not there any more; ``listed``: what is not in the list of
    its project's manifest, with that manifest; ``added``: what is declared nowhere; ``left``: what
    is not to be, and why.
    """

    differing: tuple[Differing, ...] = ()
    gone: tuple[Desired, ...] = ()
    listed: tuple[tuple[Live, Desired], ...] = ()
    added: tuple[Addition, ...] = ()
    left: tuple[NotTaken, ...] = ()


def absorb(wish: Wish, texts: Mapping[str, Text], directory: Directory) -> Absorption:
    """Return what becomes of the files; nothing is written."""
    by_file: dict[str, list[Task]] = defaultdict(list)
    fields = {each.desired.address: each for each in wish.differing}
    for each in wish.differing:
        task = Task(
            each.desired.address, each.desired, each.live, each.leave, complete=each.complete
        )
        by_file[each.desired.place.file].append(task)
    for desired in wish.gone:
        by_file[desired.place.file].append(Task(desired.address, desired))
    for live, home in wish.listed:
        by_file[home.place.file].append(Task(live.address, None, live, home=home))
    more = {each.file: each for each in wish.added}
    found = [_new(each) for each in wish.added if each.file not in texts]
    for name in sorted({*by_file, *(more.keys() & texts.keys())}):
        tasks, added = by_file[name], more.get(name)
        sheet = Sheet(File(name, texts[name].raw), _root(tasks, added), directory, added)
        found.append(_one(sheet, tasks, fields))
    return Absorption(
        tuple(each for one in found for each in one.rewrites),
        tuple(sorted((each for one in found for each in one.taken), key=lambda t: t.address)),
        tuple(sorted({*wish.left, *(each for one in found for each in one.left)})),
    )


def _new(added: Addition) -> Absorption:
    rewrite = Rewrite(added.file, added.root, None, added.text.encode())
    return Absorption((rewrite,), tuple(_taken_anew(added)))


def _taken_anew(added: Addition | None) -> Iterator[Taken]:
    for address in added.addresses if added else ():
        yield Taken(address, How.ADDED, added.file if added else "")


def _root(tasks: Sequence[Task], added: Addition | None) -> str:
    roots = {each.root for task in tasks if (each := task.desired or task.home)}
    return min(roots | ({added.root} if added else set()), key=len)


def _one(sheet: Sheet, tasks: list[Task], fields: Mapping[Address, Differing]) -> Absorption:
    """Return what becomes of one file: of all that goes well together, or of nothing."""
    file = sheet.file
    if file.name == _STDIN or file.is_odd:
        why = "it came from standard input" if file.name == _STDIN else "its JSON is no YAML"
        return Absorption(left=tuple(_all(task, why) for task in tasks))
    lost = [_all(task, _ELSEWHERE) for task in tasks if not sheet.has(task)]
    tasks = [task for task in tasks if sheet.has(task) and _does_any(sheet, task, fields)]
    attempt, good, loud = sheet.attempt(tasks), tasks, frozenset[Address]()
    bad = _bad(attempt, tasks, fields)
    if bad:
        good, loud = _good_ones(sheet, tasks, fields)
        attempt = sheet.attempt(good, loud)
        if _bad(attempt, good, fields):
            attempt, good = sheet.attempt([]), []
    left = [*lost, *(_all(task, _OTHERWISE) for task in tasks if task not in good)]
    left += [each for task in good for each in _left(sheet, task, attempt, fields)]
    taken = [each for task in good if (each := _taken(task, file.name, left, fields))]
    taken += _taken_anew(sheet.added)
    before, after = file.raw, attempt.after
    rewrites = (Rewrite(file.name, sheet.root, before, after),) if before != after else ()
    return Absorption(rewrites, tuple(taken), tuple(left))


def _does_any(sheet: Sheet, task: Task, fields: Mapping[Address, Differing]) -> bool:
    """Whether there is anything to do, and if it is no more than to correct a remark."""
    differing = fields.get(task.address)
    return differing is None or bool(differing.all) or sheet.is_corrected(task)


def _good_ones(
    sheet: Sheet, tasks: list[Task], fields: Mapping[Address, Differing]
) -> tuple[list[Task], frozenset[Address]]:
    """Return the tasks that go well alone, and those for which more has to be said."""
    good: list[Task] = []
    loud: set[Address] = set()
    for task in tasks:
        if not _bad(sheet.attempt([task]), [task], fields):
            good.append(task)
        elif not _bad(sheet.attempt([task], frozenset({task.address})), [task], fields):
            good.append(task)
            loud.add(task.address)
    return good, frozenset(loud)


def _bad(attempt: Attempt, tasks: list[Task], fields: Mapping[Address, Differing]) -> bool:
    """Whether anything would not be as it was, or is to be."""
    if attempt.differing is None:
        return True
    return any(
        not _is_expected(field, task, attempt, fields)
        for task in tasks
        for field in attempt.differing.get(task.address, ())
    )


def _is_expected(
    field: FieldChange, task: Task, attempt: Attempt, fields: Mapping[Address, Differing]
) -> bool:
    """Whether it is known why a field differs still."""
    known = [*task.leave, *(r.path for r in attempt.remarks.get(task.address, ()))]
    if field.secret or any(_touch(field.path, path) for path in known):
        return True
    refused = attempt.refused.get(task.address, ())
    differed = fields[task.address].all if task.address in fields else ()
    return bool(refused) and any(_touch(field.path, each.path) for each in differed)


def _touch(one: str, other: str) -> bool:
    return f"{one}.".startswith(f"{other}.") or f"{other}.".startswith(f"{one}.")


def _left(
    sheet: Sheet, task: Task, attempt: Attempt, fields: Mapping[Address, Differing]
) -> Iterator[NotTaken]:
    """Yield what of an object stays as it is said, and why."""
    if task.live is None or task.desired is None:
        return
    differing = fields[task.address]
    still = {f.path for f in (attempt.differing or {}).get(task.address, ())}
    for field in differing.all:
        changed = field.secret and bool(field.before) and bool(field.after)
        if field.path in still or changed or field.cause in _WHY:
            place, why = _why(sheet, task.desired, field, attempt)
            yield NotTaken(task.address, field.path, place, why)


def _why(sheet: Sheet, desired: Desired, field: FieldChange, attempt: Attempt) -> tuple[Place, str]:
    place = desired.place_of(field.path)
    if field.cause in _WHY:
        return place, _WHY[field.cause]
    for remark in attempt.remarks.get(desired.address, ()):
        if _touch(field.path, remark.path):
            return place, f"what is there can't be said: {remark.why}"
    if field.secret:
        sealed = dict(sealed_in(desired.spec)).get(field.path)
        source = sealed.origin if sealed and sealed.origin != "manifest" else ""
        from_ = f"its value is from {source}: change it there, or" if source else "set it again, or"
        return place, f"a secret value is never written: {from_} leave it to others"
    refused = attempt.refused.get(desired.address, ())
    near = [refusal for refusal in refused if _touch(field.path, refusal.path)]
    for refusal in near or refused:
        return sheet.file.place(refusal.at), refusal.why
    return place, _OTHERWISE


def _taken(
    task: Task, file: str, left: Sequence[NotTaken], fields: Mapping[Address, Differing]
) -> Taken | None:
    if task.live is None:
        return Taken(task.address, How.REMOVED, file)
    if task.desired is None:
        return Taken(task.address, How.ADDED, file)
    stays = {each.path for each in left if each.address == task.address}
    differing = fields[task.address].all
    done = tuple(f.path for f in differing if f.path not in stays)
    return Taken(task.address, How.CHANGED, file, done) if done or not differing else None


def _all(task: Task, why: str) -> NotTaken:
    desired = task.desired or task.home
    return NotTaken(task.address, "", desired.place if desired else Place(""), why)
