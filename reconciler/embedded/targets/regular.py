"""Regular expressions as clients write them, for matching; those Python cannot read match nothing.

`pcre` decides whether one is accepted at all, which is a wider question.
"""

import re
import warnings


def compiled(pattern: str) -> re.Pattern[str] | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return re.compile(pattern)
    except (re.error, OverflowError, RecursionError):
        return None
