"""The files a project's runs are read from, which stand in for its repository."""

import posixpath

from reconciler.embedded.store import World

SCHEMA = """
CREATE TABLE IF NOT EXISTS project_files (
    project_id TEXT NOT NULL,
    path TEXT NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (project_id, path)
);
"""

DEFAULT_PATH = ".semaphore/semaphore.yml"

# What a file contains that nobody has put there, so that any run works out of the box.
DEFAULT_CONTENT = """\
version: v1.0
name: Pipeline
agent:
  machine:
    type: e1-standard-2
    os_image: ubuntu2404
blocks:
  - name: Block
    task:
      jobs:
        - name: Job
          commands:
            - echo passed
"""


def normal(path: str) -> str:
    """Relative to the root of the repository; nothing leads out of it."""
    return posixpath.normpath(f"/{path}").lstrip("/")


def beside(path: str, of: str) -> str:
    """A path named in a file: relative to its folder, or from the root with a slash."""
    return normal(posixpath.join(f"/{posixpath.dirname(of)}", path))


def write(world: World, project_id: str, path: str, content: str) -> None:
    world.db.execute(
        "INSERT INTO project_files VALUES (?, ?, ?)"
        " ON CONFLICT (project_id, path) DO UPDATE SET content = excluded.content",
        (project_id.lower(), normal(path), content),
    )


def find(world: World, project_id: str, path: str) -> str | None:
    found = world.db.execute(
        "SELECT content FROM project_files WHERE project_id = ? AND path = ?",
        (project_id.lower(), normal(path)),
    ).fetchone()
    return None if found is None else str(found["content"])


def read(world: World, project_id: str, path: str) -> str:
    """The content that was put there, or else a pipeline of one block with one job."""
    content = find(world, project_id, path)
    return DEFAULT_CONTENT if content is None else content
