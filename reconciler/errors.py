"""Everything that can go wrong and is not a bug.

ReconcilerError
├── InvalidManifests        manifests have problems, all of them listed; nothing was requested
├── BadSettings             a flag, environment variable or configuration file is unusable
├── PlanRefused             the plan is not allowed as it stands; nothing was written
│   ├── LeaseHeld           another run is applying to the organization
│   └── PlanStale           what was reviewed is not what would be done
├── LedgerUnusable          the ledger can't be opened, read or written
├── Incomplete              not all that was asked for can be read; nothing was written
└── ApiError                a request did not do what it was sent for
    ├── Unauthenticated     the token is not accepted
    ├── UnknownOrganization the host answers for no such organization
    ├── PermissionDenied    the token is fine, the right is missing
    ├── NotFound            the object is not there (or not to be seen)
    ├── Rejected            refused for what was asked
    │   └── AlreadyTaken    refused because the name exists
    ├── ServerFault         the server failed; a write may or may not have happened
    ├── RateLimited         too many requests; nothing happened
    │   └── AnswerTooLarge  a page too large to be sent (remote.answers)
    ├── NotSent             no connection, TLS failure: nothing happened
    │   └── UntrustedCertificate      the server's certificate is not trusted (remote.transport)
    ├── NoAnswer            connection lost or timed out: a write may or may not have happened
    └── BadAnswer           the answer can't be read
"""

from collections.abc import Iterable
from http import HTTPStatus

from reconciler import __version__
from reconciler.model import Address, Problem


class ReconcilerError(Exception):
    """The base of all errors whose message is meant for the user."""


class InvalidManifests(ReconcilerError):
    """Raised with every problem of every file, in order of place."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(map(str, self.problems)))


class BadSettings(ReconcilerError):
    """A setting can't be used; the message says which and where it came from."""


class PlanRefused(ReconcilerError):
    """The plan needs a consent that was not given."""


class LeaseHeld(PlanRefused):
    """Another run holds the organization; the message says who and since when."""


class PlanStale(PlanRefused):
    """A saved plan, or an expected fingerprint, does not fit the world any more."""

    def __init__(self, words: str, differences: Iterable[object] = ()) -> None:
        self.differences = tuple(differences)
        super().__init__(words)


class LedgerUnusable(ReconcilerError):
    """The ledger can't be used; no object in Semaphore is affected."""


class Archived(LedgerUnusable):
    """What is asked of the ledger may be in records that were moved into an archive."""


class Incomplete(ReconcilerError):
    """Not all could be read that was asked for; the message says what, and nothing was written."""


class ApiError(ReconcilerError):
    """A request failed. The message has method, path, status and the server's words.

    ``status`` is the HTTP status, 0 where no answer came. ``words`` is what the server said.
    ``advice`` is what to do next. ``outcome_unknown`` says whether a write may have happened, by
    this attempt or an earlier one. ``address`` is the object concerned, which whoever tells the
    error names; ``organization`` is its address, told by errors that are ``about_the_server``.
    """

    outcome_unknown = False
    about_the_server = False
    advice = ""

    def __init__(  # noqa: PLR0913 — the parts of one message
        self,
        method: str,
        path: str,
        *,
        status: int = 0,
        words: str = "",
        advice: str = "",
        retry_after: float | None = None,
    ) -> None:
        self.method = method
        self.path = path
        self.status = status
        self.words = words
        self.retry_after = retry_after
        self.address: Address | None = None
        self.organization = ""
        if advice:
            self.advice = advice
        super().__init__(method, path, status, words)

    def __str__(self) -> str:
        words = self.words or _REASONS.get(self.status, "")
        answer = f"{self.status} {words}".strip() if self.status else words
        elsewhere = not self.path.startswith("/")  # a signed address has its own host
        there = self.organization if self.about_the_server and not elsewhere else ""
        advice = f" ({self.advice})" if self.advice else ""
        return f"{self.method} {there}{self.path}: {answer}{advice}"


_REASONS = {status.value: status.phrase for status in HTTPStatus}


class Unauthenticated(ApiError):
    about_the_server = True
    advice = (
        "the token is missing, wrong or revoked; set SEMAPHORE_API_TOKEN or the context's token"
    )


class UnknownOrganization(ApiError):
    about_the_server = True
    advice = "no organization answers at this address; check --org"


class PermissionDenied(ApiError):
    advice = "the token is valid, but its owner lacks the permission for this"


class NotFound(ApiError):
    pass


class Rejected(ApiError):
    pass


class AlreadyTaken(Rejected):
    pass


class ServerFault(ApiError):
    outcome_unknown = True
    advice = "a fault of the server; try again later"


class RateLimited(ApiError):
    advice = "the server asks to slow down; try again later or lower --parallelism"


class NotSent(ApiError):
    about_the_server = True


class NoAnswer(ApiError):
    outcome_unknown = True
    about_the_server = True


class BadAnswer(ApiError):
    outcome_unknown = True


def bug(error: BaseException) -> str:
    """Return what to say of an error that nobody expected, without the words it came with.

    They might hold a secret; its type and the place in our code are enough to find it.
    """
    import traceback  # noqa: PLC0415 — only where there is a bug

    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    own = [
        f" at {module}:{line}"
        for frame, line in traceback.walk_tb(error.__traceback__)
        if (module := str(frame.f_globals.get("__name__"))).partition(".")[0] == "reconciler"
    ]
    what = f"{type(error).__name__}{own[-1] if own else ''}"
    return f"this is a bug in reconciler {__version__}: {what}"


def told(error: Exception) -> str:
    """Return what to say of any error: its own words if they are meant for the user."""
    return str(error) if isinstance(error, ReconcilerError) else f"{bug(error)}; please report it"


class NotPutBack(ReconcilerError):
    """An update is done, and it changed something else, which could not be given back."""
