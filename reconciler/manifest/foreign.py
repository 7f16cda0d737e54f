"""YAML that is no manifest of ours: what it is instead, in words that help."""

import re
import shlex
from collections.abc import Container, Iterable
from typing import Any

from reconciler.manifest.shape import ENVELOPE
from reconciler.model.paths import at

_PIPELINE_KEYS = ("blocks", "agent", "promotions", "after_pipeline")
_PLAN_KEYS = {"format_version", "seal"}
_MARKS = ("apiversion", "kind")
_EDITOR_KEYS = ("version", "name", "agent", "blocks")
_KUBERNETES_KINDS = (
    *("Config", "ConfigMap", "CronJob", "CustomResourceDefinition", "DaemonSet", "Deployment"),
    *("Endpoints", "Ingress", "Kustomization", "LimitRange", "List", "Namespace", "Node"),
    *("PersistentVolume", "PersistentVolumeClaim", "Pod", "PodTemplate", "ReplicaSet"),
    *("ReplicationController", "ResourceQuota", "Role", "RoleBinding", "ClusterRole"),
    *("ClusterRoleBinding", "Service", "ServiceAccount", "StatefulSet"),
)
_KUBERNETES_KEYS = ("stringData", "type", "immutable")
_KUBERNETES_METADATA = ("namespace", "labels", "annotations")
_SEM_KINDS = {
    "Job": "a Job runs once and is nothing to keep in a state; start it with `sem create -f`",
    "SelfHostedAgent": "an agent registers itself; what can be declared is SelfHostedAgentType",
    "Task": "a task is declared in its project's spec.tasks, or as kind Schedule",
    "Periodic": "a schedule is of kind Schedule; write that",
    "Scheduler": "a scheduler is declared in its project's spec.schedulers, or as kind Schedule",
}


def is_saved_plan(data: Any) -> bool:
    """Whether this is what ``plan --out`` writes."""
    return isinstance(data, dict) and data.keys() >= _PLAN_KEYS


def about_plan(path: str) -> str:
    """Say which command takes a saved plan."""
    return f"this is a saved plan, which apply alone takes: reconciler apply {shlex.quote(path)}"


def kindless(data: dict[str, Any], path: str) -> str:
    """Say what a mapping without ``kind`` is, "" if that is not known; ``path``: of its file."""
    if is_saved_plan(data):
        return about_plan(path)
    if "version" in data and any(key in data for key in _PIPELINE_KEYS):
        return (
            "this is a Semaphore pipeline, not a manifest; "
            "keep manifests in a folder of their own, outside the pipeline folder"
        )
    if not any(key.lower() in _MARKS for key in data):
        return (
            "this is no manifest: it has neither apiVersion nor kind; "
            "keep YAML of other sorts elsewhere"
        )
    return ""


def is_encrypted(data: Any) -> bool:
    """Whether this is a file of ``sops``, which may lie among manifests for its values."""
    return isinstance(data, dict) and "kind" not in data and at(data, ("sops", "mac")) is not None


def may_be_meant(raw: bytes) -> bool:
    """Whether the words that every manifest has are in a file that is most likely another tool's.

    What has none need not be parsed, nor be well-formed.
    """
    folded = _folded(raw)
    return all(mark.encode() in folded for mark in _MARKS)


def may_be_begun(raw: bytes, kinds: Iterable[str]) -> bool:
    """Whether JSON says somewhere that something is of one of our kinds."""
    names = b"|".join(re.escape(kind.lower().encode()) for kind in kinds)
    return re.search(rb'"kind"\s*:\s*"(?:%s)"' % names, _folded(raw)) is not None


def _folded(raw: bytes) -> bytes:
    """Return text in which ASCII can be looked for, in whatever encoding it is."""
    return raw.replace(b"\0", b"").lower()


def is_meant(data: Any, kinds: Container[str]) -> bool:
    """Whether a document that may as well be another tool's is a manifest, perhaps a wrong one."""
    if not isinstance(data, dict):
        return False
    kind, version = (data.get(key) for key in ("kind", "apiVersion"))
    if isinstance(kind, str):
        if otherwise(data, kind, version if isinstance(version, str) else ""):
            return False
        if kind in kinds:
            return True
    return {key.lower() for key in data}.issuperset(_MARKS)


def otherwise(data: dict[str, Any], kind: str, version: str) -> str:
    """Say what else an object with apiVersion and kind is, "" if it may well be ours."""
    if "/" in version or kind in _KUBERNETES_KINDS or _kubernetes_secret(data, kind, version):
        what = f"this is a Kubernetes object ({version} {kind})"
        return f"{what}, not a Semaphore manifest; keep it elsewhere"
    return _SEM_KINDS.get(kind, "")


def _kubernetes_secret(data: dict[str, Any], kind: str, version: str) -> bool:
    if (kind, version) != ("Secret", "v1"):
        return False
    metadata = at(data, ("metadata",))
    inside = metadata if isinstance(metadata, dict) else {}
    return any(key in data for key in _KUBERNETES_KEYS) or any(
        key in inside for key in _KUBERNETES_METADATA
    )


def left_by_editor(data: dict[str, Any], known: frozenset[str]) -> tuple[str, ...]:
    """Return the keys that Semaphore's Workflow Editor has added to a manifest.

    It rewrites every YAML file in the pipeline folder as a pipeline.
    """
    extra = data.keys() - known - set(ENVELOPE)
    if "version" not in extra or not extra <= set(_EDITOR_KEYS):
        return ()
    return tuple(key for key in _EDITOR_KEYS if key in extra)


def about_editor(keys: tuple[str, ...]) -> str:
    names = " and ".join(filter(None, (", ".join(keys[:-1]), keys[-1])))
    return (
        f"{names} {'does' if len(keys) == 1 else 'do'} not belong in a manifest: Semaphore's "
        "Workflow Editor has rewritten this file as a pipeline, comments lost; delete "
        f"{'that key' if len(keys) == 1 else 'those keys'}, restore the comments, and keep "
        "manifests outside the pipeline folder"
    )
