"""Manifests as they are shown: no form of YAML lets a secret value through."""

import pytest

from reconciler.manifest import declared_in
from reconciler.splicing.masking import masked

PLAIN = "apiVersion: v1beta\nkind: Secret\nmetadata: {name: db}\n"
VALUES = "data: {env_vars: [{name: A, value: nightjar-a}]}\n"
FORMS = (
    f"<<: {{apiVersion: v1beta, kind: Secret}}\nmetadata: {{name: db}}\n{VALUES}",
    f"<<: [{{apiVersion: v1beta}}, {{kind: Secret}}]\nmetadata: {{name: db}}\n{VALUES}",
    f"apiVersion: v1beta\nmetadata: {{name: &k Secret}}\nkind: *k\n{VALUES}",
    PLAIN + "data: {env_vars: [{name: A, &q value: nightjar-a}, {name: B, *q : nightjar-b}]}\n",
    PLAIN + "data:\n  env_vars:\n  - &x {name: A, value: nightjar-a}\n  - {<<: *x, name: B}\n",
    PLAIN.replace("db", "&n nightjar-a") + VALUES.replace("nightjar-a", "*n"),
    PLAIN + VALUES.replace("value:", "? value :"),
)


@pytest.mark.parametrize("text", FORMS)
def test_aliases_and_merges_hide_no_secret_value(text: str) -> None:
    """These are manifests, and what is shown of them has the names and not the values."""
    assert declared_in(text, "a.yml").address.kind == "Secret"

    shown = masked("a.yml", text.encode())

    assert "nightjar" not in shown
    assert "name: A" in shown


@pytest.mark.parametrize("kind", ["kind: Sekret\n", "", "kind: [Secret]\n"])
def test_what_may_be_of_any_kind_is_masked_as_if_it_were_each(kind: str) -> None:
    """A kind that is not known, or is not said, is no reason to show what may be a secret."""
    text = f"{kind}data: {{env_vars: [{{name: A, value: nightjar-a}}]}}\n"

    assert masked("a.yml", text.encode()) == text.replace("nightjar-a", "<secret>")
