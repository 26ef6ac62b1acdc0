"""Initial values of parameters: `mxnet.initializer` (also `mxnet.init`).

An initializer is called with the name of a parameter and its array and fills the array. The end of the name decides
how: weights get what the class is about, biases zeros, and so on. Random values come from `mxnet.random`, so that a
seed gives the values that MXNet 1.9.1 drew.
"""

from __future__ import annotations

import json
import logging
import math
import re
import warnings
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import numpy as np

from . import nd as ndarray
from . import random, registry
from ._core.errors import MXNetError
from .nd import NDArray, load
from .util import is_np_array

__all__ = [
    "Bilinear",
    "Constant",
    "FusedRNN",
    "InitDesc",
    "Initializer",
    "LSTMBias",
    "Load",
    "MSRAPrelu",
    "Mixed",
    "Normal",
    "One",
    "Orthogonal",
    "Uniform",
    "Xavier",
    "Zero",
    "alias",
    "create",
    "register",
]


class InitDesc(str):
    """The name of a parameter together with what else is known of it.

    Args:
        name: name of the parameter.
        attrs: its attributes; ``"__init__"`` there names an initializer that goes before any other.
        global_init: the initializer to fall back to.
    """

    attrs: dict[str, Any]
    global_init: Any

    def __new__(cls, name: str, attrs: dict[str, Any] | None = None, global_init: Any = None) -> InitDesc:
        made = super().__new__(cls, name)
        made.attrs = attrs or {}
        made.global_init = global_init
        return made


def _mean_size(x: NDArray) -> str:
    return str((ndarray.norm(x) / math.sqrt(x.size)).asscalar())


class Initializer:
    """Base of all initializers: decides by the parameter's name what to fill in.

    A subclass gives ``_init_weight(name, arr)`` and, where it differs, ``_init_bias`` and its like. Keyword arguments
    are what `dumps` writes.
    """

    def __init__(self, **kwargs: Any) -> None:
        self._kwargs = kwargs
        self._verbose = False
        self._print_func: Callable[[NDArray], str] | None = None

    def set_verbosity(self, verbose: bool = False, print_func: Callable[[NDArray], str] | None = None) -> Initializer:
        """Log what is initialized, or stop doing so.

        Args:
            verbose: whether to log.
            print_func: makes the text that describes the array; by default its norm over the root of its size.

        Returns:
            the initializer itself.
        """
        self._verbose = verbose
        self._print_func = _mean_size if print_func is None else print_func
        return self

    def _verbose_print(self, desc: str, init: str, arr: NDArray) -> None:
        if self._verbose and self._print_func:
            logging.info("Initialized %s as %s: %s", desc, init, self._print_func(arr))

    def dumps(self) -> str:
        """The initializer as JSON text, which `create` understands: ``'["normal", {"sigma": 0.5}]'``."""
        return json.dumps([type(self).__name__.lower(), self._kwargs])

    def __call__(self, desc: Any, arr: NDArray) -> None:
        """Fill an array.

        Args:
            desc: an `InitDesc`; a plain text is deprecated and follows older rules.
            arr: the array.

        Raises:
            ValueError: nothing is known of a parameter with this name.
            TypeError: a plain call with something else than a text and an array.
        """
        if not isinstance(desc, InitDesc):
            self._legacy_init(desc, arr)
            return
        if desc.global_init is None:
            desc.global_init = self
        own = desc.attrs.get("__init__", "")
        if own:
            create(own)._init_weight(desc, arr)
            self._verbose_print(desc, own, arr)
            return
        for ending, method in _BY_ENDING:
            if desc.endswith(ending):
                getattr(self, method)(desc, arr)
                self._verbose_print(desc, ending, arr)
                return
        self._init_default(desc, arr)

    def _legacy_init(self, name: Any, arr: Any) -> None:
        warnings.warn(
            "an initializer was called with a plain name: give InitDesc(name), as in "
            "init(mx.init.InitDesc('fc_weight'), array)",
            DeprecationWarning,
            stacklevel=3,
        )
        if not isinstance(name, str):
            raise TypeError(f"name must be string, got {type(name).__name__}")
        if not isinstance(arr, NDArray):
            raise TypeError(f"arr must be NDArray, got {type(arr).__name__}")
        for start, ending, method in _BY_PLAIN_NAME:
            if name.startswith(start) and name.endswith(ending):
                getattr(self, method)(name, arr)
                return
        self._init_default(name, arr)

    def _init_bilinear(self, _: str, arr: NDArray) -> None:
        arr[:] = _bilinear_kernel(arr.shape)

    def _init_loc_bias(self, name: str, arr: NDArray) -> None:
        if arr.shape[0] != 6:
            raise AssertionError(f"{name}: the bias of an affine transformation has 6 entries, got shape {arr.shape}")
        arr[:] = np.array([1.0, 0, 0, 0, 1.0, 0])

    def _init_zero(self, _: str, arr: NDArray) -> None:
        arr[:] = 0.0

    def _init_one(self, _: str, arr: NDArray) -> None:
        arr[:] = 1.0

    def _init_bias(self, _: str, arr: NDArray) -> None:
        arr[:] = 0.0

    def _init_quantized_bias(self, _: str, arr: NDArray) -> None:
        arr[:] = 0

    def _init_gamma(self, _: str, arr: NDArray) -> None:
        arr[:] = 1.0

    def _init_beta(self, _: str, arr: NDArray) -> None:
        arr[:] = 0.0

    def _init_weight(self, name: str, arr: NDArray) -> None:
        raise NotImplementedError(f"{type(self).__name__} does not say how to initialize weights: give _init_weight")

    def _init_quantized_weight(self, _: str, arr: NDArray) -> None:
        # One number for the whole array, as in MXNet.
        arr[:] = np.int8(random.randint(-127, 127, dtype="int32").asnumpy())

    def _init_default(self, name: str, _: NDArray) -> None:
        raise ValueError(
            f"Unknown initialization pattern for {name}. The name must end in weight, bias, gamma (1.0), beta (0.0), "
            "min (0.0) or max (1.0), or the variable must say itself: mx.sym.Variable(init=mx.init.*)"
        )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Initializer):
            return NotImplemented
        return type(self) is type(other) and self._kwargs == other._kwargs

    __hash__ = None  # type: ignore[assignment]


