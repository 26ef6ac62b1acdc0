"""Linear algebra and products."""

from __future__ import annotations

from ...calls import Arr
from ...compare import Tolerance
from ...suite import Suite
from ._scope import method, op

suite = Suite(__name__)
LOOSE = Tolerance(rtol=2e-4, atol=2e-4, why="factorizations and solvers of two LAPACKs")
M = Arr(values=[[4.0, 1.0, 0.5], [1.0, 3.0, 0.2], [0.5, 0.2, 2.0]])
N = Arr(values=[[2.0, 1.0], [0.5, 3.0]])
B = Arr(values=[[[2.0, 1.0], [0.5, 3.0]], [[1.0, 0.2], [0.3, 2.0]]])

for _name in ("inv", "det", "slogdet", "cholesky", "eigvals", "eigvalsh", "eigh"):
    _path = "np.linalg." + _name
    _grad = _name in ("inv", "det", "slogdet")
    op(suite, _name, _path, (M,), grad=_grad, tol=LOOSE)
    op(suite, _name + "/float64", _path, (M.with_(dtype="float64"),), grad=_grad, tol=LOOSE)
    op(suite, _name + "/batch", _path, (B,), grad=_grad, tol=LOOSE) if _name != "cholesky" else None
    op(suite, _name + "/vector", _path, (Arr((3,)),), grad=False)
    op(suite, _name + "/not_square", _path, (Arr((2, 3)),), grad=False)
    if _name != "slogdet":
        op(suite, _name + "/int", _path, (Arr(values=[[2, 1], [1, 3]], dtype="int32"),), grad=False, tol=LOOSE)
op(suite, "cholesky/grad", "np.linalg.cholesky", (N.with_(values=[[2.0, 0.5], [0.5, 3.0]]),), tol=LOOSE)
op(suite, "eigh/upper", "np.linalg.eigh", (N, "U"), grad=False, tol=LOOSE)
op(suite, "eig", "np.linalg.eig", (Arr(values=[[2.0, 0.0], [0.0, 3.0]]),), grad=False, tol=LOOSE)
op(suite, "svd/shape", "np.linalg.svd", (Arr((3, 2)),), grad=False)
op(suite, "solve", "np.linalg.solve", (M, Arr((3,), seed=2)), tol=LOOSE)
op(suite, "solve/matrix", "np.linalg.solve", (M, Arr((3, 2), seed=2)), tol=LOOSE)
op(suite, "solve/no_fit", "np.linalg.solve", (M, Arr((2, 2), seed=2)), grad=False)
op(suite, "tensorinv", "np.linalg.tensorinv", (Arr((2, 2, 4), low=0.5, high=3),), {"ind": 2}, tol=LOOSE)
op(suite, "tensorinv/one", "np.linalg.tensorinv", (N,), {"ind": 1}, tol=LOOSE)
op(suite, "tensorinv/zero", "np.linalg.tensorinv", (N,), {"ind": 0}, grad=False)
op(suite, "tensorsolve", "np.linalg.tensorsolve", (Arr((2, 2, 4), seed=3), Arr((2, 2), seed=2)), tol=LOOSE)
op(suite, "pinv", "np.linalg.pinv", (Arr((2, 3)),), grad=False, tol=LOOSE)
op(suite, "pinv/hermitian", "np.linalg.pinv", (M,), {"hermitian": True}, grad=False)
op(suite, "pinv/rcond", "np.linalg.pinv", (N, 0.5), grad=False, tol=LOOSE)
X = Arr((2, 3))
for _label, _kwargs in {
    "all": {},
    "kept": {"keepdims": True},
    "axis": {"axis": 0},
    "axis_kept": {"axis": 1, "keepdims": True},
    "both": {"axis": (0, 1)},
    "fro": {"ord": "fro", "axis": (0, 1)},
    "fro_all": {"ord": "fro"},
    "nuc": {"ord": "nuc", "axis": (0, 1)},
    "inf": {"ord": "inf", "axis": (0, 1)},
    "-inf": {"ord": "-inf", "axis": (0, 1)},
    "one": {"ord": 1, "axis": (0, 1)},
    "-one": {"ord": -1, "axis": (1, 0)},
    "two": {"ord": 2, "axis": (0, 1)},
    "-two": {"ord": -2, "axis": (0, 1)},
    "vector_one": {"ord": 1, "axis": 1},
    "vector_two": {"ord": 2, "axis": 1},
    "vector_three": {"ord": 3, "axis": 0},
    "vector_inf": {"ord": "inf", "axis": 0},
    "vector_zero": {"ord": 0, "axis": 0},
    "vector_-three": {"ord": -3, "axis": 0},
    "two_all": {"ord": 2},
    "out": {"axis": 2},
    "text": {"axis": "x"},
}.items():
    _grad = _label not in ("nuc", "two", "-two", "out", "text", "vector_zero")
    op(suite, "norm/" + _label, "np.linalg.norm", (X,), _kwargs, grad=_grad, tol=LOOSE)
