"""Where the public surface is known to differ from MXNet 1.9.1, each with its reason. ``tests/architecture`` holds
that nothing else differs, and that every row here still does.

A row is (what, patterns of names with blanks between them, reason). Names start at the package; operators are
``ops.<name>``, their arguments ``ops.<name>.<argument>``.
"""

from __future__ import annotations

from .api import Row

LATER = (
    # ------------------------------------------------------------ parts that are not there yet
    Row(
        "missing",
        "AttrScope attribute executor executor_manager name sym symbol symbol_doc np_symbol"
        " rtc visualization viz autograd.Symbol operator.symbol",
        "symbols: not there yet",
    ),
    Row(
        "missing",
        "np npx numpy numpy_dispatch_protocol numpy_extension numpy_op_fallback"
        " numpy_op_signature nd.np nd.npx nd.numpy nd.numpy_extension util.np_ufunc_legal_option"
        " util.wrap_np_binary_func util.wrap_np_unary_func nd.ndarray.is_np_array",
        "the NumPy front end: not there yet",
    ),
    Row(
        "missing",
        "callback contrib gluon image img init initializer io kv kvstore lr_scheduler"
        " metric mod model module mon monitor notebook onnx optimizer profiler recordio"
        " rnn test_utils",
        "rooms above nd: not there yet",
    ),
    Row(
        "missing",
        "nd.imdecode nd.ndarray.imdecode ops._imdecode nd._internal._imdecode",
        "image operators: not there yet",
    ),
    Row(
        "missing",
        "nd.contrib.dgl_* nd.contrib.edge_id ops._contrib_dgl_* ops._contrib_edge_id",
        "operators of sparse graphs: not there yet",
    ),
)

NATIVE = (
    # ------------------------------------------------------------ what belongs to MXNet's native library
    Row(
        "missing",
        "*.c_array *.c_array_buf *.c_handle_array *.c_str *.c_str_array *.check_call"
        " *.MXCallbackList *.ctypes2buffer *.ctypes2numpy_shared base.add_fileline_to_docstring"
        " base.build_param_doc base.c2pyerror base.get_last_ffi_error base.mx_float_p"
        " operator.c_int_p nd.ndarray.DL* nd.ndarray.NDArrayBase nd._internal.NDArrayBase"
        " nd.NDArray.__del__ nd.sparse.*NDArray.__del__",
        "helpers to call MXNet's native library, of which there is none here",
    ),
    Row(
        "missing",
        "nd.CachedOp nd.op.CachedOp nd._internal.CachedOp nd._internal._CachedOp*"
        " nd._internal._imperative_invoke nd._internal._set_ndarray_class"
        " nd._internal._set_np_ndarray_class nd.gen_* nd.register library tvmop ndarray_doc api"
        " ops._CachedOp*",
        "the machinery by which MXNet makes its operator functions",
    ),
    Row(
        "missing",
        "nd._internal._backward_* nd._internal._broadcast_backward nd._internal._split_v2_backward"
        " ops._broadcast_backward ops._split_v2_backward",
        "operators that MXNet runs in backward only; torch's autograd does that here",
    ),
    Row(
        "missing",
        "nd._internal._CrossDeviceCopy nd._internal._CustomFunction nd._internal._NDArray"
        " nd._internal._Native nd._internal._NoGradient nd._internal._cond nd._internal._foreach"
        " nd._internal._while_loop nd._internal._sg_mkldnn_* ops._CrossDeviceCopy ops._CustomFunction"
        " ops._NDArray ops._Native ops._NoGradient ops._cond ops._foreach ops._while_loop"
        " ops._sg_mkldnn_*",
        "nodes of MXNet's own graphs; called as functions on arrays they do nothing of use",
    ),
    Row(
        "missing",
        "nd.get_indexing_dispatch_code nd.get_oshape_of_gather_nd_op nd.indexing_key_expand_implicit_axes"
        " nd.ndarray.get_indexing_dispatch_code nd.ndarray.get_oshape_of_gather_nd_op"
        " nd.ndarray.indexing_key_expand_implicit_axes nd.ndarray.check_boolean_array_dimension",
        "steps of MXNet's indexing, which works otherwise here",
    ),
    Row("missing", "th torch", "the bridge to Lua Torch"),
    Row("missing", "Context.default_ctx", "set on the class at run time; here it is there without being listed"),
)

