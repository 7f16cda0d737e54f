"""Where a secret may be used: its access policy and how the server bends it (B 2.5)."""

from dataclasses import dataclass
from enum import IntEnum

from reconciler.embedded.gateway.shapes import STRING, Message, Repeated, shape
from reconciler.embedded.replies import Crash


class ProjectsAccess(IntEnum):
    ALL = 0
    ALLOWED = 1
    NONE = 2


class JobDebugAccess(IntEnum):
    JOB_DEBUG_YES = 0
    JOB_DEBUG_NO = 2


class JobAttachAccess(IntEnum):
    JOB_ATTACH_YES = 0
    JOB_ATTACH_NO = 2


ORG_CONFIG = shape(
    projects_access=ProjectsAccess,
    project_ids=Repeated(STRING),
    debug_access=JobDebugAccess,
    attach_access=JobAttachAccess,
)


@dataclass(frozen=True, kw_only=True)
class Policy:
    all_projects: bool = True
    project_ids: tuple[str, ...] = ()
    job_debug: int = 0
    job_attach: int = 0

    @classmethod
    def of(cls, config: Message, previous: "Policy") -> "Policy":
        """All four fields are replaced; only an undefined access number keeps the projects."""
        access: int = config["projects_access"]
        known = access in set(ProjectsAccess)
        ids = () if access == ProjectsAccess.NONE else tuple(config["project_ids"])
        return cls(
            all_projects=access == ProjectsAccess.ALL if known else previous.all_projects,
            project_ids=ids if known else previous.project_ids,
            job_debug=config["debug_access"],
            job_attach=config["attach_access"],
        )

    def shown(self) -> Message:
        """Undefined numbers are stored, and crash every answer that shows them (B 2.2)."""
        if self.job_debug not in set(JobDebugAccess) or self.job_attach not in set(JobAttachAccess):
            raise Crash("undefined access number")
        some = ProjectsAccess.ALLOWED if self.project_ids else ProjectsAccess.NONE
        return {
            "projects_access": ProjectsAccess.ALL if self.all_projects else some,
            "project_ids": self.project_ids,
            "debug_access": self.job_debug,
            "attach_access": self.job_attach,
        }
