"""Dashboard: widgets that list pipelines and workflows (B 3)."""

import re
from typing import Annotated, ClassVar

from pydantic import Field

from reconciler.kinds.api import Api, Body, Item, Paging
from reconciler.kinds.fields import OneOf, Ref
from reconciler.kinds.gateway import encode_whole, item_of
from reconciler.kinds.kind import Kind, NameRule
from reconciler.model import Keyed, Spec

_FILTERS = {
    "list_workflows": ("project_id", "branch", "github_uid"),
    "list_pipelines": ("project_id", "branch", "pipeline_file"),
    "duration_pipelines": ("project_id", "branch", "pipeline_file"),
    "ratio_pipelines": ("project_id", "branch", "pipeline_file"),
}


class Metadata(Spec):
    name: str
    title: str = Field(default="", description="derived from the name when not given")

    def canonical(self) -> "Spec":
        """The server titles an untitled dashboard after its name."""
        return self if self.title else self.having({"title": title_of(self.name)})


class Filters(Spec):
    project_id: Annotated[str | None, Ref("Project")] = Field(
        default=None, description="name of a project, or its id"
    )
    branch: str | None = None
    github_uid: str | None = Field(default=None, description="list_workflows only")
    pipeline_file: str | None = Field(default=None, description="not for list_workflows")


class Widget(Keyed):
    UNIQUE: ClassVar[bool] = False

    name: str = ""
    type: Annotated[str, OneOf(*_FILTERS)]
    filters: Filters = Filters()

    def check(self) -> None:
        known = _FILTERS.get(self.type)
        wrong = [k for k, v in self.filters if v is not None and known and k not in known]
        if wrong:
            raise ValueError(f"{self.type} filters by {', '.join(known or ())}, not by {wrong[0]}")

    def canonical(self) -> "Spec":
        """A widget of another type keeps the filters that type has (B 3.1)."""
        known = _FILTERS.get(self.type)
        lost = [k for k, v in self.filters if v is not None and known and k not in known]
        if not lost:
            return self
        return self.having({"filters": self.filters.having(dict.fromkeys(lost))})


class WidgetList(Spec):
    widgets: tuple[Widget, ...] = ()


class Dashboard(Spec):
    metadata: Metadata
    spec: WidgetList = WidgetList()


def title_of(name: str) -> str:
    """Return the title the server derives: ``my-work`` is titled ``My Work``."""
    return " ".join(word.capitalize() for word in name.split("-") if word)


def _decode(body: Body) -> Item:
    return item_of(body, KIND.observed(body))


KIND = Kind(
    name="Dashboard",
    title="Dashboards",
    folder="dashboards",
    model=Dashboard,
    versions=("v1alpha",),
    name_rule=NameRule(
        re.compile(r"(?!-)[a-z0-9-]+"),
        "lower-case letters, digits and dashes, not starting with a dash",
        no_uuid="part",
    ),
    read_only=("metadata.id", "metadata.create_time", "metadata.update_time"),
    api=Api(
        path="/api/v1alpha/dashboards",
        paging=Paging.TOKENS,
        list_key="dashboards",
        page_size=100,
    ),
    encode=encode_whole,
    decode=_decode,
)
