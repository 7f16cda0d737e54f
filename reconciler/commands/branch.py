"""A commit on a new branch of Git; neither the index nor the working tree are touched."""

import os
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from reconciler.commands.git import git, top
from reconciler.errors import BadSettings
from reconciler.model.absorption import Rewrite

_FILE: Final = "100644"
_HOST: Final = re.compile(r"(?:[a-z+]+://)?(?:[^@/]*@)?(?P<host>[^:/]+)")


@dataclass(frozen=True, slots=True)
class Commit:
    """What was committed, and the command with which a pull request of it is opened."""

    branch: str
    name: str
    next: str


def check(name: str, rewrites: Sequence[Rewrite] = ()) -> None:
    """Raise BadSettings where no such branch can be made of these files."""
    _Branch(name).check(rewrites)


def commit(name: str, rewrites: Sequence[Rewrite], message: str) -> Commit:
    """Commit files on a new branch from where HEAD is; raises BadSettings."""
    branch = _Branch(name)
    branch.check(rewrites)
    return Commit(name, branch.commit(rewrites, message), _next(branch))


class _Branch:
    def __init__(self, name: str) -> None:
        self.name = name
        self.option = f"--branch {name}"
        self.top = top(self.option)
        self.git = partial(git, self.option, "-C", self.top, hint="")

    def text(self, *arguments: str, given: bytes | None = None) -> str:
        return os.fsdecode(self.git(*arguments, given=given)).strip()

    def check(self, rewrites: Sequence[Rewrite]) -> None:
        if self.name.startswith("-"):
            raise BadSettings(f"{self.option}: is no name of a branch")
        self.git("check-ref-format", "--branch", self.name)
        if self.text("for-each-ref", "--format=x", f"refs/heads/{self.name}"):
            raise BadSettings(f"{self.option}: there is a branch of that name already")
        for rewrite in rewrites:
            path = self.path(rewrite.file)
            there = self.text("ls-tree", "HEAD", "--", path).split()
            if rewrite.before is None and not there:
                continue
            blob = self.blob(path, rewrite.before or b"", write=False)
            if not there or there[2] != blob:
                raise BadSettings(
                    f"{self.option}: {rewrite.file} has changes that are not committed, which "
                    "would be in it, too: commit them, or leave out --branch"
                )

    def path(self, file: str) -> str:
        whole = Path(os.path.realpath(file))
        here = Path(os.path.realpath(self.top))
        if not whole.is_relative_to(here):
            raise BadSettings(f"{self.option}: {file} is not in the repository")
        return whole.relative_to(here).as_posix()

    def blob(self, path: str, content: bytes, *, write: bool) -> str:
        """Return what Git calls a content, once it has the line ends that are kept in it."""
        written = ("-w",) if write else ()
        return self.text("hash-object", *written, f"--path={path}", "--stdin", given=content)

    def commit(self, rewrites: Sequence[Rewrite], message: str) -> str:
        with tempfile.TemporaryDirectory(prefix="reconciler-") as folder:
            index = {"GIT_INDEX_FILE": os.fspath(Path(folder, "index"))}
            self.git("read-tree", "HEAD", environ=index)
            lines = "".join(map(self._line, rewrites)).encode()
            self.git("update-index", "-z", "--index-info", given=lines, environ=index)
            tree = os.fsdecode(self.git("write-tree", environ=index)).strip()
        made = self.text("commit-tree", tree, "-p", "HEAD", "-F", "-", given=message.encode())
        self.git("update-ref", f"refs/heads/{self.name}", made, "0" * len(made))
        return made

    def _line(self, rewrite: Rewrite) -> str:
        path = self.path(rewrite.file)
        if rewrite.after is None:
            return f"0 {'0' * 40}\t{path}\0"
        there = self.text("ls-tree", "HEAD", "--", path).split()
        mode = there[0] if there else _FILE
        return f"{mode} {self.blob(path, rewrite.after, write=True)}\t{path}\0"


def _next(branch: _Branch) -> str:
    """Return what opens a pull request where the repository is hosted; nobody is asked."""
    remote = next(iter(branch.text("remote").split()), "")
    if not remote:
        return f"git push -u REMOTE {branch.name}"
    url = branch.text("config", "--get", f"remote.{remote}.url")
    found = _HOST.match(url)
    host = found["host"] if found else ""
    push = f"git push -u {remote} {branch.name}"
    if "github" in host:
        return f"{push} && gh pr create --head {branch.name} --fill"
    if "gitlab" in host:
        return f"{push} -o merge_request.create"
    return push