#: ending of the name -> method; the first that fits
_BY_ENDING = (
    ("weight", "_init_weight"),
    ("bias", "_init_bias"),
    ("gamma", "_init_gamma"),
    ("beta", "_init_beta"),
    ("min", "_init_zero"),
    ("max", "_init_one"),
    ("weight_quantize", "_init_quantized_weight"),
    ("bias_quantize", "_init_quantized_bias"),
)

#: start, ending -> method, for names that are plain text
_BY_PLAIN_NAME = (
    ("upsampling", "", "_init_bilinear"),
    ("stn_loc", "weight", "_init_zero"),
    ("stn_loc", "bias", "_init_loc_bias"),
    ("", "bias", "_init_bias"),
    ("", "gamma", "_init_gamma"),
    ("", "beta", "_init_beta"),
    ("", "weight", "_init_weight"),
    ("", "moving_mean", "_init_zero"),
    ("", "moving_var", "_init_one"),
    ("", "moving_inv_var", "_init_zero"),
    ("", "moving_avg", "_init_zero"),
    ("", "min", "_init_zero"),
    ("", "max", "_init_one"),
)

_register = registry.get_register_func(Initializer, "initializer")
alias = registry.get_alias_func(Initializer, "initializer")
create = registry.get_create_func(Initializer, "initializer")


def register(klass: type[Any]) -> Any:
    """Register an initializer class, so that its name in lower case stands for it (a decorator)."""
    return _register(klass)


def _draw(law: str, low_or_mean: float, high_or_sd: float, arr: NDArray) -> None:
    # NumPy-style programs draw from mx.np's own stream; that front end is loaded only for them.
    source: Any = import_module(f"{__package__}.numpy").random if is_np_array() else random
    getattr(source, law)(low_or_mean, high_or_sd, arr.shape, out=arr)


def _bilinear_kernel(shape: tuple[int, ...]) -> np.ndarray[Any, Any]:
    height, width = shape[2], shape[3]
    half = np.ceil(width / 2.0)
    center = (2 * half - 1 - half % 2) / (2.0 * half)
    down = 1 - np.abs(np.arange(height) / half - center)
    across = 1 - np.abs(np.arange(width) / half - center)
    # MXNet's product, rounded once: (value by x) * (value by y).
    kernel = (across[None, :] * down[:, None]).astype(np.float32)
    return np.broadcast_to(kernel, shape)


