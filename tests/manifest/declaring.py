"""What several tests of manifests declare, and how they have it read."""

from collections.abc import Callable

from reconciler.manifest import Loaded

Refused = Callable[[str], list[str]]
Accepted = Callable[[str], Loaded]
PROJECT = """\
apiVersion: v1alpha
kind: Project
metadata:
  name: api
spec:
  repository:
    url: git@github.com:acme/api.git
"""
TASKS = """\
  tasks:
  - name: nightly
    id: 0d4d4184-c80a-4cbb-acdd-b75e3a03f795
    scheduled: true
    branch: main
    at: 0 0 * * *
    pipeline_file: n.yml
    parameters:
    - name: LEVEL
      options: [1.0, yes]
"""
