"""mxnet.contrib.text: vocabularies and word vectors."""

import os
import tempfile
import warnings
from collections import Counter

from ...suite import Suite, attempt

suite = Suite(__name__)

COUNTS = Counter(["a", "b", "b", "c", "c", "c", "some_word$", "Hello"])


def module(mx):
    return mx.contrib.text


@suite.case("count_tokens")
def count_tokens(mx):
    count = module(mx).utils.count_tokens_from_str
    source = " Life is great ! \n life is good . \n"
    given = Counter({"life": 2})
    return (
        dict(count(source)),
        dict(count(source, to_lower=True)),
        dict(count("*Life*is*great*!*\n*life*", r"\*", "\n", True)),
        dict(count(source, counter_to_update=given)),
        dict(given),
        dict(count("")),
    )


VOCABULARIES = {
    "plain": {},
    "most": {"most_freq_count": 2},
    "none": {"most_freq_count": 0},
    "min": {"min_freq": 2},
    "reserved": {"reserved_tokens": ["b", "<pad>"]},
    "all": {"most_freq_count": 3, "min_freq": 2, "unknown_token": "<u>", "reserved_tokens": ["c"]},
    "unknown_inside": {"unknown_token": "c"},
    "empty_reserved": {"reserved_tokens": []},
}
for _name, _options in VOCABULARIES.items():

    def _vocabulary(mx, options=_options):
        v = module(mx).vocab.Vocabulary(COUNTS, **options)
        return (
            len(v),
            v.token_to_idx,
            v.idx_to_token,
            v.unknown_token,
            v.reserved_tokens,
            v.to_indices("c"),
            v.to_indices(["c", "nothing", "b"]),
            v.to_tokens(0),
            v.to_tokens([0, len(v) - 1]),
            attempt(lambda: v.to_tokens(len(v))),
            attempt(lambda: v.to_tokens([0, 1.5])),
            attempt(lambda: v.to_tokens("a")),
        )

    suite.case("vocabulary/" + _name)(_vocabulary)


@suite.case("vocabulary/errors")
def errors(mx):
    make = module(mx).vocab.Vocabulary
    return (
        attempt(lambda: make(COUNTS, min_freq=0)),
        attempt(lambda: make(COUNTS, reserved_tokens=["a", "a"])),
        attempt(lambda: make(COUNTS, reserved_tokens=["<unk>"])),
        attempt(lambda: make(dict(COUNTS))),
        len(make()),
        make(None, reserved_tokens=["x"]).idx_to_token,
    )


def written(lines, folder, name="vectors.txt"):
    path = os.path.join(folder, name)
    with open(path, "w") as f:
        f.write("\n".join(lines) + "\n")
    return path


VECTORS = ["a 0.1 0.2 0.3", "b 0.4 0.5 0.6", "c 1 2 3", "Hello 7 8 9"]
FILES = {
    "plain": (VECTORS, {}),
    "unknown_vector": (["<unk> 9 9 9", *VECTORS], {}),
    "ones": (VECTORS, {"init_unknown_vec": "ones"}),
    "delimiter": ([v.replace(" ", "|") for v in VECTORS], {"elem_delim": "|"}),
    "header": (["4 3", *VECTORS], {}),
    "twice": ([*VECTORS, "a 5 5 5"], {}),
}
for _name, (_lines, _options) in FILES.items():

    def _custom(mx, lines=_lines, options=_options):
        options = dict(options)
        if "init_unknown_vec" in options:
            options["init_unknown_vec"] = mx.nd.ones
        with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            path = written(lines, folder)
            e = module(mx).embedding.CustomEmbedding(path, **options)
            v = module(mx).vocab.Vocabulary(COUNTS, reserved_tokens=["<pad>"])
            joined = module(mx).embedding.CustomEmbedding(path, vocabulary=v, **options)
            both = module(mx).embedding.CompositeEmbedding(v, [e, e])
            one = module(mx).embedding.CompositeEmbedding(v, e)
        e2 = module(mx).embedding.CompositeEmbedding(v, e)
        e2.update_token_vectors("c", mx.nd.array([5, 5, 5]))
        e2.update_token_vectors(["a", "b"], mx.nd.array([[1, 1, 1], [2, 2, 2]]))
        return (
            len(e),
            e.vec_len,
            e.idx_to_vec,
            e.idx_to_token,
            e.get_vecs_by_tokens("a"),
            e.get_vecs_by_tokens(["a", "nothing", "HELLO"], lower_case_backup=True),
            joined.idx_to_vec,
            joined.idx_to_token,
            both.idx_to_vec,
            both.vec_len,
            one.reserved_tokens,
            e2.idx_to_vec,
            len(caught),
            attempt(lambda: e.update_token_vectors("nothing", mx.nd.ones(3))),
            attempt(lambda: e.update_token_vectors("a", mx.nd.ones(2))),
            attempt(lambda: e.update_token_vectors(["a", "b"], mx.nd.ones(3))),
        )

    suite.case("custom/" + _name)(_custom)


@suite.case("custom/errors")
def custom_errors(mx):
    make = module(mx).embedding.CustomEmbedding
    with tempfile.TemporaryDirectory() as folder:
        return (
            attempt(lambda: make(os.path.join(folder, "nothing"))),
            attempt(lambda: make(written(["a 1 2", "b 1 2 3"], folder))),
            attempt(lambda: make(written(["a", "b 1 2"], folder))),
            attempt(lambda: make(written(["a 1 x"], folder))),
            attempt(lambda: make(written(VECTORS, folder), vocabulary=3)),
        )


@suite.case("pretrained")
def pretrained(mx):
    e = module(mx).embedding
    names = e.get_pretrained_file_names()
    with tempfile.TemporaryDirectory() as folder:
        return (
            sorted(names),
            names["glove"],
            len(names["fasttext"]),
            e.get_pretrained_file_names("glove"),
            attempt(lambda: e.get_pretrained_file_names("nothing")),
            attempt(lambda: e.create("glove", pretrained_file_name="nothing", embedding_root=folder)),
            attempt(lambda: e.create("nothing")),
            e.GloVe._get_download_file_name("glove.6B.50d.txt"),
            e.FastText._get_download_file_name("wiki.simple.vec"),
        )