class Load:
    """Fill parameters from a file or a dictionary of arrays.

    Args:
        param: path of a parameter file, or name -> array; ``arg:`` and ``aux:`` in front of a name are dropped.
        default_init: called for names that are not there.
        verbose: log where each value came from.

    Raises:
        AssertionError: (when called) another shape, or an unknown name without ``default_init``.
    """

    def __init__(self, param: Any, default_init: Any = None, verbose: bool = False) -> None:
        loaded = load(param) if isinstance(param, str) else param
        if not isinstance(loaded, dict):
            raise AssertionError(f"Load: param must give arrays by name, got {type(loaded).__name__}")
        self.param = {name[4:] if name.startswith(("arg:", "aux:")) else name: arr for name, arr in loaded.items()}
        self.default_init = default_init
        self.verbose = verbose

    def __call__(self, name: str, arr: NDArray) -> None:
        found = self.param.get(name)
        if found is not None:
            if arr.shape != found.shape:
                raise AssertionError(
                    f"Parameter {name} cannot be initialized from loading. "
                    f"Shape mismatch, target {arr.shape} vs loaded {found.shape}"
                )
            arr[:] = found
        elif self.default_init is None:
            raise AssertionError(
                f"Cannot Initialize {name}. Not found in loaded param and no default Initializer is provided."
            )
        else:
            self.default_init(name, arr)
        if self.verbose:
            logging.info("Initialized %s by %s", name, "default" if found is None else "loading")


class Mixed:
    """Choose among initializers by regular expressions on the parameter's name; the first that matches counts.

    Args:
        patterns: regular expressions, matched at the start of the name.
        initializers: one for each.

    Raises:
        AssertionError: not as many initializers as patterns.
        ValueError: (when called) no pattern matches.
    """

    def __init__(self, patterns: Any, initializers: Any) -> None:
        if len(patterns) != len(initializers):
            raise AssertionError(f"Mixed: {len(patterns)} patterns but {len(initializers)} initializers")
        self.map = [(re.compile(p), init) for p, init in zip(patterns, initializers, strict=True)]

    def __call__(self, name: str, arr: NDArray) -> None:
        for pattern, init in self.map:
            if pattern.match(name):
                init(name, arr)
                return
        raise ValueError(
            f"Parameter name {name} did not match any pattern. Consider adding a '.*' pattern at the end "
            "with a default Initializer."
        )


@register
@alias("zeros")
class Zero(Initializer):
    """Weights of zeros."""

    def __init__(self) -> None:
        super().__init__()

    def _init_weight(self, name: str, arr: NDArray) -> None:
        arr[:] = 0


@register
@alias("ones")
class One(Initializer):
    """Weights of ones."""

    def __init__(self) -> None:
        super().__init__()

    def _init_weight(self, name: str, arr: NDArray) -> None:
        arr[:] = 1


@register
class Constant(Initializer):
    """Weights of one value.

    Args:
        value: a number, or an array of the parameter's shape.
    """

    def __init__(self, value: Any) -> None:
        super().__init__(value=value)
        self.value = value

    def _init_weight(self, name: str, arr: NDArray) -> None:
        arr[:] = self.value

    def dumps(self) -> str:
        """The initializer as JSON text; an array is written as nested lists (and kept so, for comparisons)."""
        value = self._kwargs["value"]
        if not np.isscalar(value):
            self._kwargs["value"] = value.tolist() if isinstance(value, np.ndarray) else value.asnumpy().tolist()
        return super().dumps()


@register
class Uniform(Initializer):
    """Weights drawn from the uniform distribution on [-scale, scale)."""

    def __init__(self, scale: float = 0.07) -> None:
        super().__init__(scale=scale)
        self.scale = scale

    def _init_weight(self, name: str, arr: NDArray) -> None:
        _draw("uniform", -self.scale, self.scale, arr)


@register
class Normal(Initializer):
    """Weights drawn from the normal distribution with mean 0 and standard deviation ``sigma``."""

    def __init__(self, sigma: float = 0.01) -> None:
        super().__init__(sigma=sigma)
        self.sigma = sigma

    def _init_weight(self, name: str, arr: NDArray) -> None:
        _draw("normal", 0, self.sigma, arr)


