"""What manifests say of a source is checked offline: all at once, each at its place."""

from pathlib import Path

import pytest

from reconciler.errors import InvalidManifests
from reconciler.manifest import load
from reconciler.model.logins import LOGINS
from tests.sources.declaring import declared, problems, read, secrets, write


def test_nothing_is_read_to_validate(folder: Path) -> None:
    """A manifest is valid whether its sources are there or not; where values are is told."""
    sources = [
        "env: NOWHERE",
        "file: nowhere",
        "sops: {file: nowhere.yaml, key: db.password}",
        "sops: {file: nowhere.bin}",
        "vault: {path: /kv/ci/db/, key: password}",
    ]
    state = declared(folder, sources, sources)
    told = [
        *("env NOWHERE", "file nowhere", "sops nowhere.yaml#db.password", "sops nowhere.bin"),
        "vault kv/ci/db#password",
    ]
    assert [secret.origin for secret in secrets(state)] == told + told


def test_every_mistake_at_its_place(folder: Path) -> None:
    """Missing, unknown, blank and misshapen settings, several in one source."""
    assert problems(
        folder,
        [
            "env: ",
            "env: [a]",
            "sops: {fil: x, key: ' '}",
            "vault: kv/ci/db",
            "vault: {path: db, key: k}",
            "vault: {path: kv/../db, key: k}",
            'file: "a\\nb"',
        ],
    ) == [
        *(
            f"{line}:29: error: data.env_vars.V{line - 6}.value_from.env must be a text that is "
            "not blank"
            for line in (6, 7)
        ),
        "8:29: error: data.env_vars.V2.value_from.sops: file is missing",
        "8:36: error: data.env_vars.V2.value_from.sops.fil: unknown key; known are file, key",
        "8:44: error: data.env_vars.V2.value_from.sops.key must be a text that is not blank",
        "9:29: error: data.env_vars.V3.value_from.vault must be a mapping of path, key",
        *(
            f"{line}:37: error: data.env_vars.V{line - 6}.value_from.vault.path must be a mount "
            "and a path in it, like kv/ci/db"
            for line in (10, 11)
        ),
        "12:29: error: data.env_vars.V6.value_from.file must not have control characters",
    ]


def test_one_known_source(folder: Path) -> None:
    """Exactly one, and one that exists; similar names are suggested."""
    known = "env, file, sops, vault, live: keep"
    assert problems(folder, ["evn: X", "pass: X", "env: X, file: y", ""]) == [
        "6:16: error: data.env_vars.V0.value_from: unknown source 'evn'; did you mean 'env'?",
        f"7:16: error: data.env_vars.V1.value_from: unknown source 'pass'; known are {known}",
        *(
            f"{line}:16: error: data.env_vars.V{line - 6}.value_from must name exactly one source: "
            f"{known}"
            for line in (8, 9)
        ),
    ]


def test_a_value_that_is_not_ours(folder: Path) -> None:
    """``live: keep`` stands where a source does; it is no source, and nothing is read for it."""
    state = declared(folder, ["live: keep", "env: X"], ["live: keep"])
    kept = secrets(state)
    assert [(s.is_kept, s.is_clear, s.source is None) for s in kept] == [
        (True, False, True),
        (False, False, False),
        (True, False, True),
    ]
    assert repr(kept[0]) == "<secret kept as it is live>"
    given = secrets(read(state, {"X": "x"}))
    assert (given[0] is kept[0], given[2] is kept[2], given[1].reveal()) == (True, True, "x")
    assert problems(folder, ["live: drop", "live: [keep]", "live: keep, env: X", "lvie: keep"]) == [
        *(
            f"{line}:29: error: data.env_vars.V{line - 6}.value_from.live must be keep: "
            "the value stays as it is live"
            for line in (6, 7)
        ),
        (
            "8:16: error: data.env_vars.V2.value_from must name exactly one source: "
            "env, file, sops, vault, live: keep"
        ),
        "9:16: error: data.env_vars.V3.value_from: unknown source 'lvie'; did you mean 'live'?",
    ]


