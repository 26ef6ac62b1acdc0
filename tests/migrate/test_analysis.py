"""Names are followed to what they stand for, and each use gets its verdict."""

from __future__ import annotations

from pathlib import Path

import pytest

from mxcompat.migrate._uses import Status


def names(report, *statuses: Status) -> list[str]:
    wanted = statuses or tuple(Status)
    return [use.name for use in report.uses if use.status in wanted]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("import mxnet as mx\nx = mx.nd.zeros((2,))", ["nd.zeros"]),
        ("import mxnet\nx = mxnet.nd.zeros((2,))", ["nd.zeros"]),
        ("from mxnet import nd, sym\nnd.zeros(1)\nsym.var('x')", ["nd.zeros", "symbol.var"]),
        ("from mxnet.gluon import nn as layers\nlayers.Dense(3)", ["gluon.nn.Dense"]),
        ("from mxnet.gluon.nn import Dense\nDense(3)", ["gluon.nn.Dense"]),
        ("from mxnet.gluon.nn import *\nDense(3)", ["gluon.nn.Dense"]),
        ("import mxnet.gluon.loss as L\nL.L2Loss()", ["gluon.loss.L2Loss"]),
        ("import mxnet as mx\nnd = mx.nd\nnd.ones(1)", ["nd.ones"]),
        ("import mxnet as mx\ng = getattr(mx.nd, 'ones')", ["nd.ones"]),
        ("import mxcompat as mx\nmx.nd.ones(1)", ["nd.ones"]),
    ],
)
def test_imports_and_aliases(scanned, code: str, expected: list[str]) -> None:
    assert names(scanned(code)) == expected


def test_a_name_that_is_bound_again_is_let_go(scanned) -> None:
    assert names(scanned("from mxnet import nd\nnd.ones(1)\nimport numpy as nd\nnd.array_of_nothing(1)")) == ["nd.ones"]


def test_methods_of_arrays_through_assignments_loops_and_indices(scanned) -> None:
    code = (
        "from mxnet import nd, gluon\n"
        "x = nd.ones((2, 2))\n"
        "y = (x + 1)[0].reshape((2,))\n"
        "for data, label in gluon.data.DataLoader([1], 1):\n"
        "    data.asnumpy()\n"
    )
    assert names(scanned(code)) == [
        "nd.ones",
        "nd.NDArray.reshape",
        "gluon.data.DataLoader",
        "nd.NDArray.asnumpy",
    ]


def test_a_method_only_arrays_have_is_counted_as_a_guess(scanned) -> None:
    report = scanned("import mxnet as mx\ndef f(batch):\n    return batch.asnumpy()\nmx.nd.waitall()")
    assert [(use.name, use.guessed) for use in report.uses] == [("nd.NDArray.asnumpy", True), ("nd.waitall", False)]


def test_guesses_alone_make_no_use_of_mxnet(scanned) -> None:
    assert scanned("def f(batch):\n    return batch.asnumpy()").uses == []


def test_f_in_hybrid_forward_and_attributes_of_self(scanned) -> None:
    code = (
        "from mxnet import gluon\n"
        "class Net(gluon.HybridBlock):\n"
        "    def __init__(self, **kwargs):\n"
        "        super().__init__(**kwargs)\n"
        "        self.body = gluon.nn.HybridSequential()\n"
        "    def hybrid_forward(self, F, x):\n"
        "        self.body.add(x)\n"
        "        return F.relu(x).no_such_method_is_known()\n"
        "net = Net()\n"
        "net.collect_params().zero_grad()\n"
    )
    found = names(scanned(code))
    assert "F.relu" in found and "gluon.nn.HybridSequential.add" in found
    assert "gluon.Block.collect_params" in found and "gluon.ParameterDict.zero_grad" in found


@pytest.mark.parametrize("body", ["F.shape[0]", "F[0]", "x * F", "F.asnumpy()"])
def test_a_matrix_called_f_is_no_front_end(scanned, body: str) -> None:
    assert names(scanned(f"from mxnet import nd\ndef step(F, x):\n    return {body}\nnd.ones(1)"), Status.FAILS) == []


def test_project_modules_are_followed(scanned) -> None:
    report = scanned(
        **{
            "pkg/__init__.py": "from .common import mx\n",
            "pkg/common.py": "import mxnet as mx\nfrom mxnet import nd as arrays\n",
            "train.py": (
                "from pkg.common import arrays\nimport pkg\narrays.ones(1)\npkg.mx.nd.zeros(1)\npkg.common.mx.cpu()\n"
            ),
        }
    )
    assert names(report) == ["nd.ones", "nd.zeros", "cpu"]


