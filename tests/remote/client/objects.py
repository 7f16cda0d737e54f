"""What several tests of the client have: a path, a secret value, objects as answers have them."""

SECRETS = "/api/v1beta/secrets"

CANARY = "hush-hush"

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
