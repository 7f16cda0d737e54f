"""What is in regular files: a pipe is not waited for, and where it is to be so no link followed."""

import errno
import os
import stat
import sys
from typing import Final

UNFINISHED: Final = ".reconciler-"
"""What the names of files and folders begin with that we are about to write."""
_READING: Final = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC
_PASSING: Final = os.O_NOFOLLOW | os.O_DIRECTORY | os.O_CLOEXEC | getattr(os, "O_PATH", 0)
_OPENAT2: Final = 437  # the same on all machines, as are the next three (openat2(2))
_AT_FDCWD: Final = -100
_NO_MAGIC_LINKS: Final = 0x02
_NO_LINKS: Final = 0x04


class NotRegular(Exception):
    """It is a directory, a pipe or a device."""


def content(path: str, limit: int) -> bytes:
    """Return what is in a file, at most ``limit`` bytes of it; raises OSError or NotRegular."""
    return _content(os.open(path, _READING), limit)


def content_without_links(real: str, limit: int) -> bytes:
    """Return what is in the file at a path in which nothing was a link when it was checked.

    ``real`` is absolute (os.path.realpath). A part of it that is a link by now is an error: what
    was found to be inside a directory is not read outside. Raises as ``content`` does.
    """
    number = _at_once(real)
    return _content(_step_by_step(real) if number is None else number, limit)


def _content(number: int, limit: int) -> bytes:
    if not stat.S_ISREG(os.fstat(number).st_mode):
        os.close(number)
        raise NotRegular
    with open(number, "rb") as file:
        return file.read(limit)


def _at_once(real: str) -> int | None:
    """Have the kernel do it; None where it can't, or must not."""
    if sys.platform != "linux":
        return None
    import ctypes  # noqa: PLC0415 — only where there is something to read

    how = (ctypes.c_uint64 * 3)(_READING | os.O_NOFOLLOW, 0, _NO_LINKS | _NO_MAGIC_LINKS)
    call = ctypes.CDLL(None, use_errno=True).syscall
    call.argtypes = (ctypes.c_long, ctypes.c_long, ctypes.c_char_p, ctypes.c_void_p, ctypes.c_long)
    call.restype = ctypes.c_long
    path = os.fsencode(real)
    number: int = call(_OPENAT2, _AT_FDCWD, path, ctypes.byref(how), ctypes.sizeof(how))
    if number >= 0:
        return number
    code = ctypes.get_errno()
    if code in (errno.ENOSYS, errno.EPERM, errno.EAGAIN):
        return None
    raise OSError(code, os.strerror(code), real)


def _step_by_step(real: str) -> int:
    """Pass through each directory by itself."""
    *folders, name = [part for part in real.split("/") if part]
    here = os.open("/", _PASSING)
    try:
        for folder in folders:
            there = os.open(folder, _PASSING, dir_fd=here)
            os.close(here)
            here = there
        return os.open(name, _READING | os.O_NOFOLLOW, dir_fd=here)
    finally:
        os.close(here)
