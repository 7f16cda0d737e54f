"""Runs a command and prints, as JSON, its wall and CPU time and its peak memory.

A program of its own, because a child's peak memory starts at that of the process it comes from:
started from here, with next to nothing loaded, the number is the command's.
"""

import json
import os
import sys
import time


def main(output: str, command: list[str]) -> int:
    """Run the command, its output into a file, and return its exit code."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    into = [(os.POSIX_SPAWN_OPEN, number, output, flags, 0o600) for number in (1, 2)]
    begun = time.perf_counter()
    child = os.posix_spawnp(command[0], command, os.environ, file_actions=into)
    _, status, usage = os.wait4(child, 0)
    wall = time.perf_counter() - begun
    cpu = usage.ru_utime + usage.ru_stime
    print(json.dumps({"wall": wall, "cpu": cpu, "peak": usage.ru_maxrss / 1024}))
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
