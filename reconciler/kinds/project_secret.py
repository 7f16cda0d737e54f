"""ProjectSecret: environment variables and files for the jobs of one project (B 2.6)."""

import re

from reconciler.kinds.api import Api, Body, Item, Paging, allowed_by
from reconciler.kinds.gateway import encode_whole, item_of
from reconciler.kinds.kind import Kind, NameRule
from reconciler.kinds.secret import METADATA_READ_ONLY, Data, Metadata, observe, unwritable
from reconciler.model import Spec


class ProjectSecret(Spec):
    metadata: Metadata
    data: Data = Data()


def _decode(body: Body) -> Item:
    spec = KIND.observed(observe(body))
    return item_of(body, spec, fixed=not body["metadata"].get("content_included"))


KIND = Kind(
    name="ProjectSecret",
    title="Project secrets",
    folder="secrets",
    model=ProjectSecret,
    versions=("v1", "v1beta"),
    name_rule=NameRule(re.compile(r"(?s:.+)"), "any text that is not blank"),
    project_at=("metadata.project_id_or_name",),
    read_only=METADATA_READ_ONLY,
    # the body never names the project: on PATCH that would move the secret (B 2.6)
    api=Api(
        path="/api/v1/projects/{project}/secrets",
        admits_after=330.0,
        permissions=allowed_by("project.secrets.manage", "project.secrets.manage"),
        paging=Paging.TOKENS,
        list_key="secrets",
        page_size=100,
        no_feature="Project level secrets are not enabled",  # B 2.1
    ),
    encode=encode_whole,
    decode=_decode,
    unwritable=unwritable,
)
