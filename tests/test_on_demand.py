"""Packages whose names are loaded when they are used."""

import ast
import importlib
from pathlib import Path

import pytest

PACKAGES = ["reconciler.commands", "reconciler.model", "reconciler.remote"]


@pytest.mark.parametrize("package", PACKAGES)
def test_what_is_loaded_is_what_types_are_checked_by(package: str) -> None:
    """The imports for the type checker, the table and ``__all__`` name the same things."""
    module = importlib.import_module(package)
    imported = {
        alias.name: node.module
        for node in ast.walk(ast.parse(Path(str(module.__file__)).read_text()))
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith(package)
        for alias in node.names
    }
    assert sorted(imported) == sorted(module.__all__)
    for name, source in imported.items():
        there = importlib.import_module(str(source))
        assert getattr(module, name) is getattr(there, name), name


@pytest.mark.parametrize("package", PACKAGES)
def test_a_name_that_is_not_there_is_told(package: str) -> None:
    with pytest.raises(AttributeError, match=f"module '{package}' has no attribute 'missing'"):
        importlib.import_module(package).missing  # noqa: B018
