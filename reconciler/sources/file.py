"""Values from files beside the manifests: text, or any bytes as base64."""

import base64
import os
import stat
from pathlib import Path

from reconciler.model import FileSource
from reconciler.sources.reader import MAX_BYTES, Surroundings, Unavailable


def read_file(source: FileSource, around: Surroundings) -> str:
    """Return the file's content; raises Unavailable."""
    content = _read(_inside(source.path, around), source.path)
    if source.encode:
        if not content:
            raise Unavailable(f"file {source.path!r} is empty")
        return base64.b64encode(content).decode()
    return _text(content, source.path)


def _inside(path: str, around: Surroundings) -> str:
    """Return the real path; raises Unavailable where it leaves the root, also by a link."""
    root = os.path.realpath(around.root)
    try:
        real = os.path.realpath(Path(around.folder, path))
    except ValueError:
        raise Unavailable(f"file {path!r} does not exist") from None
    if os.path.commonpath((root, real)) != root:
        raise Unavailable(f"file {path!r} is outside the directory of the manifests, {around.root}")
    return real


def _read(real: str, path: str) -> bytes:
    try:
        with open(real, "rb", opener=_open_at_once) as opened:
            if not stat.S_ISREG(os.fstat(opened.fileno()).st_mode):
                raise Unavailable(f"{path!r} is not a regular file")
            content = opened.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise Unavailable(f"file {path!r} does not exist") from None
    except OSError as error:
        raise Unavailable(f"file {path!r} can't be read: {error.strerror}") from None
    if len(content) > MAX_BYTES:
        raise Unavailable(f"file {path!r} is larger than 6 MiB")
    return content


def _open_at_once(path: str, flags: int) -> int:
    """Open without following a last-moment link and without waiting for a pipe's writer."""
    return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK)


def _text(content: bytes, path: str) -> str:
    try:
        text = content.decode()
    except UnicodeDecodeError:
        raise Unavailable(f"file {path!r} is not UTF-8 text") from None
    if not text.strip():
        raise Unavailable(f"file {path!r} is blank")
    if "\0" in text:
        raise Unavailable(f"file {path!r} has a NUL character, which no variable can hold")
    return text
