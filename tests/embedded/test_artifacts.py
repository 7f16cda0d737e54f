"""Artifacts: signed addresses for jobs and for people, and the objects behind them (D 16)."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from reconciler.embedded import Edition
from reconciler.embedded.artifacts import storage, tokens
from reconciler.embedded.runs import find_job
from tests.embedded.pipeline_runs import API, Runs, definition
from tests.embedded.refusals import refusal
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
    late = semaphore.get(address, token=None)
    assert (late.status_code, code(late)) == (400, "ExpiredToken")


def address(runs: Runs, job: str, method: str, name: str = "x") -> str:
    """A signed address of a job's file."""
    kind = {"GET": "PULL", "DELETE": "YANK"}.get(method, "PUSH")
    urls = sign(runs, job, f"artifacts/jobs/{job}/{name}", kind=kind).json()["URLs"]
    return next(str(url["URL"]) for url in urls if url["method"] == method)


def code(answer: Any) -> str:
    """What an object store says in its XML."""
    assert answer.headers["content-type"].startswith("application/xml")
    found = re.search("<Code>(.*)</Code>", answer.text)
    assert found is not None
    return found[1]


@pytest.fixture
def at_s3(make_semaphore: Callable[..., Any]) -> Runs:
    """The edition whose artifacts are mostly in S3."""
    return Runs.of(make_semaphore, edition=Edition.CE)


@pytest.mark.parametrize("header", ["Content-Type", "Content-MD5", "X-Goog-If-Generation-Match"])
def test_google_signs_that_some_headers_are_not_there(runs: Runs, job: str, header: str) -> None:
    """Content-Type among them, which libraries add by themselves."""
    headers = {header: "0"}
    put = address(runs, job, "PUT")
    answer = runs.semaphore.request("PUT", put, token=None, content=b"x", headers=headers)
    assert (answer.status_code, code(answer)) == (403, "SignatureDoesNotMatch")
    assert not storage.exists(runs.semaphore.embedded.world, f"artifacts/jobs/{job}/x")


def test_s3_signs_only_its_own_headers(at_s3: Runs) -> None:
    """Any Content-Type is good."""
    job = at_s3.jobs(at_s3.done(definition()))[0]
    put = address(at_s3, job, "PUT")
    foreign = {"X-Amz-Acl": "public-read"}
    send = at_s3.semaphore.request
    assert send("PUT", put, token=None, content=b"x", headers=foreign).status_code == 403
    text = {"Content-Type": "text/plain"}
    assert send("PUT", put, token=None, content=b"x", headers=text).status_code == 200


def test_a_store_takes_no_second_proof(runs: Runs, job: str) -> None:
    """The organization's token has no business there: who sends it along gets nothing."""
    put = address(runs, job, "PUT")
    for proof in ("Token test-token", token(runs, job)):
        headers = {"Authorization": proof}
        answer = runs.semaphore.request("PUT", put, token=None, content=b"x", headers=headers)
        assert (answer.status_code, code(answer)) == (400, "InvalidArgument")


def test_a_store_overwrites(runs: Runs, job: str) -> None:
    """Also with the address of a PUSH: it is the HEAD before that tells who minds."""
    push(runs, job, "x", b"1")
    put = address(runs, job, "PUT")
    assert runs.semaphore.request("PUT", put, token=None, content=b"22").status_code == 200
    get = runs.semaphore.get(address(runs, job, "GET"), token=None)
    assert (get.content, get.headers["content-length"]) == (b"22", "2")


def test_the_etag_is_that_of_the_content(runs: Runs, job: str) -> None:
    """The same whoever says it, another for another content."""
    put = runs.semaphore.request("PUT", address(runs, job, "PUT"), token=None, content=b"1")
    head = runs.semaphore.request("HEAD", address(runs, job, "HEAD"), token=None)
    get = runs.semaphore.get(address(runs, job, "GET"), token=None)
    assert put.headers["etag"] == head.headers["etag"] == get.headers["etag"]
    again = runs.semaphore.request("PUT", address(runs, job, "PUT"), token=None, content=b"2")
    assert again.headers["etag"] != put.headers["etag"]