@register
class Orthogonal(Initializer):
    """Weights whose matrix (first axis by all others) has orthogonal rows or columns.

    Args:
        scale: factor on the orthogonal matrix.
        rand_type: ``"uniform"`` or ``"normal"``: the random matrix that is made orthogonal.

    Raises:
        UnboundLocalError: (when called) another ``rand_type``.
        MXNetError: (when called) an array of one axis.

    Differences:
        The signs of the columns of a tall matrix are those of NumPy's LAPACK; they differ between versions of NumPy.
    """

    def __init__(self, scale: float = 1.414, rand_type: str = "uniform") -> None:
        super().__init__(scale=scale, rand_type=rand_type)
        self.scale = scale
        self.rand_type = rand_type

    def _init_weight(self, name: str, arr: NDArray) -> None:
        if len(arr.shape) < 2:
            raise MXNetError(f"Orthogonal cannot be applied to {name} of shape {arr.shape}: it needs two axes")
        shape = (arr.shape[0], math.prod(arr.shape[1:]))
        if self.rand_type == "uniform":
            source = random.uniform(-1.0, 1.0, shape=shape).asnumpy()
        elif self.rand_type == "normal":
            source = random.normal(0.0, 1.0, shape=shape).asnumpy()
        else:
            # The type that MXNet's own slip raises here.
            raise UnboundLocalError(f"Orthogonal: rand_type={self.rand_type!r} is neither 'uniform' nor 'normal'")
        left, _, right = np.linalg.svd(source, full_matrices=False)
        chosen = left if left.shape == source.shape else right
        arr[:] = self.scale * chosen.reshape(arr.shape)


@register
class Xavier(Initializer):
    """Weights scaled by the number of inputs and outputs, so that signals keep their size through layers.

    The bound of the uniform or the standard deviation of the normal distribution is ``sqrt(magnitude / factor)``.

    Args:
        rnd_type: ``"uniform"`` or ``"gaussian"``.
        factor_type: ``"in"``, ``"out"`` or ``"avg"``: which count is the factor.
        magnitude: see above.

    Raises:
        ValueError: (when called) another ``rnd_type`` or ``factor_type``, or an array of one axis.
    """

    def __init__(self, rnd_type: str = "uniform", factor_type: str = "avg", magnitude: float = 3) -> None:
        super().__init__(rnd_type=rnd_type, factor_type=factor_type, magnitude=magnitude)
        self.rnd_type = rnd_type
        self.factor_type = factor_type
        self.magnitude = float(magnitude)

    def _init_weight(self, name: str, arr: NDArray) -> None:
        shape = arr.shape
        if len(shape) < 2:
            raise ValueError(f"{type(self).__name__} cannot be applied to {name} of shape {shape}: it needs two axes")
        window = math.prod(shape[2:])
        fan_in, fan_out = shape[1] * window, shape[0] * window
        factors = {"avg": (fan_in + fan_out) / 2.0, "in": fan_in, "out": fan_out}
        if self.factor_type not in factors:
            raise ValueError(f"Incorrect factor type {self.factor_type!r}: legal are 'avg', 'in', 'out'")
        scale = np.sqrt(self.magnitude / factors[self.factor_type])
        if self.rnd_type == "uniform":
            _draw("uniform", -scale, scale, arr)
        elif self.rnd_type == "gaussian":
            _draw("normal", 0, scale, arr)
        else:
            raise ValueError(f"Unknown random type {self.rnd_type!r}: legal are 'uniform', 'gaussian'")


@register
class MSRAPrelu(Xavier):
    """Normal weights for layers followed by a (leaky) rectifier: `Xavier` with magnitude ``2 / (1 + slope**2)``.

    Args:
        factor_type: as of `Xavier`.
        slope: slope of the rectifier for negative inputs.
    """

    def __init__(self, factor_type: str = "avg", slope: float = 0.25) -> None:
        super().__init__("gaussian", factor_type, 2.0 / (1 + slope**2))
        self._kwargs = {"factor_type": factor_type, "slope": slope}


@register
class Bilinear(Initializer):
    """Weights (of four axes) by which a deconvolution is bilinear upsampling."""

    def __init__(self) -> None:
        super().__init__()

    def _init_weight(self, name: str, arr: NDArray) -> None:
        arr[:] = _bilinear_kernel(arr.shape)


