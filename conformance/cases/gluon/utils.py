"""gluon.utils: splitting, clipping, files and small helpers."""

import os
import tempfile

import numpy as np

from ...suite import Suite, attempt

suite = Suite(__name__)


def _x(mx, *shape):
    return mx.nd.arange(int(np.prod(shape))).reshape(shape)


def _two(mx):
    return [mx.cpu(0), mx.cpu(1)]


suite.table(
    "split_data",
    {
        "even": lambda mx: mx.gluon.utils.split_data(_x(mx, 6, 2), 3),
        "one": lambda mx: mx.gluon.utils.split_data(_x(mx, 6), 1),
        "axis": lambda mx: mx.gluon.utils.split_data(_x(mx, 2, 6), 3, batch_axis=1),
        "axis_negative": lambda mx: mx.gluon.utils.split_data(_x(mx, 2, 6), 3, batch_axis=-1),
        "uneven": lambda mx: mx.gluon.utils.split_data(_x(mx, 7, 1), 3, even_split=False),
        "uneven_8_5": lambda mx: mx.gluon.utils.split_data(_x(mx, 8), 5, even_split=False),
        "uneven_axis": lambda mx: mx.gluon.utils.split_data(_x(mx, 1, 7), 3, 1, False),
        "uneven_refused": lambda mx: attempt(lambda: mx.gluon.utils.split_data(_x(mx, 7), 3)),
        "too_few": lambda mx: attempt(lambda: mx.gluon.utils.split_data(_x(mx, 2), 3, even_split=False)).types[0],
        "bad_axis": lambda mx: attempt(lambda: mx.gluon.utils.split_data(_x(mx, 2), 2, batch_axis=3)),
        "zero": lambda mx: attempt(lambda: mx.gluon.utils.split_data(_x(mx, 2), 0)),
        "shares": lambda mx: _shares(mx),
        "recorded": lambda mx: _recorded(mx),
    },
)


def _shares(mx):
    x = _x(mx, 4)
    parts = mx.gluon.utils.split_data(x, 2)
    parts[0][:] = 9
    return x


def _recorded(mx):
    x = _x(mx, 4, 2)
    x.attach_grad()
    with mx.autograd.record():
        a, b = mx.gluon.utils.split_data(x, 2)
        y = (a * 2 + b * 3).sum()
    y.backward()
    return x.grad


suite.table(
    "split_and_load",
    {
        "two": lambda mx: mx.gluon.utils.split_and_load(_x(mx, 4, 2), _two(mx)),
        "one": lambda mx: mx.gluon.utils.split_and_load(_x(mx, 4, 2), [mx.cpu(1)]),
        "one_same": lambda mx: (lambda x: mx.gluon.utils.split_and_load(x, [mx.cpu()])[0] is x)(_x(mx, 2)),
        "numpy": lambda mx: mx.gluon.utils.split_and_load(np.arange(4), _two(mx)),
        "list": lambda mx: mx.gluon.utils.split_and_load([[1, 2], [3, 4]], _two(mx), batch_axis=1),
        "uneven": lambda mx: mx.gluon.utils.split_and_load(_x(mx, 3), _two(mx), even_split=False),
        "uneven_refused": lambda mx: attempt(lambda: mx.gluon.utils.split_and_load(_x(mx, 3), _two(mx))),
        "integers": lambda mx: mx.gluon.utils.split_and_load(mx.nd.array([1, 2], dtype="int32"), _two(mx)),
        "no_context": lambda mx: attempt(lambda: mx.gluon.utils.split_and_load(_x(mx, 3), [])).types[0],
        "from_other_context": lambda mx: mx.gluon.utils.split_and_load(mx.nd.ones((2,), ctx=mx.cpu(3)), _two(mx)),
    },
)


def _clip(limit, check=True, arrays=None):
    def program(mx):
        made = arrays(mx) if arrays else [_x(mx, 2, 2), mx.nd.ones((3,)) * 4]
        norm = mx.gluon.utils.clip_global_norm(made, limit, check)
        return norm, type(norm).__name__, made

    return program


suite.table(
    "clip_global_norm",
    {
        "clips": _clip(1.0),
        "leaves": _clip(1000),
        "unchecked": _clip(1.0, False),
        "unchecked_leaves": _clip(1000, False),
        "zero": _clip(0),
        "contexts": _clip(1.0, True, lambda mx: [mx.nd.ones((2,), ctx=c) * 3 for c in _two(mx)]),
        "sparse": _clip(1.0, True, lambda mx: [mx.nd.array([[1, 2], [0, 0]]).tostype("row_sparse"), mx.nd.ones(2)]),
        "float64": lambda mx: attempt(_clip(1.0, True, lambda mx: [mx.nd.ones((2,), dtype="float64")]), mx),
        "mixed": lambda mx: attempt(
            _clip(1.0, True, lambda mx: [mx.nd.ones(2), mx.nd.ones((2,), dtype="float64")]), mx
        ),
        "one": _clip(1.0, True, lambda mx: [mx.nd.array([3, 4])]),
        "empty": lambda mx: attempt(lambda: mx.gluon.utils.clip_global_norm([], 1)),
        "nan": _clip(1.0, True, lambda mx: [mx.nd.array([np.nan, 1])]),
        "inf": _clip(1.0, True, lambda mx: [mx.nd.array([np.inf, 1])]),
        "zeros": _clip(1.0, True, lambda mx: [mx.nd.zeros(3)]),
        "grads": lambda mx: _clip_grads(mx),
        "recording": lambda mx: _clip_recording(mx),
    },
)