@pytest.mark.parametrize(
    ("code", "name", "said"),
    [
        ("import mxnet as mx\nmx.nd.no_such_op(1)", "nd.no_such_op", "no such name"),
        ("from mxnet import rtc\nrtc.CudaModule(1)", "rtc.CudaModule", "to_torch"),
        ("import mxnet.no_such_module", "no_such_module", "no such name"),
        ("import mxnet as mx\nmx.th.add(1)", "th", "Lua"),
        (
            "from mxnet.base import _LIB, check_call\ncheck_call(_LIB.MXNotify())",
            "base._LIB.MXNotify",
            "no native library",
        ),
        ("import mxnet as mx\nmx.nd.Activation(1, act_typ='relu')", "nd.Activation(act_typ=)", "act_type"),
        ("from mxnet import gluon\ngluon.nn.Dense(2, units_=3)", "gluon.nn.Dense(units_=)", "in_units"),
        ("from mxnet import gluon\ngluon.loss.L2Loss(prefix='x_')", "", ""),
        ("from mxnet import gluon\ngluon.model_zoo.vision.resnet18_v1(anything=1)", "", ""),
        ("from mxnet import gluon\ngluon.data.ArrayDataset(1, x=3)", "gluon.data.ArrayDataset(x=)", "none either"),
    ],
)
def test_what_does_not_run_is_named(scanned, code: str, name: str, said: str) -> None:
    failing = [use for use in scanned(code).uses if use.status is Status.FAILS]
    assert [use.name for use in failing] == ([name] if name else [])
    assert all(said in use.detail for use in failing)


@pytest.mark.parametrize(
    "code", ["import mxnet as mx\nmx.__version__", "from mxnet.gluon.block import _BlockScope\n_BlockScope.current"]
)
def test_private_names_that_are_there_run(scanned, code: str) -> None:
    assert names(scanned(code), Status.FAILS) == []


def test_a_guarded_import_is_no_failure(scanned) -> None:
    code = "import mxnet as mx\ntry:\n    from mxnet import no_such_name\nexcept ImportError:\n    pass\nmx.nd.ones(1)"
    assert names(scanned(code), Status.FAILS) == []
    assert names(scanned(code), Status.DIFFERS) == ["no_such_name"]


@pytest.mark.parametrize(
    ("handler", "expected"),
    [("ImportError", []), ("KeyError", ["gluon.metric"])],
)
def test_the_fallback_of_an_import_that_succeeds_is_not_reached(scanned, handler: str, expected: list[str]) -> None:
    code = (
        f"try:\n    from mxnet.metric import EvalMetric\nexcept {handler}:\n"
        "    from mxnet.gluon.metric import EvalMetric"
    )
    assert names(scanned(code), Status.FAILS) == expected


def test_the_fallback_of_an_import_that_fails_is_reached(scanned) -> None:
    code = "try:\n    from mxnet import no_such\nexcept ImportError:\n    from mxnet import none_either"
    assert names(scanned(code), Status.FAILS) == ["none_either"]


def test_the_native_library_may_be_imported_and_not_used(scanned) -> None:
    code = (
        "from mxnet.base import SymbolHandle, check_call, _LIB, mx_uint, c_str_array\nfrom mxnet import nd\nnd.ones(1)"
    )
    assert names(scanned(code), Status.FAILS) == []


def test_a_module_that_is_no_python_3_counts_where_it_is_imported(scanned) -> None:
    files = {
        "train.py": "import mxnet as mx\nimport helper\nmx.nd.ones(1)",
        "helper.py": "print 1",
        "other.py": "print 2",
    }
    report = scanned(**files)
    broken = {Path(file.path).name for file in report.files if file.broken}
    assert broken == {"helper.py"} and not report.runs


def test_an_argument_without_effect_is_named(scanned) -> None:
    report = scanned("import mxnet as mx\nmx.sym.Convolution(kernel=(3, 3), num_filter=2,\n    workspace=512)")
    (use,) = [use for use in report.uses if use.status is Status.NO_EFFECT]
    assert (use.name, use.place.line) == ("symbol.Convolution(workspace=)", 3)


def test_a_listed_difference_says_in_how_many_cases(scanned) -> None:
    (use,) = scanned("import mxnet as mx\nmx.nd.norm(1)").uses
    assert use.status is Status.DIFFERS and "recorded cases" in use.detail


def test_a_name_made_at_run_time_cannot_be_told(scanned) -> None:
    report = scanned("import mxnet as mx\ndef f(name):\n    return getattr(mx.optimizer, name)()")
    assert names(report) == ["getattr(optimizer, ...)"]
    assert report.uses[0].status is Status.UNCERTAIN