def conditional(runs: Runs, job: str, name: str, value: str) -> tuple[int, bytes | None]:
    """The status of such a PUT, and what is there afterwards."""
    headers = {name: value}
    put = address(runs, job, "PUT")
    answer = runs.semaphore.request("PUT", put, token=None, content=b"new", headers=headers)
    stored = storage.read(runs.semaphore.embedded.world, f"artifacts/jobs/{job}/x")
    return answer.status_code, stored


def test_s3_writes_on_condition(at_s3: Runs) -> None:
    """If-None-Match for what must not be there, If-Match for what must be as it was."""
    job = at_s3.jobs(at_s3.done(definition()))[0]
    assert conditional(at_s3, job, "If-Match", '"x"') == (404, None)
    push(at_s3, job, "x", b"old")
    assert conditional(at_s3, job, "If-None-Match", "*") == (412, b"old")
    assert conditional(at_s3, job, "If-Match", '"x"') == (412, b"old")
    head = at_s3.semaphore.request("HEAD", address(at_s3, job, "HEAD"), token=None)
    assert conditional(at_s3, job, "If-Match", head.headers["etag"]) == (200, b"new")


def test_google_writes_whatever_the_condition(runs: Runs, job: str) -> None:
    """These headers are for reads there."""
    push(runs, job, "x", b"old")
    assert conditional(runs, job, "If-None-Match", "*") == (200, b"new")
    push(runs, job, "x", b"old")
    assert conditional(runs, job, "If-Match", '"x"') == (200, b"new")


def test_what_is_not_there(runs: Runs, at_s3: Runs, job: str) -> None:
    """404; S3 is content to delete it."""
    head = runs.semaphore.request("HEAD", address(runs, job, "HEAD"), token=None)
    assert (head.status_code, head.content) == (404, b"")
    push(runs, job, "x", b"1")
    get, delete = address(runs, job, "GET"), address(runs, job, "DELETE")
    assert runs.semaphore.delete(delete, token=None).status_code == 204
    for gone in (runs.semaphore.get(get, token=None), runs.semaphore.delete(delete, token=None)):
        assert (gone.status_code, code(gone)) == (404, "NoSuchKey")
    other = at_s3.jobs(at_s3.done(definition()))[0]
    push(at_s3, other, "x", b"1")
    delete = address(at_s3, other, "DELETE")
    for _ in range(2):
        assert at_s3.semaphore.delete(delete, token=None).status_code == 204


def test_an_address_of_s3_expires_in_other_words(at_s3: Runs) -> None:
    """403."""
    job = at_s3.jobs(at_s3.done(definition()))[0]
    put = address(at_s3, job, "PUT")
    at_s3.wait(21 * 60)
    late = at_s3.semaphore.request("PUT", put, token=None, content=b"x")
    assert (late.status_code, code(late)) == (403, "AccessDenied")


def test_a_plus_is_a_slash_when_it_is_pulled(runs: Runs, job: str) -> None:
    """So what was pushed under such a name can't be had again: the real server's fault."""
    push(runs, job, "a+b", b"1")
    root = f"artifacts/jobs/{job}/"
    assert refusal(sign(runs, job, root + "a+b", kind="PULL"))[0] == 404
    push(runs, job, "a/b", b"2")
    (url,) = sign(runs, job, root + "a+b", kind="PULL").json()["URLs"]
    assert runs.semaphore.get(url["URL"], token=None).content == b"2"


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


@pytest.mark.parametrize("edition", ["ee", "ce"])
@pytest.mark.parametrize("path", ["", "/signed_url"])
def test_an_installation_does_not_lead_there(
    make_semaphore: Callable[..., Any], edition: str, path: str
) -> None:
    """It ends at the web pages; what jobs do with artifacts works (D 1)."""
    semaphore = make_semaphore(edition=Edition(edition))
    answer = semaphore.get(f"/api/v1alpha/artifacts{path}?scope=projects&scope_id=x&path=y")
    assert (answer.status_code, answer.text) == (404, "Not Found")
