"""One manifest of every kind; all that is in a project is in ``api``."""

PROJECT = """\
apiVersion: v1alpha
kind: Project
metadata: {name: api}
spec:
  repository: {url: "git@github.com:acme/api.git", run_on: [branches]}
"""
SECRET = """\
apiVersion: v1beta
kind: Secret
metadata: {name: prod-db}
data: {env_vars: [{name: PASSWORD, value: nightjar-1}]}
"""
PROJECT_SECRET = """\
apiVersion: v1
kind: ProjectSecret
metadata: {name: db, project_id_or_name: api}
data: {env_vars: [{name: PASSWORD, value: nightjar-2}]}
"""
AGENT_TYPE = """\
apiVersion: v1alpha
kind: SelfHostedAgentType
metadata: {name: s1-linux}
"""
TARGET = """\
apiVersion: v1alpha
kind: DeploymentTarget
metadata: {name: production, project_id_or_name: api}
spec: {env_vars: [{name: KEY, value: nightjar-3}]}
"""
SCHEDULE = """\
apiVersion: v1.2
kind: Schedule
metadata: {name: nightly}
spec:
  project: api
  recurring: true
  at: "0 3 * * *"
  reference: {type: BRANCH, name: main}
  pipeline_file: .semaphore/nightly.yml
"""
NOTIFICATION = """\
apiVersion: v1alpha
kind: Notification
metadata: {name: ops}
spec:
  rules:
  - name: failures
    filter: {projects: [api], results: [failed]}
    notify: {slack: {endpoint: "https://hooks.example.com/x"}}
"""
DASHBOARD = """\
apiVersion: v1alpha
kind: Dashboard
metadata: {name: main}
spec: {widgets: [{name: W, type: list_workflows, filters: {project_id: api}}]}
"""
RETENTION = """\
apiVersion: v1alpha
kind: ArtifactsRetentionPolicy
metadata: {project_id_or_name: api}
spec: {project_level_retention_policies: [{selector: "/releases/**/*", age: 1 year}]}
"""
EVERYTHING = "---\n".join(
    (
        *(PROJECT, SECRET, PROJECT_SECRET, AGENT_TYPE, TARGET),
        *(SCHEDULE, NOTIFICATION, DASHBOARD, RETENTION),
    )
)

ALONE = NOTIFICATION.replace("name: ops", "name: alone").replace("[api]", "[]")
"""What needs nothing else, and no other test makes."""

WEB = PROJECT.replace("name: api", "name: web").replace("/api.git", "/web.git")
