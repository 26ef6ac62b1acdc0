"""Pretrained word vectors: `mxnet.contrib.text.embedding`."""

from __future__ import annotations

import logging
import os
import tarfile
import warnings
import zipfile
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

from ... import base as base
from ... import nd as nd
from ... import registry as registry
from ..._core.errors import ArgumentTypeError
from ...gluon.utils import check_sha1, download
from ...util import is_np_array as is_np_array
from . import _constants as C
from . import vocab as vocab
from .vocab import UNKNOWN_IDX


def register(embedding_cls: type) -> type:
    """Make a subclass of ``_TokenEmbedding`` known to `create` under its name in lower case."""
    return registry.get_register_func(_TokenEmbedding, "token embedding")(embedding_cls)  # type: ignore[no-any-return]


def create(embedding_name: str, **kwargs: Any) -> _TokenEmbedding:
    """An embedding by the name of its class (any case), made with ``kwargs``."""
    make = registry.get_create_func(_TokenEmbedding, "token embedding")
    return make(embedding_name, **kwargs)  # type: ignore[no-any-return]


def get_pretrained_file_names(embedding_name: str | None = None) -> Any:
    """Names of the pretrained files of an embedding, or of all as a dict.

    Raises:
        KeyError: no such embedding.
    """
    known = registry.get_registry(_TokenEmbedding)
    if embedding_name is None:
        return {name: list(cls.pretrained_file_name_sha1) for name, cls in known.items()}
    if embedding_name not in known:
        raise KeyError(f"no embedding {embedding_name!r}; there are {', '.join(known)}")
    return list(known[embedding_name].pretrained_file_name_sha1)


