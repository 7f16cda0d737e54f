"""The rules of a pipeline definition of version v1.0, smallest parts first (D 12)."""

from reconciler.embedded.definitions.schema import Either, Flag, Items, Record, Rule, Text, Whole


def _any(*keys: str) -> list[frozenset[str]]:
    return [frozenset({key}) for key in keys]


_TEXT = Text()
_NAME = Text(least=1)
_TEXTS = Items(_TEXT)
_WHEN = Either((_NAME, Flag()))
_CONDITION = Record({"when": _WHEN}, required=["when"])

_COMMAND_FIELDS: dict[str, Rule] = {"commands": _TEXTS, "commands_file": _TEXT}
_ONE_SOURCE = ("commands", "commands_file")
_COMMANDS = Record(_COMMAND_FIELDS, one_of=_ONE_SOURCE)
_OUTCOMES = ("always", "on_pass", "on_fail")
_BY_OUTCOME = Record(dict.fromkeys(_OUTCOMES, _COMMANDS), any_of=_any(*_OUTCOMES))
_EPILOGUE = Either((_BY_OUTCOME, _COMMANDS), expected="Object")

_ENV_VARS = Items(Record({"name": _TEXT, "value": _TEXT}, required=["name", "value"]), most=10_000)
_SECRETS = Items(
    Record({"name": _TEXT, "env_var_names": _TEXTS, "config_file_paths": _TEXTS}, required=["name"])
)
_CONTAINER = Record(
    {
        **dict.fromkeys(("name", "image", "command", "entrypoint", "user"), _TEXT),
        "env_vars": _ENV_VARS,
        "secrets": _SECRETS,
    },
    required=["name", "image"],
)
_AGENT = Record(
    {
        "machine": Record({"type": _NAME, "os_image": _TEXT}, required=["type"]),
        "containers": Items(_CONTAINER),
        "image_pull_secrets": Items(Record({"name": _TEXT}, required=["name"])),
    },
    required=["machine"],
)

_LIMIT = Record({"minutes": Whole(least=1), "hours": Whole(least=1)}, one_of=("minutes", "hours"))
_FAIL_FAST = Record({"cancel": _CONDITION, "stop": _CONDITION}, any_of=_any("stop", "cancel"))
_AUTO_CANCEL = Record(
    {"queued": _CONDITION, "running": _CONDITION}, any_of=_any("queued", "running")
)
_PRIORITY = Items(
    Record({"value": Whole(least=0, most=100), "when": _WHEN}, required=["value", "when"])
)
_PARTIAL_RERUN = Text(choices=("jobs", "block"))

_MATRIX = Items(
    Record(
        {"env_var": _NAME, "values": Either((Items(_TEXT, least=1), _TEXT))},
        required=["env_var", "values"],
    )
)
_JOB = Record(
    {
        **_COMMAND_FIELDS,
        "name": _NAME,
        "priority": _PRIORITY,
        "parallelism": Either((Whole(least=1, most=50), _TEXT)),
        "matrix": _MATRIX,
        "env_vars": _ENV_VARS,
        "execution_time_limit": _LIMIT,
    },
    one_of=_ONE_SOURCE,
    not_together=[frozenset({"matrix", "parallelism"})],
)


_BOOSTER = Record(
    {"name": _TEXT, "type": Text(choices=("rspec", "cucumber")), "job_count": Whole()},
    any_of=[frozenset({"type", "job_count"})],
)
_TASK = Record(
    {
        "jobs": Items(_JOB, least=1, most=50),
        "agent": _AGENT,
        "boosters": Items(_BOOSTER),
        "prologue": _COMMANDS,
        "secrets": _SECRETS,
        "env_vars": _ENV_VARS,
        "epilogue": _EPILOGUE,
        "fail_fast": _FAIL_FAST,
    },
    any_of=_any("jobs", "boosters"),
)
_TASK_FIELDS: dict[str, Rule] = {"task": _TASK, "task_file": _TEXT}
_ONE_TASK = ("task", "task_file")
_FILTER = Record(
    {"label": _NAME, "label_pattern": _NAME, "action": Text(choices=("skip", "execute"))},
    one_of=("label", "label_pattern"),
)
_BLOCK = Record(
    {
        **_TASK_FIELDS,
        "name": _NAME,
        "dependencies": _TEXTS,
        "execution_time_limit": _LIMIT,
        "filters": Items(_FILTER),
        "skip": _CONDITION,
        "run": _CONDITION,
        "partial_rerun": _PARTIAL_RERUN,
    },
    one_of=_ONE_TASK,
    not_together=[
        frozenset({"filters", "skip"}),
        frozenset({"filters", "run"}),
        frozenset({"run", "skip"}),
    ],
)

_AUTO_PROMOTE_ON = Record(
    {
        **dict.fromkeys(("result", "result_reason"), _TEXT),
        **dict.fromkeys(("branch", "labels", "label_patterns"), _TEXTS),
    },
    required=["result"],
    not_together=[
        frozenset({"branch", "labels"}),
        frozenset({"branch", "label_patterns"}),
        frozenset({"labels", "label_patterns"}),
    ],
)
_PARAMETER = Record(
    {
        **dict.fromkeys(("name", "default_value", "description"), _TEXT),
        "options": _TEXTS,
        "required": Flag(),
    },
    required=["name"],
)
_PROMOTION = Record(
    {
        "name": _NAME,
        "pipeline_file": _TEXT,
        "deployment_target": _NAME,
        "auto_promote_on": Items(_AUTO_PROMOTE_ON),
        "auto_promote": _CONDITION,
        "parameters": Record({"env_vars": Items(_PARAMETER)}, required=["env_vars"]),
    },
    required=["name", "pipeline_file"],
)
_QUEUE = Record(
    {
        "name": _NAME,
        "scope": Text(choices=("project", "organization")),
        "processing": Text(choices=("serialized", "parallel")),
        "when": _WHEN,
    },
    any_of=_any("name", "processing"),
)
_GLOBAL: dict[str, Rule] = {
    "prologue": _COMMANDS,
    "secrets": _SECRETS,
    "env_vars": _ENV_VARS,
    "epilogue": _EPILOGUE,
    "priority": _PRIORITY,
}

PIPELINE = Record(
    {
        "version": _TEXT,
        "name": _TEXT,
        "agent": _AGENT,
        "blocks": Items(_BLOCK, least=1, most=300),
        "after_pipeline": Record(_TASK_FIELDS, one_of=_ONE_TASK),
        "promotions": Items(_PROMOTION, least=1),
        "execution_time_limit": _LIMIT,
        "global_job_config": Record(_GLOBAL, any_of=_any(*_GLOBAL)),
        "fail_fast": _FAIL_FAST,
        "auto_cancel": _AUTO_CANCEL,
        "queue": Either((_QUEUE, Items(_QUEUE, least=1))),
        "partial_rerun": _PARTIAL_RERUN,
    },
    required=["version", "agent", "blocks"],
)
