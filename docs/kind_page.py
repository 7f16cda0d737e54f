"""What a kind's page says by itself: facts, the field table, the example."""

from pathlib import Path

from reconciler.kinds import KINDS, Kind, in_words
from reconciler.kinds.in_words import REQUIRED, Row

EXAMPLES = Path(__file__).parent.parent / "examples" / "kinds"


def example(kind: Kind) -> str:
    text = (EXAMPLES / f"{kind.name}.yml").read_text()
    return f"```yaml\n{text.rstrip()}\n```"


def facts(kind: Kind) -> str:
    return "\n".join(f"- **{name}**: {said}" for name, said in in_words.facts(kind))


def field_table(kind: Kind) -> str:
    lines = ["| field | type | default | notes |", "|---|---|---|---|"]
    for row in in_words.rows(kind):
        default = f"**{row.default}**" if row.default == REQUIRED else row.default
        cells = [f"`{row.path}`", row.type, default, _notes(row)]
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines)


def _notes(row: Row) -> str:
    """Return the notes on a field; the first place that names a kind leads to its page."""
    said = "; ".join(row.notes)
    name = row.names
    return said.replace(name, f"[{name}]({name}.md)", 1) if name in KINDS else said