class _TokenEmbedding(vocab.Vocabulary):
    """A vocabulary with a vector for each token.

    Source: MXNet 1.9.1 python/mxnet/contrib/text/embedding.py.
    """

    #: SHA-1 by archive to download, and by file inside
    pretrained_archive_name_sha1: ClassVar[dict[str, str]]
    pretrained_file_name_sha1: ClassVar[dict[str, str]] = {}
    _vec_len: int
    _idx_to_vec: Any

    @classmethod
    def _get_download_file_name(cls, pretrained_file_name: str) -> str:
        return pretrained_file_name

    @classmethod
    def _get_pretrained_file_url(cls, pretrained_file_name: str) -> str:
        repository = os.environ.get("MXNET_GLUON_REPO", C.REPOSITORY)
        file_name = cls._get_download_file_name(pretrained_file_name)
        return f"{repository}gluon/embeddings/{cls.__name__.lower()}/{file_name}"

    @classmethod
    def _get_pretrained_file(cls, embedding_root: str, pretrained_file_name: str) -> str:
        """Path of a pretrained file, downloaded and unpacked if it is not there."""
        folder = os.path.join(os.path.expanduser(embedding_root), cls.__name__.lower())
        path = os.path.join(folder, pretrained_file_name)
        digest = cls.pretrained_file_name_sha1[pretrained_file_name]
        if os.path.exists(path) and check_sha1(path, digest):
            return path
        url = cls._get_pretrained_file_url(pretrained_file_name)
        archive = os.path.basename(url)
        sums = getattr(cls, "pretrained_archive_name_sha1", {archive: digest})
        target = os.path.join(folder, archive)
        download(url, target, sha1_hash=sums[archive])
        if archive.endswith(".zip"):
            with zipfile.ZipFile(target) as packed:
                packed.extractall(folder)
        elif archive.endswith(".gz"):
            with tarfile.open(target, "r:gz") as packed_tar:
                packed_tar.extractall(folder, filter="data")
        return path

    @classmethod
    def _check_pretrained_file_names(cls, pretrained_file_name: str) -> None:
        if pretrained_file_name not in cls.pretrained_file_name_sha1:
            raise KeyError(
                f"{cls.__name__}: no pretrained file {pretrained_file_name!r}; "
                f"there are {', '.join(cls.pretrained_file_name_sha1)}"
            )

    def _load_embedding(
        self, pretrained_file_path: str, elem_delim: str, init_unknown_vec: Callable[..., Any], encoding: str = "utf8"
    ) -> None:
        """Read a file of lines ``token number number ...``; the first vector of a token counts."""
        path = os.path.expanduser(pretrained_file_path)
        if not os.path.isfile(path):
            raise ValueError(f"pretrained_file_path: {pretrained_file_path!r} is not a file")
        logging.info("Loading pre-trained token embedding vectors from %s", path)
        unknown: list[float] | None = None
        seen: set[str] = set()
        rows: list[list[float]] = []
        for number, token, vector in _read(path, elem_delim, encoding):
            if token == self.unknown_token and unknown is None:
                unknown = vector
                seen.add(token)
            elif token in seen:
                warnings.warn(f"{path}, line {number}: token {token} is there twice; the first is taken", stacklevel=3)
            elif len(vector) == 1:
                warnings.warn(
                    f"{path}, line {number}: token {token} with the vector {vector} of one number is likely a header "
                    "and is skipped",
                    stacklevel=3,
                )
            else:
                if rows and len(vector) != len(rows[0]):
                    raise ArgumentTypeError(
                        f"{path}, line {number}: the vector of {token} has {len(vector)} numbers, "
                        f"those before have {len(rows[0])}"
                    )
                rows.append(vector)
                seen.add(token)
                self._idx_to_token.append(token)
                self._token_to_idx[token] = len(self._idx_to_token) - 1
        if not rows:
            raise ValueError(f"{path}: no vectors in it")
        self._vec_len = len(rows[0])
        self._idx_to_vec = _array([[0.0] * self._vec_len, *rows])
        if unknown is None:
            first = init_unknown_vec(shape=self._vec_len)
            self._idx_to_vec[UNKNOWN_IDX] = first.as_np_ndarray() if is_np_array() else first
        else:
            self._idx_to_vec[UNKNOWN_IDX] = _array(unknown)

    def _index_tokens_from_vocabulary(self, vocabulary: vocab.Vocabulary) -> None:
        self._token_to_idx = dict(vocabulary.token_to_idx)
        self._idx_to_token = list(vocabulary.idx_to_token)
        self._unknown_token = vocabulary.unknown_token
        reserved = vocabulary.reserved_tokens
        self._reserved_tokens = None if reserved is None else list(reserved)

    def _set_idx_to_vec_by_embeddings(
        self, token_embeddings: list[_TokenEmbedding], vocab_len: int, vocab_idx_to_token: list[Any]
    ) -> None:
        """Vectors of a vocabulary's tokens, from one embedding or several side by side."""
        width = sum(each.vec_len for each in token_embeddings)
        vectors = nd.zeros(shape=(vocab_len, width))
        start = 0
        for each in token_embeddings:
            end = start + each.vec_len
            vectors[0, start:end] = each.idx_to_vec[0]
            if vocab_len > 1:
                vectors[1:, start:end] = each.get_vecs_by_tokens(vocab_idx_to_token[1:])
            start = end
        self._vec_len = width
        self._idx_to_vec = vectors.as_np_ndarray() if is_np_array() else vectors

    def _build_embedding_for_vocabulary(self, vocabulary: vocab.Vocabulary | None) -> None:
        if vocabulary is not None:
            _check_vocabulary(vocabulary)
            self._set_idx_to_vec_by_embeddings([self], len(vocabulary), vocabulary.idx_to_token)
            self._index_tokens_from_vocabulary(vocabulary)

    @property
    def vec_len(self) -> int:
        """Length of each vector."""
        return self._vec_len

    @property
    def idx_to_vec(self) -> Any:
        """The vectors, (number of tokens, vec_len)."""
        return self._idx_to_vec

    def get_vecs_by_tokens(self, tokens: Any, lower_case_backup: bool = False) -> Any:
        """The vector of a token (vec_len,), or those of a list of tokens (n, vec_len).

        Args:
            tokens: a token, or a list.
            lower_case_backup: look up a token that is not there in lower case.
        """

        def number(token: Any) -> int:
            found = self.token_to_idx.get(token)
            if found is None and lower_case_backup:
                found = self.token_to_idx.get(token.lower())
            return UNKNOWN_IDX if found is None else found

        several = isinstance(tokens, list)
        vectors = self._idx_to_vec.take(_array([number(token) for token in (tokens if several else [tokens])]))
        return vectors if several else vectors[0]

    def update_token_vectors(self, tokens: Any, new_vectors: Any) -> None:
        """Replace vectors.

        Args:
            tokens: a token, or a list.
            new_vectors: (n, vec_len), for a single token also (vec_len,).

        Raises:
            AssertionError: vectors of another shape. ValueError: an unknown token (name the unknown token itself to
                change its vector).
        """
        names = tokens if isinstance(tokens, list) else [tokens]
        if not isinstance(new_vectors, nd.NDArray):
            raise ArgumentTypeError(f"new_vectors must be an NDArray, got {type(new_vectors).__name__}")
        if len(names) == 1 and len(new_vectors.shape) == 1:
            new_vectors = new_vectors.expand_dims(0)
        if new_vectors.shape != (len(names), self.vec_len):
            raise ArgumentTypeError(
                f"new_vectors {new_vectors.shape} must have the shape {(len(names), self.vec_len)}: tokens, vec_len"
            )
        for name in names:
            if name not in self.token_to_idx:
                raise ValueError(
                    f"token {name!r} is unknown; to change the vector of unknown tokens, name {self.unknown_token!r}"
                )
        self._idx_to_vec[_array([self.token_to_idx[name] for name in names])] = new_vectors


