"""The clock of an organization."""

from reconciler.embedded.clock import Clock


class Wall:
    """A clock on the wall."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def test_it_follows_until_it_is_changed() -> None:
    """Set or moved it goes on from there; following again it forgets that."""
    wall = Wall()
    clock = Clock(wall)
    assert clock() == 100
    clock.set(1000)
    wall.seconds += 5
    assert clock() == 1005
    clock.advance(-1000)
    assert clock() == 5
    clock.follow()
    assert clock() == 105


def test_stopped_it_moves_by_hand_alone() -> None:
    """And runs on from where it was stopped."""
    wall = Wall()
    clock = Clock(wall)
    clock.stop()
    wall.seconds += 50
    assert (clock(), clock.running) == (100, False)
    clock.advance(7)
    assert clock() == 107
    clock.set(10)
    assert clock() == 10
    clock.run()
    wall.seconds += 1
    assert (clock(), clock.running) == (11, True)
