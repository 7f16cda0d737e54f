"""What several tests of the client have: paths, a secret value, objects as answers have them."""

SECRETS = "/api/v1beta/secrets"

CANARY = "hush-hush"

PIPELINES = "/api/v1alpha/pipelines"

PIPELINE = {
    "yaml_file_name": "semaphore.yml",
    "working_directory": ".semaphore",
    "wf_id": "965d3c3d",
    "terminated_by": "",
    "stopping_at": "1970-01-01 00:00:00.000000Z",
    "state": "done",
    "running_at": "2019-10-14 18:31:20.232006Z",
    "result_reason": "test",
    "result": "passed",
    "ppl_id": "6cf4569c",
    "name": "First pipeline example",
    "created_at": "2019-10-14 18:31:17.293456Z",
    "queue": {"queue_id": "q", "name": "n", "type": 1},
    "triggerer": {"ppl_triggered_by": 2, "wf_triggered_by": 0},
    "env_vars": [{"name": "A", "value": "hush-hush"}],
}

SCHEDULE = {
    "id": "t1",
    "name": "nightly",
    "description": "",
    "project_id": "p1",
    "reference": "refs/tags/v1",
    "at": "0 1 * * *",
    "pipeline_file": "a.yml",
    "recurring": True,
    "paused": True,
    "suspended": False,
    "parameters": [],
    "pause_toggled_at": "",
    "inserted_at": "2023-07-25 08:35:54.819164Z",
}

NAME_SETTINGS = {
    "assignment_origin": "assignment_origin_agent",
    "aws": None,
    "release_after": 0,
}
