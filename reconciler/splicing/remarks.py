"""Comments that were written as remarks about an object, of which some are true no longer."""

from collections.abc import Collection

from reconciler.render.manifest_text import remarks_in
from reconciler.splicing.nodes import Document
from reconciler.splicing.parts import Splice


def corrections(text: str, document: Document, true: Collection[str]) -> list[Splice]:
    """Return the exchanges by which only what is true is remarked above an object.

    ``true``: all that may be. What is new is said in the place of what goes; where nothing goes,
    nothing is. A comment that somebody has changed is no remark.
    """
    start = document.start
    head = text[start : document.root.start if document.root else document.end]
    found = list(remarks_in(head))
    untrue = [each for each in found if each[1] not in true]
    if not untrue:
        return []
    said = {each[1] for each in found}
    new = "".join(f"# {remark}\n" for remark in true if remark not in said)
    first, *rest = ((start + each.start(), start + each.end()) for each in untrue)
    return [Splice(*first, new), *(Splice(*each, "") for each in rest)]
