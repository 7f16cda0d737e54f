"""Time as the services behind the gateway store it; answers always carry seconds (B 1.3)."""

from reconciler.embedded.store import World

_MICROSECONDS = 1_000_000


def seconds(world: World) -> int:
    return int(world.now().timestamp())


def microseconds(world: World) -> int:
    return int(world.now().timestamp() * _MICROSECONDS)


def in_seconds(microseconds: int) -> int:
    return microseconds // _MICROSECONDS
