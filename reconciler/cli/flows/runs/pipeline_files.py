"""pipeline validate: are the files of pipelines valid."""

import sys
from pathlib import Path

from reconciler.cli.exit_codes import DONE, ERROR
from reconciler.cli.flows.runs.session import VerbSession, act
from reconciler.cli.options import Options
from reconciler.errors import BadSettings
from reconciler.remote.client import Verdict, shown
from reconciler.render.palette import Palette, Tone
from reconciler.render.values import printable


def validate(asked: Options, files: tuple[str, ...]) -> int:
    texts = {name: _read(name) for name in files}

    async def work(session: VerbSession) -> int:
        verdicts = {name: await _verdict(session, text) for name, text in texts.items()}
        valid = all(verdict.valid for verdict in verdicts.values())
        found = [{"file": name, **shown(verdict)} for name, verdict in verdicts.items()]
        lines = [_line(name, verdict, session.palette) for name, verdict in verdicts.items()]
        session.show({"files": found, "valid": valid}, "".join(lines))
        return DONE if valid else ERROR

    return act(asked, work, writes=True)


async def _verdict(session: VerbSession, text: str) -> Verdict:
    if not text.strip():  # the server takes nothing for a mistake of ours
        return Verdict(valid=False, message="it is empty")
    return await session.semaphore.yaml.validate(text)


def _line(name: str, verdict: Verdict, palette: Palette) -> str:
    about = "standard input" if name == "-" else printable(name)
    if verdict.valid:
        return f"{about}: {palette('valid', Tone.CREATED)}\n"
    return f"{about}: {palette('invalid', Tone.REMOVED)}: {printable(verdict.message)}\n"


def _read(name: str) -> str:
    """Return the text of a file; raises OSError, and BadSettings for what is no text."""
    content = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        words = f"{name}: this is not UTF-8"
    raise BadSettings(words)
