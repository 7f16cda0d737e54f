"""A secret value can be carried, compared and sent; nothing else brings it to light."""

import copy
import dataclasses
import hmac
import inspect
import io
import json
import logging
import pickle
import pprint
import subprocess
import sys
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from deepdiff import DeepDiff
from pydantic import BaseModel, TypeAdapter, ValidationError

from reconciler.kinds import KINDS
from reconciler.model import DECLARED, Sealed, Spec, Unreadable
from reconciler.sources.env import EnvSource

CANARY = "cAnArYsealed"


class Box(Spec):
    name: str
    value: Sealed


class Loose(BaseModel, arbitrary_types_allowed=True):
    """A model with none of our settings."""

    number: int
    value: Sealed


@dataclasses.dataclass
class Record:
    value: Sealed
    note: str = ""


class Child(Sealed):
    """A class derived from it has a dictionary of its own."""


def _logged(sealed: Sealed) -> str:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(message)s %(args)s %(extra)s"))
    record = logging.LogRecord("x", logging.INFO, "x.py", 1, "%s %r", (sealed, sealed), None)
    record.extra = sealed
    handler.handle(record)
    return stream.getvalue()


def _members(value: Any) -> str:
    return repr(inspect.getmembers(value))


TELLING: dict[str, Callable[[Sealed], object]] = {
    "repr": repr,
    "str": str,
    "ascii": ascii,
    "f-string": lambda s: f"{s} {s!r} {s!s} {s!a} {s:>80} {s:s}",
    "percent": lambda s: "%s %r %a" % (s, s, s),  # noqa: UP031 — the point
    "format": lambda s: "{} {!r} {:^50}".format(s, s, s),  # noqa: UP032 — the point
    "format with attributes": lambda s: f"{s._open} {s._md5} {s._source}",
    "in containers": lambda s: repr([s, (s,), {"k": s}]),
    "pprint": lambda s: pprint.pformat({"k": [s]}),
    "logging": _logged,
    "members": _members,
    "json with a default": lambda s: json.dumps(s, default=str) + json.dumps(s, default=repr),
    "dataclass": lambda s: repr(Record(s)),
    "asdict": lambda s: dataclasses.asdict(Record(s)),
    "astuple": lambda s: dataclasses.astuple(Record(s)),
    "copy": lambda s: [copy.copy(s), copy.deepcopy(s), copy.deepcopy(Record(s))],
    "model": lambda s: [Box(name="n", value=s), str(Loose(number=1, value=s))],
    "vars of a model": lambda s: [vars(Box(name="n", value=s)), vars(Loose(number=1, value=s))],
    "model_dump": lambda s: [
        Box(name="n", value=s).model_dump(),
        Loose(number=1, value=s).model_dump(),
        Box(name="n", value=s).model_dump_json(fallback=str),
    ],
    "copied models": lambda s: [
        Box(name="n", value=s).model_copy(deep=True),
        copy.deepcopy(Loose(number=1, value=s)),
    ],
    "schema": lambda s: [Box.model_json_schema(), type(s).__dict__],
    "derived": lambda s: vars(Child(s.reveal())),
    "differences": lambda s: [
        DeepDiff(s, Sealed("other")).to_dict(),
        DeepDiff({"k": s}, {"k": Sealed("other")}, view="tree"),
        DeepDiff(Record(s), Record(Sealed("other"))).pretty(),
    ],
    "warnings": lambda s: warnings.formatwarning(str(s), UserWarning, "x.py", 1),
    "documentation": inspect.getdoc,
    "exceptions": lambda s: [ValueError(s), repr(ValueError(s)), str(KeyError(s))],
    "keyed hash": lambda s: s.keyed(b"key"),
    "salted hash": lambda s: s.salted(b"key", "salt"),
    "annotations": lambda s: [s.origin, s.source, s.encode, s.is_clear, sys.getsizeof(s)],
}

REFUSED: dict[str, Callable[[Any], object]] = {
    "json": json.dumps,
    "json of a container": lambda s: json.dumps({"k": [s]}),
    "json by attributes": lambda s: json.dumps(s, default=vars),
    "json by state": lambda s: json.dumps(s, default=lambda o: o.__getstate__()),
    "pickle of a model": lambda s: pickle.dumps(Box(name="n", value=s)),
    "pickle of a dataclass": lambda s: pickle.dumps(Record(s)),
    "pickle": pickle.dumps,
    "oldest pickle": lambda s: pickle.dumps(s, 0),
    "pure pickle": pickle._dumps,  # type: ignore[attr-defined]  # the slow one
    "vars": vars,
    "model_dump_json": lambda s: Box(name="n", value=s).model_dump_json(),
    "dump for JSON": lambda s: Box(name="n", value=s).model_dump(mode="json"),
    "pydantic's serializer": lambda s: TypeAdapter(Any).dump_json(s),
    "iteration": list,
    "membership": lambda s: "c" in s,
    "length": len,
    "indexing": lambda s: s[0],
    "joining": "".join,
    "adding": lambda s: "x" + s,
    "bytes": bytes,
    "number": int,
    "hash": hash,
    "ordering": lambda s: s < Sealed("x"),
    "writing": io.StringIO().write,
}


def _whole(error: BaseException) -> str:
    """Everything a traceback can show: locals, notes, causes."""
    return "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())


