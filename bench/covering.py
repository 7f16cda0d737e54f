"""Which tests run which lines: a pytest plugin that notes it, and what it noted.

Programs that a test starts are seen, too: they are told its name by pytest's own variable. What is
killed is not seen.
"""

import ast
import json
import os
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

import coverage
import pytest

TIMES: Final = "MUTANTS_TIMES"
"""The variable that names the file for the times; the process of each test has it."""
_PHASES: Final = ("setup", "call", "teardown")


def settings(data: Path, source: Path) -> str:
    """Return coverage's settings, in TOML: of what, and where to."""
    quoted = json.dumps
    return f"""[tool.coverage.run]
source = [{quoted(str(source))}]
omit = [{quoted(str(source / "embedded" / "*"))}]
data_file = {quoted(str(data))}
parallel = true
patch = ["subprocess", "_exit", "fork"]
context = "${{PYTEST_CURRENT_TEST-}}"
"""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Note by which test a line is run."""
    measured = coverage.Coverage.current()
    if measured is None:
        return (yield)
    measured.switch_context(item.nodeid)
    try:
        return (yield)
    finally:
        measured.switch_context("")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Note how long a test takes, and whether it can judge anything."""
    if TIMES in os.environ and "PYTEST_XDIST_WORKER" not in os.environ:
        with Path(os.environ[TIMES]).open("a") as file:
            file.write(json.dumps([report.nodeid, report.duration, report.passed]) + "\n")


class Test(NamedTuple):
    """What is known of a test that passes."""

    name: str
    seconds: float
    breadth: int
    """How many lines it runs: fewer say more about each."""

    @property
    def file(self) -> str:
        return self.name.partition("::")[0]

    @property
    def function(self) -> str:
        return self.name.partition("[")[0]


class Covered:
    """Which tests run which lines of the modules beneath a folder."""

    def __init__(self, data: Path, times: Path, root: Path) -> None:
        seconds = _seconds(times)
        read = coverage.CoverageData(str(data))
        read.read()
        breadth: dict[str, int] = defaultdict(int)
        self._root = root
        self._lines: dict[str, dict[int, set[str]]] = {}
        for file in read.measured_files():
            lines = {
                line: {name for context in contexts if (name := _test(context)) in seconds}
                for line, contexts in read.contexts_by_lineno(file).items()
            }
            self._lines[str(Path(file).relative_to(root))] = lines
            for names in lines.values():
                for name in names:
                    breadth[name] += 1
        self._tests = {name: Test(name, seconds[name], n) for name, n in breadth.items()}

    def by(self, module: str, first: int, last: int) -> list[Test]:
        """Return the tests that run one of these lines, those first that say most.

        Those are the ones that come where few others do in the same function. What runs when a
        module is imported, or where no test is seen to come, belongs to none: there all count that
        run anything else in it, before them those with its name, or that of its kind.
        """
        near = {n: names for n, names in self._lines.get(module, {}).items() if names}
        function = _functions(self._root / module).get(first, range(0))
        ran = set().union(*(near.get(line, set()) for line in range(first, last + 1)))
        ranks: dict[str, int] = {}
        if function and ran:
            near = {line: near[line] for line in function if line in near}
        else:
            stem = Path(module).stem
            its = re.compile(rf"/test_{stem}\.py|\b{stem.title().replace('_', '')}\b")
            ranks = {name: 0 for name in self._tests if its.search(name)}
            ran = set(ranks).union(*near.values())
        for names in sorted(near.values(), key=len):
            for name in names & ran:
                ranks.setdefault(name, len(names))
        return _in_turns(self._tests, ranks)


def _functions(path: Path) -> dict[int, range]:
    """Return, by line, the lines of the function that it is in; none for what an import runs."""
    return {
        line: range(node.body[0].lineno, (node.end_lineno or 0) + 1)
        for node in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for line in range(node.body[0].lineno, (node.end_lineno or 0) + 1)
    }


def _in_turns(tests: Mapping[str, Test], ranks: Mapping[str, int]) -> list[Test]:
    """Sort: one test of each file, then another of each; in a file one case of each function, too.

    What a file is about, its tests share. The narrow and quick ones come first.
    """
    files: dict[str, list[tuple[int, int, int, float, str]]] = defaultdict(list)
    cases: Counter[str] = Counter()
    for name in sorted(ranks, key=lambda one: (ranks[one], tests[one].breadth, one)):
        test = tests[name]
        say = ranks[name], test.breadth, test.seconds, name
        files[test.file].append((cases[test.function], *say))
        cases[test.function] += 1
    turns = [(turn, one[1:]) for found in files.values() for turn, one in enumerate(sorted(found))]
    return [tests[name] for _, (*_, name) in sorted(turns)]


def _test(context: str) -> str:
    """Return the test's name from a context: a test's, or one of a program that it started."""
    name, _, phase = context.rpartition(" (")
    return name if phase.removesuffix(")") in _PHASES else context


def _seconds(times: Path) -> dict[str, float]:
    """Return how long each test takes that passes."""
    seconds: dict[str, float] = defaultdict(float)
    failed = set()
    for line in times.read_text().splitlines():
        name, duration, passed = json.loads(line)
        seconds[name] += duration
        if not passed:
            failed.add(name)
    return {name: number for name, number in seconds.items() if name not in failed}
