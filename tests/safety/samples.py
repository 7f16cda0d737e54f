"""Small manifests."""


def project(name: str, **spec: str) -> str:
    more = "".join(f"  {key}: {value}\n" for key, value in spec.items())
    return (
        "apiVersion: v1alpha\nkind: Project\n"
        f"metadata: {{name: {name}}}\n"
        "spec:\n"
        f"{more}"
        f"  repository: {{url: 'git@github.com:acme/{name}.git', run_on: [branches]}}\n"
    )


def secret(name: str, value: str = "v1", rules: str = "") -> str:
    return (
        "apiVersion: v1beta\nkind: Secret\n"
        f"metadata: {{name: {name}}}\n"
        f"data: {{env_vars: [{{name: TOKEN, value: '{value}'}}]}}\n" + rules
    )


def dashboard(name: str, branch: str = "main", rules: str = "") -> str:
    return (
        "apiVersion: v1alpha\nkind: Dashboard\n"
        f"metadata: {{name: {name}}}\n"
        "spec: {widgets: [{name: w, type: list_pipelines, filters: {branch: "
        f"{branch}}}}}]}}\n" + rules
    )


def schedule(project: str, name: str, at: str = "0 3 * * *") -> str:
    return (
        "apiVersion: v1.2\nkind: Schedule\n"
        f"metadata: {{name: {name}}}\n"
        f"spec: {{project: {project}, recurring: true, at: '{at}', "
        "reference: {type: BRANCH, name: main}, pipeline_file: .semaphore/nightly.yml}\n"
    )


def documents(*texts: str) -> str:
    return "---\n".join(texts)