IMPORTS = (
    # ------------------------------------------------------------ names a module of MXNet merely imports
    Row(
        "missing",
        "base.libinfo base.data_dir base.data_dir_default base.with_metaclass context.classproperty"
        " context.with_metaclass nd.contrib.mx nd.contrib.ndarray nd.contrib.current_context"
        " nd.random.numeric_types nd.ndarray.Features nd.ndarray.current_context"
        " nd.ndarray.integer_types nd.ndarray.mx_real_t nd.ndarray.numeric_types nd.sparse.Context"
        " nd.sparse.NDArray nd.sparse.NotSupportedForSparseNDArray nd.sparse.current_context"
        " nd.sparse.integer_types nd.sparse.mx_real_t nd.sparse.numeric_types nd.sparse.op"
        " nd.sparse.gs_retain nd.sparse.spsp nd.utils.py_str nd.utils.spsp nd.utils.string_types autograd.string_types"
        " operator.context operator.py_str random.integer_types util.py_str",
        "imported there for the module's own use",
    ),
)

SIGNATURES = (
    Row(
        "signature",
        "nd.BatchNorm_v1 nd.op.BatchNorm_v1 nd.IdentityAttachKLSparseReg nd.op.IdentityAttachKLSparseReg",
        "MXNet's signature lacks the auxiliary states, so that no call of it on arrays succeeds",
    ),
    Row(
        "inputs",
        "ops.BatchNorm_v1 ops.IdentityAttachKLSparseReg",
        "MXNet's list of arguments lacks the auxiliary states, so that no call of it on arrays succeeds",
    ),
    Row(
        "signature",
        "nd.linalg_potrf nd.linalg_potri nd.op.linalg_potrf nd.op.linalg_potri nd.linalg.potrf nd.linalg.potri",
        "MXNet's signature lacks the attribute `lower`, which it takes",
    ),
    Row(
        "attributes",
        "ops._linalg_potrf ops._linalg_potri",
        "MXNet's list of arguments lacks the attribute `lower`, which it takes",
    ),
    Row("signature", "nd._internal._linspace", "MXNet's signature is that of _arange; it takes `num` and `endpoint`"),
    Row("attributes", "ops._linspace", "MXNet's list of arguments is that of _arange; it takes `num` and `endpoint`"),
    Row("words", "ops._contrib_quantized_embedding.dtype", "takes bool, too, which MXNet refuses"),
    Row("default", "ops._linspace.stop", "MXNet's list of arguments is that of _arange; `stop` is required"),
    Row(
        "signature",
        "nd.ndarray.empty nd.ndarray.zeros",
        "MXNet has two functions, the other one (nd.utils) with `stype`; here they are one",
    ),
)

EXTRAS = (
    Row(
        "extra",
        "nd.from_torch nd.NDArray.to_torch nd.sparse.*NDArray.to_torch Context.torch_device"
        " random.get_engine random.set_engine"
        " install uninstall load_ipython_extension unload_ipython_extension",
        "what mxcompat adds: the way to torch, the choice of random engine, the drop-in",
    ),
    Row(
        "extra",
        "nd.NDArray.__array__ nd.NDArray.__copy__ nd.NDArray.__dlpack__ nd.NDArray.__dlpack_device__"
        " nd.NDArray.__deepcopy__ nd.NDArray.__iter__ nd.sparse.*NDArray.__array__ nd.sparse.*NDArray.__copy__"
        " nd.sparse.*NDArray.__deepcopy__ nd.sparse.*NDArray.__dlpack__ nd.sparse.*NDArray.__dlpack_device__"
        " nd.sparse.*NDArray.__iter__",
        "protocols of Python and NumPy, where MXNet relied on slower fallbacks",
    ),
    Row(
        "extra",
        "Context.__reduce__ Context.device_id Context.device_typeid runtime.Feature.__new__"
        " runtime.Feature.__getnewargs__ base.InternalError base.NotSupportedError",
        "attributes of instances there, of the class here; named tuples; error types",
    ),
    Row(
        "extra",
        "dropin ops serialization register_aliases nd.arithmetic nd.creation"
        " nd.utils.register_sparse nd.ndarray.T operator.C util.F",
        "rooms and names of our own that are not hidden",
    ),
)

ROWS: tuple[Row, ...] = (*LATER, *NATIVE, *IMPORTS, *SIGNATURES, *EXTRAS)
