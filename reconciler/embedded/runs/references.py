"""The names a git reference goes by in runs (D 10.1)."""

from dataclasses import dataclass

_HEADS, _TAGS, _PULLS = "refs/heads/", "refs/tags/", "refs/pull/"


@dataclass(frozen=True)
class Reference:
    full: str

    @classmethod
    def of(cls, given: str) -> "Reference":
        """`refs/...` as it is, anything else is a branch (D 10.2)."""
        return cls(given if given.startswith("refs/") else _HEADS + given)

    @property
    def kind(self) -> str:
        """`branch`, `tag` or `pr`."""
        if self.full.startswith(_TAGS):
            return "tag"
        return "pr" if self.full.startswith(_PULLS) else "branch"

    @property
    def label(self) -> str:
        for prefix in (_HEADS, _TAGS, _PULLS):
            if self.full.startswith(prefix):
                return self.full.removeprefix(prefix).removesuffix(
                    "/head" if prefix == _PULLS else ""
                )
        return self.full

    @property
    def branch_name(self) -> str:
        """Branches by their name, tags in full, pull requests by their number."""
        if self.kind == "branch":
            return self.label
        return self.full if self.kind == "tag" else f"pull-request-{self.label}"
