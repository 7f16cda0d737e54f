"""Manifests that touch all nine kinds: what is there before, and what is to be there after.

The change creates, updates, replaces and deletes; it needs second calls (a public project, an
inactive target) and values that the server hides. Every value holds CANARY.
"""

from pathlib import Path
from typing import Final

CANARY: Final = "canary-5f1d"
KEY: Final = "-----BEGIN canary-5f1d KEY-----\\nline two of canary-5f1d\\n-----END KEY-----"

BEFORE: Final = f"""\
apiVersion: v1alpha
kind: Project
metadata: {{name: api, description: first}}
spec:
  repository: {{url: 'git@github.com:acme/api.git', run_on: [branches, tags]}}
  tasks:
    - {{name: nightly, branch: main, at: '0 3 * * *', pipeline_file: .semaphore/nightly.yml}}
    - {{name: obsolete, branch: main, at: '0 4 * * *', pipeline_file: .semaphore/old.yml}}
---
apiVersion: v1beta
kind: Secret
metadata: {{name: shared}}
data: {{env_vars: [{{name: TOKEN, value: {CANARY}-token}}]}}
org_config: {{projects_access: NONE, attach_access: JOB_ATTACH_NO}}
---
apiVersion: v1
kind: ProjectSecret
metadata: {{name: db, project_id_or_name: api}}
data: {{env_vars: [{{name: PASSWORD, value: {CANARY}-password}}]}}
---
apiVersion: v1alpha
kind: SelfHostedAgentType
metadata: {{name: s1-linux}}
spec: {{agent_name_settings: {{release_after: 60}}}}
---
apiVersion: v1alpha
kind: DeploymentTarget
metadata: {{name: production, project_id_or_name: api, description: live}}
spec: {{env_vars: [{{name: KEY, value: {CANARY}-key-1}}]}}
---
apiVersion: v1alpha
kind: DeploymentTarget
metadata: {{name: legacy, project_id_or_name: api}}
spec: {{env_vars: [{{name: KEY, value: {CANARY}-legacy}}]}}
---
apiVersion: v1alpha
kind: Notification
metadata: {{name: ops}}
spec:
  rules:
    - name: red
      filter: {{projects: [api], results: [failed]}}
      notify: {{slack: {{endpoint: 'https://hooks.example.com/x', channels: ['#ops']}}}}
---
apiVersion: v1alpha
kind: Dashboard
metadata: {{name: main}}
spec: {{widgets: [{{name: w, type: list_pipelines, filters: {{branch: main, project_id: api}}}}]}}
---
apiVersion: v1alpha
kind: Dashboard
metadata: {{name: gone}}
spec: {{widgets: [{{name: w, type: list_workflows, filters: {{branch: main}}}}]}}
---
apiVersion: v1alpha
kind: ArtifactsRetentionPolicy
metadata: {{project_id_or_name: api}}
spec:
  project_level_retention_policies: [{{selector: '/releases/**/*', age: 1 year}}]
  job_level_retention_policies: [{{selector: '/logs/**/*', age: 2 weeks}}]
"""

