"""Command lines that the help of each command shows."""

from collections.abc import Mapping
from typing import Final

_ID: Final = "8d2e4f5a-1111-4222-8333-444455556666"

EXAMPLES: Final[Mapping[str, tuple[str, ...]]] = {
    "": (
        "reconciler validate manifests",
        "reconciler plan manifests",
        "reconciler --org embedded: apply manifests  # a local Semaphore, to try it",
    ),
    "validate": (
        "reconciler validate manifests",
        "reconciler validate --format sarif manifests > problems.sarif",
    ),
    "plan": (
        "reconciler plan manifests",
        "reconciler plan --target 'DeploymentTarget/shop/*' manifests",
        "reconciler plan --out plan.json --report markdown=plan.md manifests",
        "reconciler plan --base origin/main manifests  # no token is needed",
    ),
    "apply": (
        "reconciler apply manifests",
        "reconciler apply plan.json  # what was reviewed, or nothing",
        "reconciler apply --expect 7e609b6fe2cc9e9d --auto-approve manifests",
    ),
    "adopt": (
        "reconciler adopt manifests",
        "reconciler adopt --target Project/shop manifests",
    ),
    "forget": (
        "reconciler forget Secret/old",
        "reconciler forget 'Schedule/shop/*'",
    ),
    "drift": (
        "reconciler drift manifests",
        "reconciler drift --absorb manifests  # write it into the files",
        "reconciler drift --absorb 'Schedule/shop/*' --branch absorbed manifests",
    ),
    "destroy": ("reconciler destroy --target 'Project/trial-*' manifests",),
    "list": (
        "reconciler list",
        "reconciler list 'Secret/*' --unmanaged",
    ),
    "export": (
        "reconciler export --out manifests",
        "reconciler export 'Schedule/shop/*'",
        "reconciler export --out manifests --update",
    ),
    "doctor": (
        "reconciler doctor",
        "reconciler doctor manifests",
    ),
    "permissions": ("reconciler permissions manifests",),
    "graph": (
        "reconciler graph manifests",
        "reconciler graph --format svg manifests > graph.svg",
    ),
    "ledger": (
        "reconciler ledger show",
        "reconciler ledger verify",
        "reconciler ledger compact --archive 2026.jsonl --keep 365",
    ),
    "explain": (
        "reconciler explain Schedule",
        "reconciler explain Project.spec.repository.whitelist",
    ),
    "schema": (
        "reconciler schema > manifests.schema.json",
        "reconciler schema Schedule",
    ),
    "completion": (
        'eval "$(reconciler completion bash)"  # in ~/.bashrc',
        "reconciler completion fish > ~/.config/fish/completions/reconciler.fish",
    ),
    "serve": (
        "reconciler serve",
        "reconciler serve --port 9000 --seed manifests",
    ),
    "workflow": ("reconciler workflow run shop --reference main --watch",),
    "workflow list": ("reconciler workflow list shop --branch main --limit 5",),
    "workflow rerun": (f"reconciler workflow rerun {_ID} --watch",),
    "workflow run": (
        "reconciler workflow run shop --reference main --watch",
        "reconciler workflow run shop --schedule nightly",
        "reconciler workflow run shop --reference refs/tags/v1 --parameter ENV=eu",
    ),
    "workflow show": (f"reconciler workflow show {_ID}",),
    "workflow stop": (f"reconciler workflow stop {_ID}",),
    "pipeline": ("reconciler pipeline validate .semaphore/semaphore.yml",),
    "pipeline list": (
        "reconciler pipeline list shop --branch main",
        f"reconciler pipeline list --workflow {_ID}",
    ),
    "pipeline rebuild": (f"reconciler pipeline rebuild {_ID} --watch",),
    "pipeline show": (f"reconciler pipeline show {_ID} --watch",),
    "pipeline stop": (f"reconciler pipeline stop {_ID}",),
    "pipeline validate": ("reconciler pipeline validate .semaphore/semaphore.yml",),
    "promotion": (f"reconciler promotion trigger {_ID} Production --watch",),
    "promotion list": (f"reconciler promotion list {_ID}",),
    "promotion trigger": (
        f"reconciler promotion trigger {_ID} Production --watch",
        f"reconciler promotion trigger {_ID} Production --override",
    ),
    "job": (f"reconciler job logs {_ID} --follow",),
    "job list": (
        "reconciler job list",
        "reconciler job list --project shop --state finished",
    ),
    "job logs": (f"reconciler job logs {_ID} --follow",),
    "job show": (f"reconciler job show {_ID}",),
    "job stop": (f"reconciler job stop {_ID} --watch",),
    "agent": ("reconciler agent list --type s1-linux",),
    "agent disable": ("reconciler agent disable s1-linux",),
    "agent list": ("reconciler agent list --type s1-linux",),
    "agent show": ("reconciler agent show i-0f3a2b",),
    "target": ("reconciler target history shop/production",),
    "target activate": ("reconciler target activate shop/production",),
    "target deactivate": ("reconciler target deactivate shop/production",),
    "target history": ("reconciler target history shop/production --type branch",),
    "artifact": ("reconciler artifact list project shop",),
    "artifact list": (
        "reconciler artifact list project shop",
        f"reconciler artifact list job {_ID} logs",
    ),
    "artifact sign": (f"reconciler artifact sign job {_ID} report.xml --access push",),
    "artifact url": ("reconciler artifact url project shop app.tar.gz",),
}
"""By the words of a command, "" for the program itself."""
