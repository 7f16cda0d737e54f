"""How long the steps take which are not the commands of a job, in seconds."""

INITIALIZATION = 1.0
PENDING = 1.0
QUEUING = 1.0
JOB_PENDING = 1.0
JOB_QUEUED = 1.0
STOPPING = 1.0
"""From a request to stop until it is noticed, and from there until a job is gone."""

PIPELINE_LIMIT = 3600.0
JOB_LIMIT = 86_400.0
