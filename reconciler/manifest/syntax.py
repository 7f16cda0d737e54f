"""libyaml's words for a syntax error, made into advice."""

from yaml.error import MarkedYAMLError

_ADVICE = {
    "mapping values are not allowed in this context": (
        "a second ': ' in one line, or a wrong indentation; text with ': ' needs quotes"
    ),
    "could not find expected ':'": "a key without ': ', or a text that needs quotes",
    "did not find expected key": "a line that is neither a key nor part of the value above it",
    "did not find expected node content": "something is missing here, as in a file that was cut",
    "did not find expected '-' indicator": "a line at the level of a list that is no '- item'",
    "found unexpected end of stream": "a quote that is never closed",
    "found incompatible YAML document": "only YAML 1.1 and 1.2 are known",
    "found invalid Unicode character escape code": "an escape that is no character",
}
TEMPLATE = "what a template has in braces must be filled in first, or quoted"
MAX_DEPTH = 64
TOO_DEEP = f"nested more than {MAX_DEPTH} levels deep"
_CONFLICT = "<<<<<<< "
_UNQUOTABLE = ("@", "`", "%")


def in_plain_words(error: MarkedYAMLError, raw: bytes) -> tuple[str, int, int]:
    """Return what is wrong and, where known, what to do, with line and column from 1.

    The words hold none of the file's content.
    """
    lines = raw.decode().splitlines() or [""]
    for number, text in enumerate(lines):
        if text.startswith(_CONFLICT):
            return "an unresolved merge conflict; decide, and remove its markers", number + 1, 1
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    if line >= len(lines):  # libyaml's end of a file is below its last line
        line, column = len(lines) - 1, len(lines[-1])
    problem = error.problem or "can't be read"
    if "nesting depth" in problem:  # newer versions count for themselves, while they look ahead
        return TOO_DEEP, line + 1, column + 1
    advice = _ADVICE.get(problem, "")
    if problem == "found character that cannot start any token":
        advice = _about_character(lines[line][column : column + 1])
    if "{{" in lines[line] or "{%" in lines[line]:
        advice = TEMPLATE
    begun = ""
    if error.context and error.context_mark and error.context_mark.line < line:
        begun = f" {error.context} from line {error.context_mark.line + 1}"
    text = f"not valid YAML: {problem}{begun}" + (f" ({advice})" if advice else "")
    return text, line + 1, column + 1


def _about_character(character: str) -> str:
    if character == "\t":
        return "a tab can't indent; use spaces"
    if character and character in "|>":
        return "a text of several lines can't stand within braces or brackets"
    return f"text can't start with {character}; quote it" if character in _UNQUOTABLE else ""
