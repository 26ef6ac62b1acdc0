"""Numbers for tokens: `mxnet.contrib.text.vocab`."""

from __future__ import annotations

import numbers
from collections import Counter
from collections.abc import Hashable
from typing import Any

from ..._core.errors import ArgumentTypeError

UNKNOWN_IDX = 0


class Vocabulary:
    """Tokens and their numbers: 0 for unknown tokens, then reserved ones, then the others, most frequent first.

    Args:
        counter: number of occurrences by token; None for no tokens but the special ones.
        most_freq_count: at most so many tokens of ``counter``; None for all.
        min_freq: leave out tokens that occur less often, 1 or more.
        unknown_token: what stands for every unknown token.
        reserved_tokens: tokens to number in any case.

    Raises:
        AssertionError: ``min_freq`` below 1, ``counter`` no Counter, or reserved tokens that repeat or hold the
            unknown token.

    Source: MXNet 1.9.1 python/mxnet/contrib/text/vocab.py.
    """

    def __init__(
        self,
        counter: Counter[Any] | None = None,
        most_freq_count: int | None = None,
        min_freq: int = 1,
        unknown_token: Hashable = "<unk>",
        reserved_tokens: list[Any] | None = None,
    ) -> None:
        if min_freq <= 0:
            raise ArgumentTypeError(f"Vocabulary: min_freq must be positive, got {min_freq}")
        reserved = list(reserved_tokens or ())
        if unknown_token in reserved:
            raise ArgumentTypeError(f"Vocabulary: reserved_tokens holds the unknown token {unknown_token!r}")
        if len(set(reserved)) != len(reserved):
            raise ArgumentTypeError(f"Vocabulary: reserved_tokens holds a token twice: {reserved}")
        if counter is not None and not isinstance(counter, Counter):
            raise ArgumentTypeError(f"Vocabulary: counter must be a collections.Counter, got {type(counter).__name__}")
        self._unknown_token = unknown_token
        self._reserved_tokens = None if reserved_tokens is None else reserved
        self._idx_to_token: list[Any] = [unknown_token, *reserved]
        if counter is not None:
            special = set(self._idx_to_token)
            room = len(counter) if most_freq_count is None else most_freq_count
            ranked = sorted(sorted(counter), key=counter.__getitem__, reverse=True)
            chosen = [token for token in ranked if counter[token] >= min_freq and token not in special]
            self._idx_to_token += chosen[:room]
        self._token_to_idx = {token: i for i, token in enumerate(self._idx_to_token)}

    def __len__(self) -> int:
        return len(self.idx_to_token)

    @property
    def token_to_idx(self) -> dict[Any, int]:
        """Number by token."""
        return self._token_to_idx

    @property
    def idx_to_token(self) -> list[Any]:
        """Token by number."""
        return self._idx_to_token

    @property
    def unknown_token(self) -> Hashable:
        """What stands for every unknown token."""
        return self._unknown_token

    @property
    def reserved_tokens(self) -> list[Any] | None:
        """The reserved tokens, or None."""
        return self._reserved_tokens

    def to_indices(self, tokens: Any) -> Any:
        """The number of a token, or the numbers of a list of tokens; 0 for unknown ones."""
        if not isinstance(tokens, list):
            return self.token_to_idx.get(tokens, UNKNOWN_IDX)
        return [self.token_to_idx.get(token, UNKNOWN_IDX) for token in tokens]

    def to_tokens(self, indices: Any) -> Any:
        """The token of a number, or the tokens of a list of numbers.

        Raises:
            ValueError: not an integer, or beyond the last number. TypeError: no number at all.
        """
        for index in indices if isinstance(indices, list) else [indices]:
            if not isinstance(index, int) or index >= len(self.idx_to_token):
                kind = ValueError if isinstance(index, numbers.Number) else TypeError
                raise kind(f"to_tokens: index {index!r} is invalid; there are {len(self.idx_to_token)} tokens")
        if not isinstance(indices, list):
            return self.idx_to_token[indices]
        return [self.idx_to_token[index] for index in indices]
