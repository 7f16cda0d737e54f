"""Artifacts: signed addresses for jobs and for people, and the objects behind them (D 16)."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from reconciler.embedded.artifacts import storage, tokens
from reconciler.embedded.runs import find_job
from tests.embedded.pipeline_runs import API, Runs, definition
from tests.embedded.target_calls import NOBODY

SIGNING = "/api/v1/artifacts"
LIST = f"{API}/artifacts"
SIGNED = f"{LIST}/signed_url"


@pytest.fixture
def runs(make_semaphore: Callable[..., Any]) -> Runs:
    return Runs.of(make_semaphore)


@pytest.fixture
def job(runs: Runs) -> str:
    """A job that is over."""
    return runs.jobs(runs.done(definition()))[0]


def token(runs: Runs, job: str) -> str:
    world = runs.semaphore.embedded.world
    row = find_job(world, job)
    assert row is not None
    return tokens.of_job(world, row)


def sign(runs: Runs, job: str, *paths: str, kind: str = "PUSH", proof: str | None = None) -> Any:
    proof = token(runs, job) if proof is None else proof
    body = {"paths": list(paths), "type": kind}
    headers = {"Authorization": proof} if proof else {}
    return runs.semaphore.post(SIGNING, json=body, token=None, headers=headers)


def push(runs: Runs, job: str, name: str, content: bytes) -> None:
    """Upload a file as a job does."""
    url = sign(runs, job, f"artifacts/jobs/{job}/{name}", kind="PUSHFORCE").json()["URLs"][0]
    answer = runs.semaphore.request(url["method"], url["URL"], token=None, content=content)
    assert answer.status_code == 200


def refusal(answer: Any) -> tuple[int, int, str]:
    body = answer.json()
    assert body["details"] == []
    return answer.status_code, body["code"], body["message"]


def test_what_is_pushed_can_be_pulled(runs: Runs, job: str) -> None:
    """HEAD and PUT on the way in, GET on the way out, at this very server (D 16.1)."""
    path = f"artifacts/jobs/{job}/out/ä b.txt"
    head, put = sign(runs, job, path).json()["URLs"]
    assert (head["method"], put["method"]) == ("HEAD", "PUT")
    semaphore = runs.semaphore
    assert semaphore.request("HEAD", head["URL"], token=None).status_code == 404
    assert semaphore.request("PUT", put["URL"], token=None, content=b"x\0y").status_code == 200
    found = semaphore.request("HEAD", head["URL"], token=None)
    assert (found.status_code, found.headers["content-length"]) == (200, "3")
    (get,) = sign(runs, job, path, kind="PULL").json()["URLs"]
    assert get["method"] == "GET"
    assert semaphore.get(get["URL"], token=None).content == b"x\0y"


def test_folders_are_pulled_and_removed_file_by_file(runs: Runs, job: str) -> None:
    """Only the first path counts (D 16.1)."""
    for name in ("a/1", "a/b/2", "ab"):
        push(runs, job, name, b"x")
    root = f"artifacts/jobs/{job}/"
    pulled = sign(runs, job, root + "a", root + "ab", kind="PULL").json()["URLs"]
    assert len(pulled) == 2
    for url in sign(runs, job, root + "a", kind="YANK").json()["URLs"]:
        assert url["method"] == "DELETE"
        assert runs.semaphore.request("DELETE", url["URL"], token=None).status_code == 204
    gone = sign(runs, job, root + "a", kind="PULL")
    assert refusal(gone) == (404, 5, "artifact not found")
    assert len(sign(runs, job, root + "ab", kind="PULL").json()["URLs"]) == 1


def test_the_answer_is_the_gateways(runs: Runs, job: str) -> None:
    """No type means PUSH; nothing to do needs no good token (D 16.1)."""
    body = {"paths": [f"artifacts/jobs/{job}/x"]}
    headers = {"Authorization": token(runs, job)}
    answer = runs.semaphore.post(SIGNING, json=body, token=None, headers=headers)
    assert [url["method"] for url in answer.json()["URLs"]] == ["HEAD", "PUT"]
    assert answer.headers["content-type"] == "application/json"
    empty = sign(runs, job, proof="anything")
    assert (empty.status_code, empty.json()) == (200, {"URLs": []})
    assert runs.semaphore.get(SIGNING).status_code == 501


def test_a_job_token_is_needed(runs: Runs, job: str) -> None:
    """None is a 401, a wrong one a 403: of the interface, forged, of another job, too old."""
    path = f"artifacts/jobs/{job}/x"
    assert refusal(sign(runs, job, path, proof=""))[:2] == (401, 16)
    assert refusal(sign(runs, job, path, proof="Token test-token"))[:2] == (403, 7)
    assert refusal(sign(runs, job, path, proof=token(runs, job)[:-2] + "xx"))[:2] == (403, 7)
    other = runs.jobs(runs.done(definition()))[0]
    wrong = sign(runs, job, path, proof=token(runs, other))
    assert refusal(wrong) == (403, 7, "invalid claim: job")
    old = token(runs, job)
    runs.wait(24 * 3600)
    assert refusal(sign(runs, job, path, proof=old))[:2] == (403, 7)


@pytest.mark.parametrize("paths", [["x"], ["artifacts/jobs/x/y"], ["artifacts/builds/{}/y"]])
def test_paths_say_whose_they_are(runs: Runs, job: str, paths: list[str]) -> None:
    """A project, workflow or job and its id."""
    paths = [path.format(job) for path in paths]
    assert refusal(sign(runs, job, *paths)) == (400, 3, f"invalid path {paths[0]}")


def test_paths_have_one_owner(runs: Runs, job: str) -> None:
    """The token is of one project, one workflow and one job."""
    mine, other = f"artifacts/jobs/{job}/x", f"artifacts/projects/{runs.project}/x"
    mixed = sign(runs, job, mine, other)
    assert refusal(mixed) == (400, 3, f"invalid resource in path {other}")
    assert sign(runs, job, other).status_code == 200


def test_addresses_are_for_one_method_one_object_and_a_while(runs: Runs, job: str) -> None:
    """Changed in any way they open nothing."""
    push(runs, job, "x", b"secret")
    (url,) = sign(runs, job, f"artifacts/jobs/{job}/x", kind="PULL").json()["URLs"]
    address, semaphore = url["URL"], runs.semaphore
    assert semaphore.request("DELETE", address, token=None).status_code == 403
    assert semaphore.get(address.replace("/x?", "/y?"), token=None).status_code == 403
    later = re.sub(r"expires=(\d)", r"expires=9\1", address)
    assert semaphore.get(later, token=None).status_code == 403
    assert semaphore.get(address.partition("?")[0], token=None).status_code == 403
    runs.wait(21 * 60)
    assert semaphore.get(address, token=None).status_code == 403


def test_a_folder_is_listed(runs: Runs, job: str) -> None:
    """Its direct children, in the order of paths (D 16.2)."""
    for name in ("b", "a/1", "a/2", "a/c/3", "a"):
        push(runs, job, name, b"12345")
    scope = {"scope": "jobs", "scope_id": job}
    root = runs.semaphore.get(LIST, params=scope)
    assert (root.status_code, root.json()) == (
        200,
        {
            "artifacts": [
                {"name": "a", "path": "a", "is_directory": False, "size": 5},
                {"name": "a", "path": "a", "is_directory": True},
                {"name": "b", "path": "b", "is_directory": False, "size": 5},
            ]
        },
    )
    assert "content-type" not in root.headers
    inside = runs.semaphore.get(LIST, params={**scope, "path": "a/"}).json()["artifacts"]
    assert [child["path"] for child in inside] == ["a/1", "a/2", "a/c"]


def test_only_the_root_may_be_empty(runs: Runs) -> None:
    """A path without anything is not found."""
    scope = {"scope": "projects", "scope_id": runs.project}
    assert runs.semaphore.get(LIST, params=scope).json() == {"artifacts": []}
    answer = runs.semaphore.get(LIST, params={**scope, "path": "x"})
    assert (answer.status_code, answer.json()) == (404, "Artifact path not found")


@pytest.mark.parametrize("method", [None, "get", "HEAD"])
def test_a_file_gets_a_signed_address(runs: Runs, job: str, method: str | None) -> None:
    """To read it or to look whether it is there (D 16.2)."""
    push(runs, job, "x", b"1")
    query = {"scope": "jobs", "scope_id": job, "path": "x"}
    query |= {"method": method} if method else {}
    answer = runs.semaphore.get(SIGNED, params=query)
    (item,) = answer.json()["items"]
    assert item["path"] == "x"
    used = (method or "GET").upper()
    assert runs.semaphore.request(used, item["url"], token=None).status_code == 200


@pytest.mark.parametrize("path", ["y", "folder"])
def test_only_files_get_one(runs: Runs, job: str, path: str) -> None:
    """Neither what is not there nor a folder."""
    push(runs, job, "folder/x", b"1")
    query = {"scope": "jobs", "scope_id": job, "path": path}
    answer = runs.semaphore.get(SIGNED, params=query)
    assert (answer.status_code, answer.json()) == (404, "Artifact not found")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"path": "/x"}, "absolute paths are not allowed"),
        ({"path": "%2Fx"}, "absolute paths are not allowed"),
        ({"path": "a/../b"}, "path traversal is not allowed"),
        ({"path": "%25252e%252e/b"}, "path traversal is not allowed"),
        ({"path": "./b"}, "path traversal is not allowed"),
        ({"path": "a\\b"}, "invalid path"),
        ({"path": "%25252525252541"}, "invalid path"),
        ({"path": " "}, "path must be present"),
        ({"scope": ""}, "scope must be present"),
        ({"scope": "builds"}, "scope must be one of: projects, workflows, jobs"),
        ({"scope_id": ""}, "scope_id must be present"),
        ({"scope_id": "x"}, "scope_id must be a valid UUID"),
        ({"method": "PUT"}, "method must be one of: GET, HEAD"),
    ],
)
def test_parameters_are_checked_first(
    semaphore: Any, change: dict[str, str], sentence: str
) -> None:
    """Bare text, before anybody asks whose it is (D 16.2)."""
    query = {"scope": "jobs", "scope_id": NOBODY, "path": "x", **change}
    answer = semaphore.get(SIGNED, params=query)
    assert (answer.status_code, answer.text) == (400, sentence)


@pytest.mark.parametrize("scope", ["projects", "workflows", "jobs"])
def test_owners_have_to_exist(semaphore: Any, scope: str) -> None:
    """Bare text."""
    answer = semaphore.get(LIST, params={"scope": scope, "scope_id": NOBODY})
    assert (answer.status_code, answer.text) == (404, "Not found")


def test_the_feature_comes_before_the_owner_and_the_owner_before_permissions(
    make_semaphore: Callable[..., Any],
) -> None:
    """403, 404, 401 (D 16.2)."""
    query = {"scope": "jobs", "scope_id": NOBODY}
    off = make_semaphore(artifacts_api=False).get(LIST, params=query)
    assert off.status_code == 403
    assert off.text.startswith("The artifacts api feature is not enabled")
    denied = Runs.of(make_semaphore, permissions_denied=frozenset({"project.artifacts.view"}))
    assert denied.semaphore.get(LIST, params=query).status_code == 404
    query = {"scope": "projects", "scope_id": denied.project}
    answer = denied.semaphore.get(LIST, params=query)
    assert (answer.status_code, answer.text) == (401, "Permission denied")


def test_artifacts_and_signatures_survive_a_restart(
    make_semaphore: Callable[..., Any], tmp_path: Any
) -> None:
    """They are in the database, and so is the key."""
    place = str(tmp_path / "embedded.db")
    runs = Runs.of(make_semaphore, path=place)
    job = runs.jobs(runs.done(definition()))[0]
    push(runs, job, "x", b"1")
    proof = token(runs, job)
    runs.semaphore.embedded.close()
    again = Runs(make_semaphore(path=place, clock=runs.clock), runs.clock, runs.project)
    (url,) = sign(again, job, f"artifacts/jobs/{job}/x", kind="PULL", proof=proof).json()["URLs"]
    assert again.semaphore.get(url["URL"], token=None).content == b"1"
    assert storage.exists(again.semaphore.embedded.world, f"artifacts/jobs/{job}/x")
