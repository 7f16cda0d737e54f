"""Something that was found when looking whether all is there that is needed."""

from typing import NamedTuple


class Finding(NamedTuple):
    """``about``: a part of what is needed, in a word; ``wrong``: it is in the way."""

    about: str
    text: str
    wrong: bool = False