@pytest.mark.parametrize("way", TELLING)
def test_nothing_tells(way: str) -> None:
    """Every way to look at a value, or at what holds it, shows where it is from at most."""
    told = TELLING[way](Sealed(CANARY))
    for text in (told, [told], {"told": told}):
        assert CANARY not in f"{text} {text!r}"


@pytest.mark.parametrize("way", REFUSED)
def test_what_is_refused(way: str) -> None:
    """Ways that would need the text fail, and the failure does not show it either."""
    sealed = Sealed(CANARY)
    with pytest.raises((TypeError, ValueError)) as raised:
        REFUSED[way](sealed)
    assert CANARY not in f"{raised.value} {raised.value!r} {raised.value.args}"
    assert CANARY not in _whole(raised.value)


def test_a_traceback_with_locals() -> None:
    """A frame that holds a value, or a model with one, can be shown with all its locals."""

    def failing(sealed: Sealed, box: Box, record: Record) -> None:
        several = [sealed, {"k": sealed}]
        assert (box, record, several) == sealed
        raise AssertionError(sealed)

    sealed = Sealed(CANARY)
    with pytest.raises(AssertionError) as raised:
        failing(sealed, Box(name="n", value=sealed), Record(sealed))
    text = _whole(raised.value)
    assert "several = " in text
    assert CANARY not in text


@pytest.mark.parametrize("context", [None, DECLARED])
def test_a_refused_model(context: str | None) -> None:
    """What pydantic says of a model with a value shows neither the value nor the input."""
    for model, data in (
        (Box, {"value": Sealed(CANARY), "name": 1, "more": Sealed(CANARY)}),
        (Box, {"value": {"inner": CANARY}, "name": "n"}),
        (Loose, {"value": Sealed(CANARY), "number": "x"}),
        (
            KINDS["Secret"].model,
            {"metadata": {"name": "n"}, "data": {"env_vars": [{"name": "A-", "value": CANARY}]}},
        ),
    ):
        if context is None and model is KINDS["Secret"].model:
            continue  # what exists is not held against the rules
        with pytest.raises(ValidationError) as raised:
            model.model_validate(data, context=context)
        error = raised.value
        errors = error.errors(include_input=False)
        assert CANARY not in f"{error} {error!r} {error.title} {errors}"
        assert CANARY not in "".join(traceback.format_exception(error))


def test_what_pytest_shows(tmp_path: Path) -> None:
    """A failing comparison, introspected as deep as pytest goes and with locals, tells nothing."""
    (tmp_path / "test_it.py").write_text(f"""\
import dataclasses
from reconciler.model import Sealed, Spec

class Box(Spec):
    value: Sealed

@dataclasses.dataclass
class Record:
    value: Sealed

def make():
    return Sealed("".join(["{CANARY[:6]}", "{CANARY[6:]}"]))

def test_alone():
    sealed = make()
    assert sealed == Sealed("other")

def test_in_a_container():
    assert [make()] == [Sealed("other")] and {{"k": make()}} == {{}}

def test_in_a_dataclass():
    record = Record(make())
    assert record == Record(Sealed("other"))

def test_in_a_model():
    box = Box(value=make())
    assert box == Box(value=Sealed("other"))
""")
    done = subprocess.run(  # noqa: S603 — pytest on the file above
        [
            sys.executable,
            "-m",
            "pytest",
            "-vvv",
            "-l",
            "--full-trace",
            "-p",
            "no:cacheprovider",
            "--rootdir",
            str(tmp_path),
            "-c",
            "/dev/null",
            str(tmp_path),
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert "4 failed" in done.stdout
    assert CANARY not in done.stdout + done.stderr


def test_what_it_is_for() -> None:
    """It is revealed by one word, compared without being shown, and known by its state."""
    sealed = Sealed(CANARY)
    assert sealed.reveal() == CANARY
    assert sealed.same_as(Sealed(CANARY)) is True
    assert sealed.same_as(Sealed("other")) is False
    assert sealed.same_as(Sealed()) is None
    digests = [Sealed(md5=letter * 32) for letter in "aab"]
    assert [digests[0].same_as(other) for other in digests[1:]] == [True, False]
    assert (digests[0].same_as(Sealed()), Sealed().same_as(digests[0])) == (None, None)
    assert sealed == Sealed(CANARY)
    assert sealed != Sealed("other")
    assert sealed != CANARY
    assert Sealed("") != Sealed()
    assert sealed.keyed(b"k") == hmac.new(b"k", CANARY.encode(), "sha256").hexdigest()
    unread = Sealed(source=EnvSource("NAME"), encode=True)
    assert unread != Sealed(source=EnvSource("NAME"))
    assert (unread.is_clear, unread.origin, repr(unread)) == (
        False,
        "env NAME",
        "<secret from env NAME>",
    )
    for hidden in (unread, Sealed(), Sealed(keep=True)):
        with pytest.raises(Unreadable):
            hidden.reveal()
        with pytest.raises(Unreadable):
            hidden.keyed(b"k")
        with pytest.raises(Unreadable):
            hidden.salted(b"k", "s")
    kept = Sealed(keep=True)
    assert (kept.is_kept, Sealed().is_kept, kept == Sealed()) == (True, False, False)
    assert [kept.same_as(live) for live in (Sealed(), Sealed(md5="0" * 32), sealed)] == [True] * 3
    read = unread.resolved(CANARY)
    assert (read.reveal(), read.source, repr(read)) == (CANARY, None, "<secret from env NAME>")
