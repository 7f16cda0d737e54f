"""What a secret holds, of the organization or of a project: variables and files (B 2.2)."""

import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field

from reconciler.embedded.gateway.shapes import STRING, Message, Repeated, shape

DATA = shape(
    env_vars=Repeated(shape(name=STRING, value=STRING)),
    files=Repeated(shape(path=STRING, content=STRING)),
)

_MAX_SIZE = 6 * 1024 * 1024
# As in the original, a trailing newline slips through.
_VARIABLE_NAME = re.compile(r"^[a-zA-Z_][a-zA-Z0-9_]*$")
_BLANK = "can't be blank"


@dataclass(frozen=True)
class EnvVar:
    name: str
    value: str = field(repr=False)


@dataclass(frozen=True)
class File:
    path: str
    content: str = field(repr=False)


@dataclass(frozen=True)
class Content:
    env_vars: tuple[EnvVar, ...]
    files: tuple[File, ...]

    @classmethod
    def of(cls, data: Message) -> "Content":
        return cls(
            tuple(EnvVar(**variable) for variable in data["env_vars"]),
            tuple(File(**file) for file in data["files"]),
        )

    def stored(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_stored(cls, text: str) -> "Content":
        return cls.of(json.loads(text))

    def shown(self, *, values: bool) -> Message:
        """As a message; hidden values are empty, whatever they are (B 2.1)."""
        return {
            "env_vars": [
                {"name": variable.name, "value": variable.value if values else ""}
                for variable in self.env_vars
            ],
            "files": [
                {"path": file.path, "content": file.content if values else ""}
                for file in self.files
            ],
        }


def problem(content: Content) -> str | None:
    """What is wrong with the content, in the glued words of the server (B 2.5)."""
    parts = [
        *_listed("env_vars", [_variable_problem(variable) for variable in content.env_vars]),
        *_listed("files", [_file_problem(file) for file in content.files]),
    ]
    if _size(content) > _MAX_SIZE:
        parts.append("size content is too big")
    return ", ".join(parts) or None


def is_blank(text: str) -> bool:
    return not text.strip()


def _listed(name: str, problems: list[str]) -> Iterable[str]:
    """One fragment for each element as soon as one is wrong, good elements included."""
    return (f"{name} {problem}" for problem in problems) if any(problems) else ()


def _variable_problem(variable: EnvVar) -> str:
    wrong_name = not _VARIABLE_NAME.search(variable.name)
    name = ["of enviorment variable is invalid"] * wrong_name  # sic
    name += [_BLANK] * is_blank(variable.name)
    problem = f"name {' '.join(name)}" if name else ""
    return problem + f"value {_BLANK}" * is_blank(variable.value)


def _file_problem(file: File) -> str:
    return f"content {_BLANK}" * is_blank(file.content) + f"path {_BLANK}" * is_blank(file.path)


def _size(content: Content) -> int:
    values = [variable.value for variable in content.env_vars]
    contents = [file.content for file in content.files]
    return sum(len(text.encode()) for text in (*values, *contents))
