"""Reports to be shown in a browser."""

from dataclasses import replace
from datetime import UTC, datetime

from reconciler.kinds import KINDS
from reconciler.model import Action, Address, Change, Desired, FieldChange, Place, Plan
from reconciler.model.plan import CHANGED_BOTH
from reconciler.model.report import Coverage, Report
from reconciler.model.subject import Subject
from reconciler.render.formats import FORMATS
from tests.render import plans

_WHEN = datetime(2026, 11, 30, 20, 40, tzinfo=UTC)
HOSTILE = (
    "</script><script>document.title='gone'</script>",
    "<img src=x onerror=\"document.title='gone'\">",
    "`${document.title='gone'}`",
    "\u202egnp.exe",
    "\u05d0\u05d1\u05d2 / \u05d3",
    "</details></summary></section><h1>",
    "'\" onclick=\"document.title='gone'\" x='",
    "{{ 7 * 7 }}{% raw %}",
    "&lt;b&gt;&#38;",
    "a" * 255,
    "\u0e01" * 85,
    "]]>--><!--",
)


def written(told: Report) -> str:
    return FORMATS["html"].written(told)


def busy(subject: Subject = Subject.PLAN) -> str:
    """Everything that a page can have in it."""
    fields = (
        FieldChange("spec.at", "0 1 * * *", "0 3 * * *", cause=CHANGED_BOTH),
        FieldChange("spec.pipeline_file", "a.yml", "b.yml", cause=CHANGED_BOTH),
    )
    said = {"recurring": True, "at": "0 3 * * *", "pipeline_file": "b.yml"}
    place = Place("projects/api.yml", 30, 3)
    spec = KINDS["Schedule"].declared({"metadata": {"name": "nightly"}, "spec": said})
    wanted = Desired(plans.NIGHTLY, spec, place)
    moved = Change(Action.UPDATE, plans.NIGHTLY, wanted, None, fields, CHANGED_BOTH, place)
    plan = replace(plans.BUSY, changes=(*plans.BUSY.changes, moved), observed=(plans.UPDATE,))
    outcomes = plans.OUTCOMES if subject is Subject.APPLY else None
    return written(
        plans.told(
            plan,
            subject,
            outcomes=outcomes,
            fingerprint="7e609b6fe2cc9e9d",
            coverage=Coverage(8, 6),
            begun=_WHEN,
            ended=_WHEN,
            requests=54,
            trouble="it could not be written" if outcomes else "",
            reviewed={(plans.NIGHTLY, "spec.at"): "0 2 * * *"},
        )
    )


def hostile() -> str:
    """Names, values, reasons and places that want to break out, be obeyed, or be wide; a MB."""
    changes = []
    for text in HOSTILE:
        fields = (FieldChange(text, text, None), FieldChange("spec.value", [text], {text: text}))
        place, address = Place(f"{text}.yml", 1, 1), Address("Secret", "", text)
        changes += [
            Change(action, address, None, None, fields, text, place, (address,))
            for action in (Action.UPDATE, Action.DELETE)
        ]
    long = FieldChange("spec.description", "a" * 1_000_000, "b\n" * 500_000)
    changes.append(replace(plans.UPDATE, fields=(long,)))
    return written(replace(plans.told(Plan(changes=tuple(changes))), organization=HOSTILE[0]))


def many(number: int) -> str:
    """So many changes of several kinds, each with a value of its own."""
    kinds = ("Dashboard", "Notification", "Secret", "SelfHostedAgentType")
    changes = [
        Change(
            (Action.UPDATE, Action.CREATE)[n % 2],
            Address(kinds[n % 4], "", f"object-{n}"),
            None,
            None,
            (FieldChange("spec.description", None if n % 2 else "old", f"value-{n}"),),
            "new" if n % 2 else "changed here",
            Place("manifests/all.yml", n + 1, 1),
        )
        for n in range(number)
    ]
    return written(plans.told(Plan(changes=tuple(changes))))