AFTER: Final = f"""\
apiVersion: v1alpha
kind: Project
metadata: {{name: api, description: second}}
spec:
  visibility: public
  repository: {{url: 'git@github.com:acme/api.git', run_on: [branches]}}
  tasks:
    - {{name: nightly, branch: main, at: '0 5 * * *', pipeline_file: .semaphore/nightly.yml}}
    - {{name: weekly, branch: main, at: '0 6 * * 1', pipeline_file: .semaphore/weekly.yml}}
---
apiVersion: v1alpha
kind: Project
metadata: {{name: web, description: new}}
spec:
  visibility: public
  repository: {{url: 'git@github.com:acme/web.git', run_on: [branches]}}
  tasks:
    - {{name: nightly, branch: main, at: '0 7 * * *', pipeline_file: .semaphore/nightly.yml}}
---
apiVersion: v1beta
kind: Secret
metadata: {{name: shared}}
data:
  env_vars:
    - {{name: TOKEN, value: {CANARY}-token}}
    - {{name: SECOND, value: {CANARY}-second}}
---
apiVersion: v1beta
kind: Secret
metadata: {{name: fresh}}
data:
  env_vars: [{{name: KEY, value: "{KEY}"}}]
  files: [{{path: /home/semaphore/f, content: Y2FuYXJ5LTVmMWQ=}}]
---
apiVersion: v1
kind: ProjectSecret
metadata: {{name: db, project_id_or_name: api}}
data:
  env_vars:
    - {{name: PASSWORD, value: {CANARY}-password}}
    - {{name: USER, value: {CANARY}-user}}
---
apiVersion: v1
kind: ProjectSecret
metadata: {{name: db, project_id_or_name: web}}
data: {{env_vars: [{{name: PASSWORD, value: {CANARY}-web}}]}}
---
apiVersion: v1alpha
kind: SelfHostedAgentType
metadata: {{name: s1-linux}}
spec: {{agent_name_settings: {{release_after: 600}}}}
---
apiVersion: v1alpha
kind: SelfHostedAgentType
metadata: {{name: s1-mac}}
---
apiVersion: v1alpha
kind: DeploymentTarget
metadata: {{name: production, project_id_or_name: api, description: closed}}
spec: {{active: false, env_vars: [{{name: KEY, value: {CANARY}-key-2}}]}}
---
apiVersion: v1alpha
kind: DeploymentTarget
metadata: {{name: legacy, project_id_or_name: api}}
reconciler: {{absent: true}}
---
apiVersion: v1alpha
kind: DeploymentTarget
metadata: {{name: staging, project_id_or_name: web}}
spec: {{active: false, env_vars: [{{name: KEY, value: {CANARY}-staging}}]}}
---
apiVersion: v1alpha
kind: Notification
metadata: {{name: ops}}
spec:
  rules:
    - name: red
      filter: {{projects: [api, web], results: [failed]}}
      notify: {{slack: {{endpoint: 'https://hooks.example.com/x', channels: ['#ops']}}}}
---
apiVersion: v1alpha
kind: Notification
metadata: {{name: alerts}}
spec:
  rules:
    - name: all
      filter: {{projects: [web]}}
      notify: {{webhook: {{endpoint: 'https://events.example.com/x', secret: fresh}}}}
---
apiVersion: v1alpha
kind: Dashboard
metadata: {{name: main}}
spec: {{widgets: [{{name: w, type: list_pipelines, filters: {{branch: dev, project_id: api}}}}]}}
---
apiVersion: v1alpha
kind: Dashboard
metadata: {{name: second}}
spec: {{widgets: [{{name: w, type: list_pipelines, filters: {{project_id: web}}}}]}}
---
apiVersion: v1alpha
kind: Dashboard
metadata: {{name: gone}}
reconciler: {{absent: true}}
---
apiVersion: v1alpha
kind: ArtifactsRetentionPolicy
metadata: {{project_id_or_name: api}}
spec:
  project_level_retention_policies: [{{selector: '/releases/**/*', age: 2 years}}]
---
apiVersion: v1alpha
kind: ArtifactsRetentionPolicy
metadata: {{project_id_or_name: web}}
spec:
  workflow_level_retention_policies: [{{selector: '/tmp/*', age: 1 week}}]
"""


_POLICY: Final = "org_config: {projects_access: NONE, attach_access: JOB_ATTACH_NO}\n"


def write(place: Path, *, remembered: bool) -> None:
    """Write both sets of manifests.

    A secret that is replaced keeps a policy that its manifest leaves out. If a run is killed in
    between, only a ledger knows it; ``remembered`` says whether there is one.
    """
    (place / "before.yml").write_text(BEFORE)
    shared = f"    - {{name: SECOND, value: {CANARY}-second}}\n"
    after = AFTER if remembered else AFTER.replace(shared, shared + _POLICY)
    (place / "after.yml").write_text(after)