op(suite, "norm/int", "np.linalg.norm", (Arr((3,), "int32", 1, 4),), grad=False)
op(suite, "norm/zero", "np.linalg.norm", (Arr(values=[0.0, 0.0]),))

PAIRS = {
    "vectors": ((3,), (3,)),
    "matrix_vector": ((2, 3), (3,)),
    "vector_matrix": ((3,), (3, 2)),
    "matrices": ((2, 3), (3, 2)),
    "scalar": ((), (2, 3)),
    "batch": ((2, 2, 3), (3, 2)),
    "batches": ((2, 2, 3), (2, 3, 2)),
    "broadcast": ((2, 1, 2, 3), (2, 3, 2)),
    "no_fit": ((2, 3), (2, 3)),
    "zero_size": ((0, 3), (3, 2)),
    "zero_inner": ((2, 0), (0, 2)),
}
for _label, (_a, _b) in PAIRS.items():
    for _name in ("dot", "matmul"):
        op(suite, "%s/%s" % (_name, _label), "np." + _name, (Arr(_a), Arr(_b, seed=2)), grad=0 not in _a)
    op(suite, "inner/" + _label, "np.inner", (Arr(_a), Arr(_a, seed=2)), grad=0 not in _a and _a != ())
    op(suite, "outer/" + _label, "np.outer", (Arr(_a), Arr(_b, seed=2)), grad=0 not in _a)
    op(suite, "vdot/" + _label, "np.vdot", (Arr(_a), Arr(_a, seed=2)), grad=0 not in _a)
for _name in ("dot", "matmul"):
    op(suite, _name + "/int", "np." + _name, (Arr((2, 2), "int32", 0, 3), Arr((2, 2), "int32", 0, 3)), grad=False)
    op(suite, _name + "/mixed", "np." + _name, (Arr((2, 2)), Arr((2, 2), "float64")), grad=False)
    op(suite, _name + "/float64", "np." + _name, (Arr((2, 2), "float64"), Arr((2, 2), "float64", seed=2)))
method(suite, "method/dot", ".dot", (Arr((2, 3)), Arr((3,), seed=2)), grad=True)
for _axes in (0, 1, 2):
    op(suite, "tensordot/%d" % _axes, "np.tensordot", (Arr((2, 2)), Arr((2, 2), seed=2), _axes))
op(suite, "tensordot/lists", "np.tensordot", (Arr((2, 3)), Arr((3, 2), seed=2), ([0, 1], [1, 0])))
op(suite, "tensordot/ints", "np.tensordot", (Arr((2, 3)), Arr((3, 2), seed=2), (1, 0)))
op(suite, "tensordot/no_fit", "np.tensordot", (Arr((2, 3)), Arr((2, 3), seed=2), 1), grad=False)
for _label, (_text, _shapes) in {
    "product": ("ij,jk->ik", ((2, 3), (3, 2))),
    "implicit": ("ij,jk", ((2, 3), (3, 2))),
    "trace": ("ii", ((3, 3),)),
    "diagonal": ("ii->i", ((3, 3),)),
    "sum": ("ij->", ((2, 3),)),
    "transpose": ("ji", ((2, 3),)),
    "outer": ("i,j->ij", ((2,), (3,))),
    "ellipsis": ("...ij,...jk->...ik", ((2, 2, 3), (2, 3, 2))),
    "three": ("ij,jk,kl->il", ((2, 3), (3, 2), (2, 2))),
    "blanks": ("i j , j -> i", ((2, 3), (3,))),
}.items():
    op(suite, "einsum/" + _label, "np.einsum", (_text, *[Arr(s, seed=i) for i, s in enumerate(_shapes, 1)]))
op(suite, "einsum/optimize", "np.einsum", ("ij,jk->ik", Arr((2, 3)), Arr((3, 2))), {"optimize": True})
op(suite, "einsum/no_fit", "np.einsum", ("ij,jk->ik", Arr((2, 3)), Arr((2, 3))), grad=False)
