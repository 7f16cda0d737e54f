"""What pages show as typed is typed, and its answers are what is written down."""

from docs import session

PAGE = """\
# A page

<!-- session -->

```yaml title="in/a.yml"
apiVersion: v1beta
kind: Secret
metadata: {name: s}
data: {}
```

```console
$ reconciler validate in
An answer of before.
$ cat in/nothing; echo $?
```

```
$ not typed
```
"""
ANSWERED = """\
```console
$ reconciler validate in
Valid: 1 object declared.
$ cat in/nothing; echo $?

1
cat: in/nothing: No such file or directory
```
"""


def test_a_page_is_run_from_its_first_line_to_its_last() -> None:
    """Its files are there, answers of before go, and the rest stays as it is."""
    before, _, rest = PAGE.partition("```console\n")
    after = rest.partition("```\n")[2]

    assert session.written(PAGE) == before + ANSWERED + after
    assert session.written(before + ANSWERED + after) == before + ANSWERED + after


def test_what_is_no_session_is_left_alone() -> None:
    """Though it shows commands."""
    page = PAGE.replace(session.MARK, "")

    assert session.written(page) == page
