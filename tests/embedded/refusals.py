"""How a refusal of the gateway looks."""

from typing import Any


def refusal(response: Any) -> tuple[int, int, str]:
    """Return its status, code and words; it never has details."""
    body = response.json()
    assert body["details"] == []
    return response.status_code, body["code"], body["message"]
