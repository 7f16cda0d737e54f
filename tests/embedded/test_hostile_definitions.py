"""Whatever text or tree it is: it is read or refused."""

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from reconciler.embedded.definitions import (
    Malformed,
    parse,
)
from tests.embedded.writing_definitions import AGENT, reason


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
        + "".join(
            f"{chr(98 + i)}: &{chr(98 + i)} [{', '.join([f'*{chr(97 + i)}'] * 10)}]\n"
            for i in range(7)
        ),
        "[" * 100_000,
        "a: &a [*a]",
        "a: *b",
        "? [a]\n: b",
        "!!python/object/apply:os.system [x]\n...\n!!int x",
        "a: \x00",
        "{a: b",
    ],
)
def test_hostile_text_is_refused(text: str) -> None:
    """Bombs, depth, circles, foreign tags and no YAML at all."""
    assert reason(text).startswith("{:malformed, {{:throw, {:yamerl_exception, ")


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Nothing but a definition or `Malformed` comes out."""
    with pytest.raises(Malformed):
        parse(text)


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "name",
                    "task",
                    "jobs",
                    "commands",
                    "agent",
                    "machine",
                    "type",
                    "matrix",
                    "when",
                    "dependencies",
                    "skip",
                    "env_vars",
                    "value",
                    "epilogue",
                    "parallelism",
                    "x",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(st.lists(_VALUES, max_size=3), _VALUES, _VALUES)
def test_any_tree_is_read_or_refused(blocks: list[Any], promotions: Any, queue: Any) -> None:
    """Wrong types anywhere are problems, never exceptions of another kind."""
    tree = {"version": "v1.0", "agent": AGENT, "blocks": blocks}
    tree |= {"promotions": promotions, "queue": queue}
    with pytest.raises(Malformed):
        parse(str(yaml.safe_dump(tree)))
