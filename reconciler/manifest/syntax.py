"""libyaml's words for a syntax error, made into advice."""

from yaml.error import MarkedYAMLError

_ADVICE = {
    "mapping values are not allowed in this context": (
        "a second ': ' in one line, or a wrong indentation; text with ': ' needs quotes"
    ),
    "could not find expected ':'": "a key without ': ', or a text that needs quotes",
    "did not find expected key": "a line that is neither a key nor part of the value above it",
    "did not find expected '-' indicator": "a line at the level of a list that is no '- item'",
    "found unexpected end of stream": "a quote that is never closed",
    "found incompatible YAML document": "only YAML 1.1 and 1.2 are known",
    "found invalid Unicode character escape code": "an escape that is no character",
}
_UNQUOTABLE = "@`%"


def in_plain_words(error: MarkedYAMLError, raw: bytes) -> str:
    """Return what is wrong and, where known, what to do; never any of the file's content."""
    problem = error.problem or "can't be read"
    advice = _ADVICE.get(problem, "")
    if problem == "found character that cannot start any token":
        advice = _about_character(error, raw)
    begun = ""
    if error.context and error.context_mark and error.problem_mark:
        line = error.context_mark.line
        if line != error.problem_mark.line:
            begun = f" {error.context} from line {line + 1}"
    return f"not valid YAML: {problem}{begun}" + (f" ({advice})" if advice else "")


def _about_character(error: MarkedYAMLError, raw: bytes) -> str:
    mark = error.problem_mark
    lines = raw.decode().splitlines()
    if mark is None or mark.line >= len(lines) or mark.column >= len(lines[mark.line]):
        return ""
    character = lines[mark.line][mark.column]
    if character == "\t":
        return "a tab can't indent; use spaces"
    return f"text can't start with {character}; quote it" if character in _UNQUOTABLE else ""
