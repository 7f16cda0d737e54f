"""The messages of the jobs service (D 14.1)."""

from enum import IntEnum

from reconciler.embedded.gateway.shapes import INT32, INT64, STRING, Repeated, shape


class State(IntEnum):
    PENDING = 0
    QUEUED = 1
    RUNNING = 2
    FINISHED = 3


class Result(IntEnum):
    NONE = 0
    PASSED = 1
    FAILED = 2
    STOPPED = 3


class Order(IntEnum):
    BY_CREATE_TIME_DESC = 0


_VARIABLE = shape(name=STRING, value=STRING)
_NAMED = shape(name=STRING)
_CONTAINER = shape(
    name=STRING,
    image=STRING,
    command=STRING,
    env_vars=Repeated(_VARIABLE),
    secrets=Repeated(_NAMED),
)
_AGENT = shape(
    machine=shape(type=STRING, os_image=STRING),
    containers=Repeated(_CONTAINER),
    image_pull_secrets=Repeated(_NAMED),
)
SPEC = shape(
    project_id=STRING,
    agent=_AGENT,
    secrets=Repeated(_NAMED),
    env_vars=Repeated(_VARIABLE),
    files=Repeated(shape(path=STRING, content=STRING)),
    commands=Repeated(STRING),
    epilogue_commands=Repeated(STRING),
    epilogue_always_commands=Repeated(STRING),
    epilogue_on_pass_commands=Repeated(STRING),
    epilogue_on_fail_commands=Repeated(STRING),
)
JOB = shape(
    metadata=shape(
        name=STRING,
        id=STRING,
        create_time=INT64,
        update_time=INT64,
        start_time=INT64,
        finish_time=INT64,
    ),
    spec=SPEC,
    status=shape(
        state=State,
        result=Result,
        agent=shape(ip=STRING, name=STRING, ports=Repeated(shape(name=STRING, number=INT32))),
    ),
)
PAGE = shape(jobs=Repeated(JOB), next_page_token=STRING)
QUERY = shape(states=Repeated(State), page_size=INT32, page_token=STRING, order=Order)
DEBUG_JOB = shape(job_id=STRING, duration=INT32)
DEBUG_PROJECT = shape(project_id_or_name=STRING, duration=INT32, machine_type=STRING)
KEY = shape(key=STRING)
