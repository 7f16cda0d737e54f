"""The page for a browser: what the organization holds, what runs, what was asked last."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from html import escape

from reconciler.embedded.journal import Entry
from reconciler.embedded.organization import Embedded
from reconciler.embedded.runs import engine
from reconciler.embedded.serving import contents
from reconciler.embedded.serving.contents import Section

_REQUESTS = 30
_LONG = 20

_STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin: 0; }
h2 { font-size: 1.1rem; margin: 2rem 0 .25rem; }
p { margin: .25rem 0; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .2rem 1rem .2rem 0; vertical-align: top;
         border-bottom: 1px solid #8884; }
th { font-weight: 600; white-space: nowrap; }
.long { overflow-wrap: anywhere; }
code { font: .9em ui-monospace, monospace; }
"""


def organization(embedded: Embedded, prefix: str) -> str:
    """`prefix` is the path under which the organization is served."""
    world = embedded.world
    engine.advance(world)
    name, edition = world.settings.organization, world.settings.edition
    now = f"{world.now():%Y-%m-%d %H:%M:%S} UTC"
    armed = len([each for each in embedded.faults.armed() if not each.spent])
    facts = [f"A local Semaphore, edition {edition}.", f"Its clock says {now}."]
    if not embedded.clock.running:
        facts.append("The clock is stopped.")
    if armed:
        facts.append(f"{armed} {'fault' if armed == 1 else 'faults'} waiting.")
    links = f'<a href="{escape(prefix)}/__admin__">Admin interface</a>'
    running, sections = contents.running(world.db), contents.held(world.db)
    body = [
        f"<h1>{escape(name)}</h1><p>{escape(' '.join(facts))} {links}</p>",
        _section(running) if running.total else "",
        _requests(embedded.journal.latest(_REQUESTS)),
        *(_section(section) for section in sections if section.total),
        _empty(section.title for section in (running, *sections) if not section.total),
    ]
    return _document(name, body)


def directory(names: Iterable[str]) -> str:
    """The page of a server with several organizations."""
    items = "".join(f'<li><a href="/{escape(n)}/">{escape(n)}</a></li>' for n in names)
    return _document("Organizations", [f"<h1>Organizations</h1><ul>{items}</ul>"])


def _section(section: Section) -> str:
    more = section.total - len(section.rows)
    left_out = f"<p>and {more} more</p>" if more else ""
    heading = f"<h2>{escape(section.title)} ({section.total})</h2>"
    return heading + _table(section.columns, section.rows) + left_out


def _empty(titles: Iterable[str]) -> str:
    listed = ", ".join(title.lower() for title in titles)
    return f"<h2>None of these</h2><p>{escape(listed)}</p>" if listed else ""


def _requests(entries: Sequence[Entry]) -> str:
    heading = "<h2>Latest requests</h2>"
    if not entries:
        return heading + "<p>none yet</p>"
    rows = [
        (
            f"{datetime.fromtimestamp(entry.at, tz=UTC):%H:%M:%S}",
            entry.method,
            entry.path,
            entry.status or "no answer",
            entry.fault,
        )
        for entry in entries
    ]
    return heading + _table(("Time (UTC)", "Method", "Path", "Status", "Fault"), rows)


def _table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in columns)
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows)
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return f'<div class="wide">{table}</div>'


def _cell(value: object) -> str:
    """Only a long text may be broken anywhere, so that short columns stay whole."""
    text = "" if value is None else str(value)
    kind = ' class="long"' if len(text) > _LONG else ""
    return f"<td{kind}>{escape(text)}</td>"


def _document(title: str, body: Iterable[str]) -> str:
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)} - embedded Semaphore</title><style>{_STYLE}</style></head>"
        f"<body>{''.join(body)}</body></html>\n"
    )
