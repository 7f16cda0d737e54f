"""Write a report as a comment on a pull request, or edit the one that is there.

    python3 comment.py github|gitlab|bitbucket plan.md

The last line of the report is its marker: of the comments by AUTHOR, the one that ends with it is
edited, and left alone if it says the same. What nobody sees of a report of another purpose or
organization is another marker, so each has a comment of its own.

    github     GITHUB_TOKEN; GITHUB_REPOSITORY; PULL_REQUEST, its number; AUTHOR, unless it is the
               token of GitHub Actions. In a job of Semaphore only GITHUB_TOKEN and AUTHOR.
    gitlab     GITLAB_TOKEN, for a job's own token may not write; AUTHOR, its user's name
    bitbucket  BITBUCKET_TOKEN, of the repository; AUTHOR, the name that the token has
"""

import json
import os
import sys
import urllib.request
from pathlib import Path

ENV = os.environ


def github():
    """Return where comments are, how they are edited, and what is sent with each request."""
    repository = ENV.get("GITHUB_REPOSITORY") or ENV["SEMAPHORE_GIT_REPO_SLUG"]
    number = ENV.get("PULL_REQUEST") or ENV["SEMAPHORE_GIT_PR_NUMBER"]
    api = f"{ENV.get('GITHUB_API_URL', 'https://api.github.com')}/repos/{repository}/issues"
    sent = {"Authorization": f"Bearer {ENV['GITHUB_TOKEN']}"}
    return f"{api}/{number}/comments", ("PATCH", f"{api}/comments"), sent


def gitlab():
    project, number = ENV["CI_PROJECT_ID"], ENV["CI_MERGE_REQUEST_IID"]
    notes = f"{ENV['CI_API_V4_URL']}/projects/{project}/merge_requests/{number}/notes"
    return notes, ("PUT", notes), {"PRIVATE-TOKEN": ENV["GITLAB_TOKEN"]}


def bitbucket():
    api = ENV.get("BITBUCKET_API_URL", "https://api.bitbucket.org/2.0")
    place = f"{ENV['BITBUCKET_REPO_FULL_NAME']}/pullrequests/{ENV['BITBUCKET_PR_ID']}"
    comments = f"{api}/repositories/{place}/comments"
    return comments, ("PUT", comments), {"Authorization": f"Bearer {ENV['BITBUCKET_TOKEN']}"}


def call(method, url, sent, body=None):
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json", "User-Agent": "reconciler-comment", **sent}
    request = urllib.request.Request(url, data, headers, method=method)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def every(url, sent):
    """Yield id, author and text of each comment."""
    page = 1
    while True:
        size = "pagelen" if "/pullrequests/" in url else "per_page"
        found = call("GET", f"{url}?{size}=100&page={page}", sent)
        found = found["values"] if isinstance(found, dict) else found
        for one in found:
            by = one.get("user") or one.get("author") or {}
            author = by.get("login") or by.get("username") or by.get("display_name")
            text = one["content"]["raw"] if "content" in one else one["body"]
            yield one["id"], author, text
        if len(found) < 100:
            return
        page += 1


def main(host, report):
    text = Path(report).read_text(encoding="utf-8").strip()
    marker = text.splitlines()[-1]
    place, (method, one), sent = {"github": github, "gitlab": gitlab, "bitbucket": bitbucket}[host]()
    me = ENV.get("AUTHOR") or ("github-actions[bot]" if host == "github" else ENV["AUTHOR"])
    body = {"content": {"raw": text}} if host == "bitbucket" else {"body": text}
    for number, author, there in every(place, sent):
        if author == me and there.replace("\r\n", "\n").strip().endswith(marker):
            if there.replace("\r\n", "\n").strip() != text:
                call(method, f"{one}/{number}", sent, body)
            return
    call("POST", place, sent, body)


if __name__ == "__main__":
    main(*sys.argv[1:])