def _clip_grads(mx):
    p = mx.gluon.Parameter("w", shape=(2, 2))
    p.initialize(init="ones")
    with mx.autograd.record():
        y = (p.data() * _x(mx, 2, 2)).sum()
    y.backward()
    norm = mx.gluon.utils.clip_global_norm([p.grad()], 1.0)
    return norm, p.grad(), bool(p.data()._fresh_grad)


def _clip_recording(mx):
    x = mx.nd.ones(2)
    with mx.autograd.record():
        return attempt(mx.gluon.utils.clip_global_norm, [x], 0.5).types


suite.table(
    "helpers",
    {
        "indent": lambda mx: [mx.gluon.utils._indent(s, n) for s in ("a", "a\nb", "a\n\nb\n") for n in (0, 3)],
        "brief_print_list": lambda mx: [
            mx.gluon.utils._brief_print_list(range(n), limit) for n in (0, 1, 7, 8, 20) for limit in (2, 3, 7)
        ],
        "repo_url": lambda mx: mx.gluon.utils._get_repo_url(),
        "repo_url_environment": lambda mx: _with_repo(mx, "http://x.org/repo"),
        "repo_url_slash": lambda mx: _with_repo(mx, "http://x.org/repo/"),
        "repo_file_url": lambda mx: mx.gluon.utils._get_repo_file_url("gluon/dataset/mnist", "x.gz"),
        "shape_is_known": lambda mx: [
            mx.gluon.utils.shape_is_known(s) for s in (None, (), (1,), (0,), (2, 0), (2, 3), [4])
        ],
        "shape_is_known_negative": lambda mx: attempt(mx.gluon.utils.shape_is_known, (2, -1)),
        "shape_is_known_np": lambda mx: _known_np(mx),
    },
)


def _with_repo(mx, url):
    before = os.environ.get("MXNET_GLUON_REPO")
    os.environ["MXNET_GLUON_REPO"] = url
    try:
        return mx.gluon.utils._get_repo_url(), mx.gluon.utils._get_repo_file_url("a", "b")
    finally:
        if before is None:
            del os.environ["MXNET_GLUON_REPO"]
        else:
            os.environ["MXNET_GLUON_REPO"] = before


def _known_np(mx):
    with mx.util.np_shape(True):
        return [mx.gluon.utils.shape_is_known(s) for s in (None, (), (1,), (0,), (2, -1), (2, 3))] + [
            attempt(mx.gluon.utils.shape_is_known, (2, -2))
        ]


def _file(content, use):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "f")
        with open(path, "wb") as file:
            file.write(content)
        return use(path)


SHA = "a9993e364706816aba3e25717850c26c9cd0d89d"  # of b"abc"

suite.table(
    "files",
    {
        "check_sha1": lambda mx: _file(b"abc", lambda p: mx.gluon.utils.check_sha1(p, SHA)),
        "check_sha1_other": lambda mx: _file(b"abd", lambda p: mx.gluon.utils.check_sha1(p, SHA)),
        "check_sha1_upper": lambda mx: _file(b"abc", lambda p: mx.gluon.utils.check_sha1(p, SHA.upper())),
        "check_sha1_missing": lambda mx: attempt(mx.gluon.utils.check_sha1, "no-such-file", SHA).types,
        "replace_file": lambda mx: _file(b"abc", lambda p: _replaced(mx, p)),
        "replace_file_missing": lambda mx: attempt(mx.gluon.utils.replace_file, "no-such-file", "other").types,
        "download_present": lambda mx: _file(b"abc", lambda p: mx.gluon.utils.download("http://x.nope/f", p) == p),
        "download_present_sha": lambda mx: _file(
            b"abc", lambda p: mx.gluon.utils.download("http://x.nope/f", p, sha1_hash=SHA) == p
        ),
        "download_folder": lambda mx: _file(
            b"abc", lambda p: mx.gluon.utils.download("http://x.nope/f", os.path.dirname(p)) == p
        ),
        "download_no_name": lambda mx: attempt(mx.gluon.utils.download, "http://x.nope/"),
        "download_negative": lambda mx: attempt(mx.gluon.utils.download, "http://x.nope/f", retries=-1),
    },
)


def _replaced(mx, path):
    mx.gluon.utils.replace_file(path, path + "2")
    return os.path.exists(path), os.path.exists(path + "2")


@suite.case()
def hook_handle(mx):
    from collections import OrderedDict

    hooks = OrderedDict()
    handle = mx.gluon.utils.HookHandle()
    handle.attach(hooks, len)
    inside = list(hooks.values()) == [len]
    twice = attempt(handle.attach, hooks, len)
    handle.detach()
    handle.detach()
    with mx.gluon.utils.HookHandle() as other:
        other.attach(hooks, print)
        count = len(hooks)
    state = handle.__getstate__()
    return inside, twice, count, len(hooks), state[0] == hooks, state[1] == id(len)
