"""Git references as schedules store them: always in full (A 10)."""

HEADS, TAGS, PULLS = "refs/heads/", "refs/tags/", "refs/pull/"


def of_branch(branch: str) -> str:
    """From a definition's `branch`, which may be a full reference."""
    return branch if branch.startswith("refs/") else HEADS + branch


def of_type(kind: str, name: str) -> str:
    """From a definition's `reference`, whose name is taken as it is."""
    return {"BRANCH": f"{HEADS}{name}", "TAG": f"{TAGS}{name}"}.get(kind, f"{PULLS}{name}/head")


def of_project_task(branch: str) -> str:
    """From a project's task, where `refs/heads/` is doubled by mistake (A 2.2)."""
    if branch.startswith((TAGS, PULLS)):
        return branch
    return f"{HEADS}{branch or 'master'}"


def branch_of(reference: str) -> str | None:
    return reference.removeprefix(HEADS) if reference.startswith(HEADS) else None
