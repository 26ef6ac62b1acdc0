"""Counting tokens: `mxnet.contrib.text.utils`."""

from __future__ import annotations

import re
from collections import Counter


def count_tokens_from_str(
    source_str: str,
    token_delim: str = " ",
    seq_delim: str = "\n",
    to_lower: bool = False,
    counter_to_update: Counter[str] | None = None,
) -> Counter[str]:
    """Count the tokens of a text.

    Args:
        source_str: the text.
        token_delim: regular expression between tokens.
        seq_delim: regular expression between sequences.
        to_lower: turn the text to lower case first.
        counter_to_update: add to this counter, and return it.

    Returns:
        Number of occurrences by token.

    Source: MXNet 1.9.1 python/mxnet/contrib/text/utils.py.
    """
    text = source_str.lower() if to_lower else source_str
    counter: Counter[str] = Counter() if counter_to_update is None else counter_to_update
    counter.update(token for token in re.split(f"{token_delim}|{seq_delim}", text) if token)
    return counter
