"""What a plan tells people to write into a manifest can be written there."""

import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from reconciler.planning.renames import rule_of


@given(st.text())
@example("my team: builds")
@example("a\nb")
@example("\x85")
@example("1")
@example("# x")
def test_it_is_one_line_of_yaml(name: str) -> None:
    """Whatever the name is."""
    line = rule_of(name)
    assert yaml.safe_load(line) == {"reconciler": {"renamed_from": name}}
    assert len(line.splitlines()) == 1