def _array(values: Any) -> Any:
    array = nd.array(values)
    return array.as_np_ndarray() if is_np_array() else array


def _read(path: str, delimiter: str, encoding: str) -> Iterator[tuple[int, str, list[float]]]:
    with open(path, encoding=encoding) as file:
        for number, line in enumerate(file, 1):
            token, *values = line.rstrip().split(delimiter)
            if not values:
                raise ArgumentTypeError(f"{path}, line {number}: not a token and its vector, split by {delimiter!r}")
            yield number, token, [float(value) for value in values]


def _check_vocabulary(vocabulary: Any) -> None:
    if not isinstance(vocabulary, vocab.Vocabulary):
        raise ArgumentTypeError(f"vocabulary must be a Vocabulary, got {type(vocabulary).__name__}")


_ROOT = os.path.join(base.data_dir(), "embeddings")


@register
class GloVe(_TokenEmbedding):
    """GloVe vectors.

    Args:
        pretrained_file_name: one of ``get_pretrained_file_names("glove")``.
        embedding_root: folder for the files; nothing is downloaded if the file is there.
        init_unknown_vec: makes the vector of unknown tokens from ``shape``, if the file has none.
        vocabulary: the tokens to number; None for all in the file.
        kwargs: as of `Vocabulary`.

    Raises:
        KeyError: no such file.

    Source: MXNet 1.9.1 python/mxnet/contrib/text/embedding.py.
    """

    pretrained_archive_name_sha1 = C.GLOVE_ARCHIVES
    pretrained_file_name_sha1 = C.GLOVE_FILES

    @classmethod
    def _get_download_file_name(cls, pretrained_file_name: str) -> str:
        corpus = pretrained_file_name.split(".")[1]
        return next(name for name in cls.pretrained_archive_name_sha1 if name.split(".")[1] == corpus)

    def __init__(
        self,
        pretrained_file_name: str = "glove.840B.300d.txt",
        embedding_root: str = _ROOT,
        init_unknown_vec: Callable[..., Any] = nd.zeros,
        vocabulary: vocab.Vocabulary | None = None,
        **kwargs: Any,
    ) -> None:
        self._check_pretrained_file_names(pretrained_file_name)
        super().__init__(**kwargs)
        path = self._get_pretrained_file(embedding_root, pretrained_file_name)
        self._load_embedding(path, " ", init_unknown_vec)
        self._build_embedding_for_vocabulary(vocabulary)