def test_trim_is_a_flag_beside_a_source(folder: Path) -> None:
    """It stands beside any source, and beside nothing else."""
    assert problems(
        folder,
        [
            "file: x, trim: maybe",
            "trim: true",
            "live: keep, trim: true",
            "evn: X, trim: true",
            "env: '', trim: 2",
        ],
    ) == [
        "6:38: error: data.env_vars.V0.value_from.trim must be true or false",
        (
            "7:16: error: data.env_vars.V1.value_from must name exactly one source: "
            "env, file, sops, vault, live: keep"
        ),
        "8:41: error: data.env_vars.V2.value_from.trim has no meaning here: nothing is read",
        "9:16: error: data.env_vars.V3.value_from: unknown source 'evn'; did you mean 'env'?",
        "10:29: error: data.env_vars.V4.value_from.env must be a text that is not blank",
        "10:38: error: data.env_vars.V4.value_from.trim must be true or false",
    ]


@pytest.mark.parametrize("name", sorted(LOGINS))
def test_what_the_program_logs_in_with_is_no_source(folder: Path, name: str) -> None:
    """Neither for a variable nor for a file."""
    write(folder, [f"env: {name}"], [f"env: {name}"])
    with pytest.raises(InvalidManifests) as raised:
        load(["m"])
    assert [str(problem) for problem in raised.value.problems] == [
        f"m/sub/db.yml:{place}_from.env must not be {name}: what the program logs in with is no "
        "value of a secret; if the secret is there to hold it, leave that value alone with "
        "{live: keep}"
        for place in ("6:29: error: data.env_vars.V0.value", "8:31: error: data.files.p0.content")
    ]


@pytest.mark.parametrize("value", ["<secret from server>", "<secret kept as it is live>", "***"])
def test_what_stands_for_a_value_is_none(folder: Path, value: str) -> None:
    """Our own placeholder, or a CI's, came from where a value was not shown."""
    text = (
        "apiVersion: v1beta\nkind: Secret\nmetadata: {name: db}\ndata:\n"
        f"  env_vars:\n  - {{name: A, value: '{value}'}}\n"
        f"  files:\n  - {{path: a, content: '{value}'}}\n"
    )
    (folder / "m/sub/db.yml").write_text(text)
    with pytest.raises(InvalidManifests) as raised:
        load(["m"])
    assert [str(problem) for problem in raised.value.problems] == [
        f"m/sub/db.yml:{place} is what stands for a value that is not shown: write the value, say "
        f"where it is with {key}_from, or leave it alone with {{live: keep}}"
        for place, key in (
            ("6:15: error: data.env_vars.A.value", "value"),
            ("8:15: error: data.files.a.content", "content"),
        )
    ]


def test_a_target_may_name_files_as_sem_does(folder: Path) -> None:
    """``source: file`` is content from that file; beside content_from it is unknown."""
    text = """\
apiVersion: v1alpha
kind: DeploymentTarget
metadata: {name: production, project_id_or_name: api}
spec:
  files:
  - {path: a, source: kubeconfig}
"""
    (folder / "m/target.yml").write_text(text)
    (desired,) = load(["m/target.yml"]).state.objects.values()
    (file,) = desired.spec.__getattribute__("spec").files
    assert (file.content.origin, file.content.encode) == ("file kubeconfig", True)


@pytest.mark.parametrize("source", ["E", "[env]", "[{env: A}]", "1"])
def test_what_is_no_mapping_names_no_source(folder: Path, source: str) -> None:
    """One word, or a list of one, is none."""
    folder.joinpath("m.yml").write_text(
        "apiVersion: v1beta\nkind: Secret\nmetadata: {name: s}\n"
        f"data: {{env_vars: [{{name: A, value_from: {source}}}]}}\n"
    )
    with pytest.raises(InvalidManifests) as caught:
        load([str(folder)])
    (problem,) = caught.value.problems
    assert "data.env_vars.A.value_from must name exactly one source: " in problem.text
