"""Texts to learn language models from."""

from __future__ import annotations

import importlib
import os
import shutil
import zipfile
from typing import Any

import numpy as np

from .... import base, nd
from ..._download import _get_repo_file_url, check_sha1, download
from ...data import dataset
from . import _constants as C

__all__ = ["WikiText103", "WikiText2"]

_DATASETS = os.path.join(base.data_dir(), "datasets")


def _text() -> Any:
    # vocabularies live in a room above this one, which most programs that load data do not need
    return importlib.import_module("....contrib.text", __package__)


class _LanguageModelDataset(dataset._DownloadedDataset):
    """A text as rows of token numbers; the label of each token is the one after it."""

    def __init__(self, root: str, namespace: str, vocabulary: Any) -> None:
        self._vocab = vocabulary
        self._counter: Any = None
        self._namespace = namespace
        super().__init__(root, None)

    @property
    def vocabulary(self) -> Any:
        """Tokens and their numbers."""
        return self._vocab

    @property
    def frequencies(self) -> Any:
        """How often each token occurs in the text."""
        return self._counter

    def _build_vocab(self, content: str) -> None:
        text = _text()
        if not self._counter:
            self._counter = text.utils.count_tokens_from_str(content)
        if not self._vocab:
            self._vocab = text.vocab.Vocabulary(counter=self.frequencies, reserved_tokens=[C.EOS_TOKEN])


class _WikiText(_LanguageModelDataset):
    """What the two collections of Wikipedia articles have in common."""

    _archive_file: tuple[str, str]
    _data_file: dict[str, tuple[str, str]]
    _segment: str
    _seq_len: int

    def _read_batch(self, filename: str) -> tuple[Any, Any]:
        with open(filename, encoding="utf8") as file:
            content = file.read()
        self._build_vocab(content)
        tokens: list[str] = []
        for line in content.splitlines():
            words = line.split()
            if words:
                tokens += words
                tokens.append(C.EOS_TOKEN)
        numbers = np.array(self.vocabulary.to_indices(tokens), dtype=np.int32)
        return numbers[:-1], numbers[1:]

    def _get_data(self) -> None:
        name, sha1 = self._data_file[self._segment]
        path = os.path.join(self._root, name)
        if not os.path.exists(path) or not check_sha1(path, sha1):
            archive_name, archive_sha1 = self._archive_file
            url = _get_repo_file_url("gluon/dataset/" + self._namespace, archive_name)
            with zipfile.ZipFile(download(url, path=self._root, sha1_hash=archive_sha1)) as archive:
                for member in archive.namelist():
                    file = os.path.basename(member)
                    if file:
                        with archive.open(member) as source, open(os.path.join(self._root, file), "wb") as target:
                            shutil.copyfileobj(source, target)
        data, label = self._read_batch(path)
        whole = len(data) // self._seq_len * self._seq_len
        self._data = nd.array(data[:whole], dtype=data.dtype).reshape((-1, self._seq_len))
        self._label = nd.array(label[:whole], dtype=label.dtype).reshape((-1, self._seq_len))


class WikiText2(_WikiText):
    """WikiText-2: 2 million words of Wikipedia, for language models (Salesforce research; CC BY-SA).

    A sample is ``seq_len`` token numbers, int32, and the same moved by one. Each sentence ends with ``<eos>``. Missing
    files are downloaded.

    Args:
        root: folder of the files.
        segment: ``"train"``, ``"validation"`` or ``"test"``.
        vocab: a `mxnet.contrib.text.vocab.Vocabulary`; made from the text if None.
        seq_len: tokens in a sample, whatever sentences they belong to.

    Raises:
        KeyError: another segment.

    Source: MXNet 1.9.1 python/mxnet/gluon/contrib/data/text.py.
    """

    def __init__(
        self,
        root: str = os.path.join(_DATASETS, "wikitext-2"),
        segment: str = "train",
        vocab: Any = None,
        seq_len: int = 35,
    ) -> None:
        self._archive_file = ("wikitext-2-v1.zip", "3c914d17d80b1459be871a5039ac23e752a53cbe")
        self._data_file = {
            "train": ("wiki.train.tokens", "863f29c46ef9d167fff4940ec821195882fe29d1"),
            "validation": ("wiki.valid.tokens", "0418625c8b4da6e4b5c7a0b9e78d4ae8f7ee5422"),
            "test": ("wiki.test.tokens", "c7b8ce0aa086fb34dab808c5c49224211eb2b172"),
        }
        self._segment = segment
        self._seq_len = seq_len
        super().__init__(root, "wikitext-2", vocab)


class WikiText103(_WikiText):
    """WikiText-103: 103 million words of Wikipedia; else as `WikiText2`.

    Args:
        root: folder of the files.
        segment: ``"train"``, ``"validation"`` or ``"test"``.
        vocab: a `mxnet.contrib.text.vocab.Vocabulary`; made from the text if None.
        seq_len: tokens in a sample, whatever sentences they belong to.

    Raises:
        KeyError: another segment.

    Source: MXNet 1.9.1 python/mxnet/gluon/contrib/data/text.py.
    """

    def __init__(
        self,
        root: str = os.path.join(_DATASETS, "wikitext-103"),
        segment: str = "train",
        vocab: Any = None,
        seq_len: int = 35,
    ) -> None:
        self._archive_file = ("wikitext-103-v1.zip", "0aec09a7537b58d4bb65362fee27650eeaba625a")
        self._data_file = {
            "train": ("wiki.train.tokens", "b7497e2dfe77e72cfef5e3dbc61b7b53712ac211"),
            "validation": ("wiki.valid.tokens", "c326ac59dc587676d58c422eb8a03e119582f92b"),
            "test": ("wiki.test.tokens", "8a5befc548865cec54ed4273cf87dbbad60d1e47"),
        }
        self._segment = segment
        self._seq_len = seq_len
        super().__init__(root, "wikitext-103", vocab)