@register
class LSTMBias(Initializer):
    """Biases of an LSTM cell: zeros, but for those of the forget gate (the second of four)."""

    def __init__(self, forget_bias: float = 1.0) -> None:
        super().__init__(forget_bias=forget_bias)
        self.forget_bias = forget_bias

    def _init_weight(self, name: str, arr: NDArray) -> None:
        arr[:] = 0.0
        hidden = arr.shape[0] // 4
        arr[hidden : 2 * hidden] = self.forget_bias


_GATES = {
    "rnn_relu": ("",),
    "rnn_tanh": ("",),
    "lstm": ("_i", "_f", "_c", "_o"),
    "gru": ("_r", "_z", "_o"),
}


@register
class FusedRNN(Initializer):
    """Fills the one vector that holds all parameters of a fused recurrent layer, piece by piece.

    Args:
        init: initializer of the pieces (an instance or its JSON text); None for the global one.
        num_hidden, num_layers, mode, bidirectional, forget_bias: as of the layer.
    """

    def __init__(
        self,
        init: Any,
        num_hidden: int,
        num_layers: int,
        mode: str,
        bidirectional: bool = False,
        forget_bias: float = 1.0,
    ) -> None:
        if isinstance(init, str):
            init = create(init)
        super().__init__(
            init=None if init is None else init.dumps(),
            num_hidden=num_hidden,
            num_layers=num_layers,
            mode=mode,
            bidirectional=bidirectional,
            forget_bias=forget_bias,
        )
        self._init = init
        self._num_hidden = num_hidden
        self._num_layers = num_layers
        self._mode = mode
        self._bidirectional = bidirectional
        self._forget_bias = forget_bias

    def _pieces(self, size: int) -> Iterator[tuple[str, tuple[int, ...]]]:
        """Names and shapes in the order in which they lie in the vector."""
        if self._mode not in _GATES:
            raise KeyError(f"FusedRNN: mode={self._mode!r} is none of {', '.join(_GATES)}")
        gates, hidden = _GATES[self._mode], self._num_hidden
        sides = "lr" if self._bidirectional else "l"
        wide = hidden * len(sides)
        inputs = size // len(sides) // hidden // len(gates) - (self._num_layers - 1) * (hidden + wide + 2) - hidden - 2
        cells = [(f"{side}{layer}", layer) for layer in range(self._num_layers) for side in sides]
        for cell, layer in cells:
            for part, width in (("i2h", wide if layer else inputs), ("h2h", hidden)):
                for gate in gates:
                    yield f"{cell}_{part}{gate}_weight", (hidden, width)
        for cell, _ in cells:
            for part in ("i2h", "h2h"):
                for gate in gates:
                    yield f"{cell}_{part}{gate}_bias", (hidden,)

    def _init_weight(self, name: str, arr: NDArray) -> None:
        fallback = getattr(name, "global_init", None)
        pieces = list(self._pieces(arr.size))
        if sum(math.prod(shape) for _, shape in pieces) != arr.size or min(math.prod(s) for _, s in pieces) <= 0:
            # MXNet trips over a negative shape, or else over the sum.
            kind: type[Exception] = MXNetError if any(min(s) < 0 for _, s in pieces) else AssertionError
            raise kind(
                f"Invalid parameters size for FusedRNN: {name} has {arr.size} entries, which does not fit "
                f"mode={self._mode}, num_hidden={self._num_hidden}, num_layers={self._num_layers}, "
                f"bidirectional={self._bidirectional}"
            )
        if self._init is None and (fallback is None or fallback is self):
            raise AssertionError(f"FusedRNN: init=None needs a global initializer, and there is none for {name}")
        start = 0
        for piece_name, shape in pieces:
            end = start + math.prod(shape)
            piece = ndarray.zeros(shape, ctx=arr.context, dtype=arr.dtype)
            if self._mode == "lstm" and piece_name.endswith("_f_bias"):
                piece[:] = self._forget_bias
            else:
                chosen: Any = fallback if self._init is None else self._init
                chosen(InitDesc(piece_name, global_init=fallback), piece)
            arr[start:end] = piece.reshape((-1,))
            start = end
