"""Manifests that say all there is to say, one of each kind and version."""

FULL = {
    "Project": """
apiVersion: v1alpha
kind: Project
metadata: {name: api, description: d}
spec:
  visibility: public
  repository:
    url: git@github.com:acme/api.git
    integration_type: github_app
    run_on: [branches, tags]
    pipeline_file: .semaphore/a.yml
    status: {pipeline_files: [{path: a.yml, level: block}]}
    whitelist: {branches: [main, /^release/], tags: [v1]}
    forked_pull_requests: {allowed_secrets: [a], allowed_contributors: [b]}
  custom_permissions: true
  debug_permissions: [empty, tag]
  attach_permissions: [tag]
  tasks:
  - {name: a, description: d, recurring: true, branch: main, at: "@daily", pipeline_file: n.yml,
     paused: true, parameters: [{name: A, required: true, description: d, default_value: a,
     options: [a], regex_pattern: a, validate_input_format: true}]}
  - {name: b, scheduled: false, reference: {type: TAG, name: v1}, pipeline_file: n.yml,
     status: ACTIVE}
  schedulers:
  - {name: c, branch: main, at: "@daily", pipeline_file: n.yml, status: INACTIVE}
reconciler: {protect: true, ignore: [spec.visibility], renamed_from: old, replace: allow}
""",
    "Secret": """
apiVersion: v1beta
kind: Secret
metadata: {name: db}
data:
  env_vars: [{name: A, value: x}]
  files: [{path: x, content: eA==}]
org_config: {projects_access: ALLOWED, project_ids: [api], debug_access: JOB_DEBUG_NO,
  attach_access: JOB_ATTACH_NO}
reconciler: {protect: true}
""",
    "ProjectSecret": """
apiVersion: v1
kind: ProjectSecret
metadata: {name: db, project_id_or_name: api}
data:
  env_vars: [{name: A, value: x}]
  files: [{path: x, content: eA==}]
""",
    "DeploymentTarget": """
apiVersion: v1alpha
kind: DeploymentTarget
metadata: {name: prod, description: d, url: https://x.test, project_id_or_name: api}
spec:
  subject_rules: [{type: ROLE, subject_id: Admin}, {type: USER, git_login: octocat}]
  object_rules: [{type: BRANCH, match_mode: EXACT, pattern: main}]
  bookmark_parameter1: a
  bookmark_parameter2: b
  bookmark_parameter3: c
  env_vars: [{name: A, value: x}]
  files: [{path: x, content: eA==}]
  active: true
""",
    "Schedule v1.2": """
apiVersion: v1.2
kind: Schedule
metadata: {name: nightly, description: d}
spec:
  project: api
  recurring: true
  reference: {type: BRANCH, name: main}
  at: "@daily"
  pipeline_file: n.yml
  paused: false
  parameters: [{name: A, required: true, description: d, default_value: a, options: [a],
    regex_pattern: a, validate_input_format: true}]
""",
    "Schedule v1.1": """
apiVersion: v1.1
kind: Schedule
metadata: {name: nightly, description: d}
spec: {project: api, recurring: true, branch: main, at: "@daily", pipeline_file: n.yml,
  paused: false, parameters: [{name: A, required: false}]}
""",
    "Schedule v1.0": """
apiVersion: v1.0
kind: Schedule
metadata: {name: nightly}
spec: {project: api, branch: main, at: "@daily", pipeline_file: n.yml, paused: false}
""",
    "Notification": """
apiVersion: v1alpha
kind: Notification
metadata: {name: ops}
spec:
  rules:
  - name: r
    filter: {projects: [api], branches: [main], pipelines: [a.yml], blocks: [b], results: [passed],
      tags: [v1], states: []}
    notify:
      slack: {endpoint: "https://x.test", channels: [c], message: m, status: ACTIVE}
      email: {subject: s, cc: [a], bcc: [b], content: c, status: INACTIVE}
      webhook: {endpoint: "https://x.test", timeout: 1, action: POST, retries: 1, status: ACTIVE,
        secret: s}
""",
    "Dashboard": """
apiVersion: v1alpha
kind: Dashboard
metadata: {name: main, title: t}
spec:
  widgets:
  - {name: w, type: list_workflows, filters: {project_id: api, branch: main, github_uid: u}}
  - {name: x, type: list_pipelines, filters: {pipeline_file: a.yml}}
""",
    "SelfHostedAgentType": """
apiVersion: v1alpha
kind: SelfHostedAgentType
metadata: {name: s1-linux}
spec:
  agent_name_settings:
    assignment_origin: assignment_origin_aws_sts
    release_after: 60
    aws: {account_id: "123456789012", role_name_patterns: role}
""",
    "ArtifactsRetentionPolicy": """
apiVersion: v1alpha
kind: ArtifactsRetentionPolicy
metadata: {project_id_or_name: api}
spec:
  project_level_retention_policies: [{selector: /a, age: 1 week}]
  workflow_level_retention_policies: [{selector: /a, age: 1 week}]
  job_level_retention_policies: [{selector: /a, age: 1 week}]
""",
}