@register
class FastText(_TokenEmbedding):
    """fastText vectors.

    Args:
        pretrained_file_name: one of ``get_pretrained_file_names("fasttext")``.
        embedding_root: folder for the files; nothing is downloaded if the file is there.
        init_unknown_vec: makes the vector of unknown tokens from ``shape``, if the file has none.
        vocabulary: the tokens to number; None for all in the file.
        kwargs: as of `Vocabulary`.

    Raises:
        KeyError: no such file.

    Source: MXNet 1.9.1 python/mxnet/contrib/text/embedding.py.
    """

    pretrained_archive_name_sha1 = C.FASTTEXT_ARCHIVES
    pretrained_file_name_sha1 = C.FASTTEXT_FILES

    @classmethod
    def _get_download_file_name(cls, pretrained_file_name: str) -> str:
        return os.path.splitext(pretrained_file_name)[0] + ".zip"

    def __init__(
        self,
        pretrained_file_name: str = "wiki.simple.vec",
        embedding_root: str = _ROOT,
        init_unknown_vec: Callable[..., Any] = nd.zeros,
        vocabulary: vocab.Vocabulary | None = None,
        **kwargs: Any,
    ) -> None:
        self._check_pretrained_file_names(pretrained_file_name)
        super().__init__(**kwargs)
        path = self._get_pretrained_file(embedding_root, pretrained_file_name)
        self._load_embedding(path, " ", init_unknown_vec)
        self._build_embedding_for_vocabulary(vocabulary)


class CustomEmbedding(_TokenEmbedding):
    """Vectors from a file of one's own: a line for each token, ``token number number ...``.

    Args:
        pretrained_file_path: the file.
        elem_delim: what stands between token and numbers.
        encoding: of the file.
        init_unknown_vec: makes the vector of unknown tokens from ``shape``, if the file has none.
        vocabulary: the tokens to number; None for all in the file.
        kwargs: as of `Vocabulary`.

    Raises:
        ValueError: no such file. AssertionError: a line without numbers, or with another number of them.

    Source: MXNet 1.9.1 python/mxnet/contrib/text/embedding.py.
    """

    def __init__(
        self,
        pretrained_file_path: str,
        elem_delim: str = " ",
        encoding: str = "utf8",
        init_unknown_vec: Callable[..., Any] = nd.zeros,
        vocabulary: vocab.Vocabulary | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self._load_embedding(pretrained_file_path, elem_delim, init_unknown_vec, encoding)
        self._build_embedding_for_vocabulary(vocabulary)


class CompositeEmbedding(_TokenEmbedding):
    """The vectors of several embeddings side by side, for the tokens of a vocabulary.

    Args:
        vocabulary: the tokens.
        token_embeddings: an embedding, or a list of them.

    Raises:
        AssertionError: something else than a Vocabulary, or than embeddings.

    Source: MXNet 1.9.1 python/mxnet/contrib/text/embedding.py.
    """

    def __init__(self, vocabulary: vocab.Vocabulary, token_embeddings: Any) -> None:
        _check_vocabulary(vocabulary)
        embeddings = token_embeddings if isinstance(token_embeddings, list) else [token_embeddings]
        for each in embeddings:
            if not isinstance(each, _TokenEmbedding):
                raise ArgumentTypeError(f"token_embeddings must be embeddings, got {type(each).__name__}")
        self._index_tokens_from_vocabulary(vocabulary)
        self._set_idx_to_vec_by_embeddings(embeddings, len(self), self.idx_to_token)
