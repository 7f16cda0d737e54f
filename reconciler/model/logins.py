"""Variables with which this program and its sources log in: never the value of a secret."""

from typing import Final

OURS: Final = frozenset(
    {
        "SEMAPHORE_API_TOKEN",
        "SEMAPHORE_ARTIFACT_TOKEN",  # of a job, good for its project's artifacts (D 16)
        "SEMAPHORE_OIDC_TOKEN",  # of a job, good for whatever trusts the organization
        "RECONCILER_LEDGER_KEY",
    }
)
"""The program's own. No source has a use for one, so none is given one."""

OF_SOURCES: Final = frozenset({"VAULT_TOKEN", "SOPS_AGE_KEY"})
"""What a source opens its values with. Keys of clouds are not among them: jobs need those, too."""

LOGINS: Final = OURS | OF_SOURCES
