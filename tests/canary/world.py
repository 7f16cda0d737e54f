"""A place to run the real program in, where every byte that comes out of it is searched."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import NamedTuple

from reconciler.embedded import Embedded
from tests.canary.needles import Needles
from tests.sources.declaring import IDENTITY, PROGRAMS

DEBUG = {"RECONCILER_DEBUG": "1"}
LOUD = DEBUG | {"PYTHONASYNCIODEBUG": "1", "PYTHONDEVMODE": "1"}
"""Variables with which Python says more, too; and takes its time."""

_ROOT = Path(__file__).parents[2]
_SPY = """\
#!{python}
import os, sys
from pathlib import Path
for name in ("cmdline", "environ"):
    parts = Path(f"/proc/self/{{name}}").read_bytes().split(b"\\0")
    # sops may need that one itself, for keys that are in Vault
    told = b"\\n".join(part for part in parts if not part.startswith(b"VAULT_TOKEN="))
    Path(f"{folder}/{{os.getpid()}}-{{name}}").write_bytes(told)
os.execv("{programs}/sops", ["sops", *sys.argv[1:]])
"""


class Ran(NamedTuple):
    """What came of a command line."""

    code: int
    out: str
    err: str


class World:
    """Directories, variables and values; ``inputs`` are files that may hold values.

    ``checked`` counts the outputs that were searched, ``bytes`` their sizes.
    """

    def __init__(self, root: Path, values: list[str | bytes]) -> None:
        self.root = root
        self.values = values
        self.inputs: set[Path] = set()
        self.checked = self.bytes = 0
        self._needles = Needles.of(values)
        self._outputs: list[tuple[str, bytes]] = []
        self._searched: dict[Path, tuple[int, int]] = {}
        for name in ("m", "home", "work", "tmp", "bin", "processes", "db"):
            (root / name).mkdir()
        spy = root / "bin/sops"
        spy.write_text(
            _SPY.format(python=sys.executable, folder=root / "processes", programs=PROGRAMS)
        )
        spy.chmod(0o700)
        self.environ = {
            "PATH": f"{spy.parent}:{PROGRAMS}:/usr/bin:/bin",
            "HOME": str(root / "home"),
            "TMPDIR": str(root / "tmp"),
            "PYTHONPATH": str(_ROOT),
            "PYTHONDONTWRITEBYTECODE": "1",
            "SOPS_AGE_KEY": IDENTITY,
        }

    @property
    def embedded(self) -> str:
        """The database of the local Semaphore; that is the server, and may know everything."""
        return str(self.root / "db/semaphore.db")

    def write(self, name: str, content: str | bytes) -> Path:
        """Write a file that may hold values."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        self.inputs.add(path)
        return path

    def run(self, *arguments: str, stdin: str = "", **variables: str) -> Ran:
        """Run the program; nothing that it writes anywhere may hold a value."""
        return self._finish(self._start(arguments, variables), arguments, stdin)

    def interrupt(self, *arguments: str, when: Callable[[], bool], **variables: str) -> Ran:
        """Run the program and end it as Ctrl-C does, once something has happened."""
        started = self._start(arguments, variables)
        deadline = time.monotonic() + 60
        while not when() and started.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        started.send_signal(signal.SIGINT)
        return self._finish(started, arguments, "")

    @contextmanager
    def serving(self, *arguments: str) -> Iterator[str]:
        """Run a server until the end of the block; return the address that it prints."""
        started = self._start(arguments, {})
        assert started.stdout is not None
        first = started.stdout.readline()
        try:
            yield first.decode().removeprefix("ready:").strip()
        finally:
            started.terminate()
            self.search("address", first)
            self._finish(started, arguments, "")

    def _start(
        self, arguments: tuple[str, ...], variables: dict[str, str]
    ) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 — the program under test
            [sys.executable, "-m", "reconciler", *arguments],
            env=self.environ | variables,
            cwd=self.root / "work",
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def _finish(
        self, started: subprocess.Popen[bytes], arguments: tuple[str, ...], stdin: str
    ) -> Ran:
        command = " ".join(arguments)
        self.search(f"process of {command}", Path(f"/proc/{started.pid}/cmdline").read_bytes())
        out, err = started.communicate(stdin.encode(), timeout=100)
        self.search(f"standard output of {command}", out)
        self.search(f"standard error of {command}", err)
        self.search_files(command)
        return Ran(started.returncode, out.decode(), err.decode())

    def search(self, label: str, content: bytes) -> None:
        if self._needles.count != len(self.values):
            self._needles = Needles.of(self.values)
        found = self._needles.found_in(content)
        shown = content.decode(errors="replace")[:2000]
        assert found is None, f"{found!r} got out in {label}:\n{shown}"
        self._outputs.append((label, content))
        self.checked += 1
        self.bytes += len(content)

    def search_files(self, command: str) -> None:
        """Search every file that is new or changed."""
        for path in self._files():
            state = path.stat()
            if self._searched.get(path) != (state.st_mtime_ns, state.st_size):
                self._searched[path] = (state.st_mtime_ns, state.st_size)
                self.search(f"{path.relative_to(self.root)} after {command}", path.read_bytes())

    def _files(self) -> Iterator[Path]:
        for path in sorted(self.root.rglob("*")):
            ours = path in self.inputs or path.is_relative_to(self.root / "db")
            if path.is_file() and not path.is_symlink() and not ours:
                yield path

    def conclude(self, *late: str) -> None:
        """Search the journal of the local Semaphore, and all outputs for values known only now."""
        for path in sorted((self.root / "db").glob("*.db")):
            with Embedded(str(path)) as semaphore:
                journal = "\n".join(map(repr, semaphore.journal.entries()))
            self.search(f"journal of {path.name}", journal.encode())
        self.values += late
        outputs, self._outputs = self._outputs, []
        before = self.checked, self.bytes
        for label, content in outputs:
            self.search(label, content)
        self.checked, self.bytes = before
        print(f"{self.checked} outputs of {self.bytes} bytes searched, no canary in any")  # noqa: T201 — what was asked


@cache
def formats(command: str) -> tuple[str, ...]:
    """Return every format that a command says it has."""
    done = subprocess.run(  # noqa: S603 — the program under test
        [sys.executable, "-m", "reconciler", command, "--help"],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONPATH": str(_ROOT)},
    )
    found = re.search(r"--format\s+\[([a-z|\s]+)\]", done.stdout)
    assert found, f"{command} --help names no formats"
    return tuple("".join(found[1].split()).split("|"))
