"""Which object an error is about, and which permission was missing."""

from reconciler.errors import ApiError, NotFound, PermissionDenied
from reconciler.kinds import KINDS
from reconciler.model import Address


class about:  # noqa: N801 — reads as a statement
    """Name the object that an error is about, and the permission that was missing."""

    def __init__(self, address: Address) -> None:
        self._address = address

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, ApiError) and error.address is None:
            error.address = self._address
            permission = KINDS[self._address.kind].api.asks(error.method)
            if isinstance(error, PermissionDenied) and error.advice == PermissionDenied.advice:
                error.advice += f": {permission}" if permission else ""
            if isinstance(error, NotFound) and permission and error.method != "GET":
                error.advice = f"or the owner of the token lacks {permission}: some kinds say so"
