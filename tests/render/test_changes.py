"""Secret values in the text of a plan: which of them, and never what they are."""

from reconciler.model import Action
from reconciler.render.changes import told
from reconciler.render.palette import plain
from tests.render.plans import TARGET, change, field

HIDDEN = "<secret from server>"


def test_emptied_lists_of_secrets_name_what_goes() -> None:
    """A reviewer sees each file and variable that is lost, and that nothing is left."""
    fields = (
        field("spec.env_vars", {"A": {"value": HIDDEN}, "B": {"value": HIDDEN}}, [], secret=True),
        field("spec.files", {"key.pem": {"content": HIDDEN}}, [], secret=True),
    )
    assert told([change(Action.UPDATE, TARGET, *fields)], 0, plain, 100)[1:] == [
        f"        spec.env_vars  A: {HIDDEN}, B: {HIDDEN} → []",
        f"        spec.files     key.pem: {HIDDEN} → []",
    ]
