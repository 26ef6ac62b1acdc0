"""Where the public surface is known to differ from MXNet 1.9.1, each with its reason. ``tests/architecture`` holds
that nothing else differs, and that every row here still does.

A row is (what, patterns of names with blanks between them, reason). Names start at the package; operators are
``ops.<name>``, their arguments ``ops.<name>.<argument>``.
"""

from __future__ import annotations

from .api import Row

LATER = (
    Row(
        "missing",
        "contrib.svrg_optimization.svrg_module.mx contrib.svrg_optimization.svrg_optimizer.mx",
        "the package itself under another name, which is an import and no more",
    ),
    # ------------------------------------------------------------ parts that are not there yet
    Row(
        "missing",
        "symbol_doc gluon.block.np_symbol autograd.Symbol operator.symbol",
        "symbols: not there yet",
    ),
    Row(
        "missing",
        "nd.ndarray.is_np_array",
        "the NumPy front end: not there yet",
    ),
    Row(
        "missing",
        "ops._imdecode nd._internal._imdecode",
        "the native half of nd.imdecode, no call of which succeeds; nd.imdecode works without it",
    ),
)

NATIVE = (
    Row("missing", "contrib.quantization.stats", "scipy.stats, which nothing here needs"),
    # ------------------------------------------------------------ what belongs to MXNet's native library
    Row(
        "missing",
        "*.c_array *.c_array_buf *.c_handle_array *.c_str *.c_str_array *.check_call"
        " *.MXCallbackList *.ctypes2buffer *.ctypes2numpy_shared base.add_fileline_to_docstring"
        " base.build_param_doc base.c2pyerror base.get_last_ffi_error base.mx_float_p"
        " operator.c_int_p nd.ndarray.DL* nd.ndarray.NDArrayBase nd._internal.NDArrayBase"
        " nd.NDArray.__del__ nd.sparse.*NDArray.__del__"
        " kvstore.KVStore.__del__",
        "helpers to call MXNet's native library, of which there is none here",
    ),
    Row(
        "missing",
        "nd.CachedOp nd.op.CachedOp nd._internal.CachedOp nd._internal._CachedOp*"
        " nd._internal._imperative_invoke nd._internal._set_ndarray_class"
        " nd._internal._set_np_ndarray_class nd.gen_* nd.register tvmop ndarray_doc api"
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
        "base.libinfo base.with_metaclass context.classproperty"
        " context.with_metaclass nd.contrib.mx nd.contrib.ndarray nd.contrib.current_context"
        " nd.random.numeric_types nd.ndarray.Features nd.ndarray.current_context"
        " nd.ndarray.integer_types nd.ndarray.mx_real_t nd.ndarray.numeric_types nd.sparse.Context"
        " nd.sparse.NDArray nd.sparse.NotSupportedForSparseNDArray nd.sparse.current_context"
        " nd.sparse.integer_types nd.sparse.mx_real_t nd.sparse.numeric_types nd.sparse.op"
        " nd.sparse.gs_retain nd.sparse.spsp nd.utils.py_str nd.utils.spsp nd.utils.string_types autograd.string_types"
        " operator.context operator.py_str random.integer_types util.py_str",
        "imported there for the module's own use",
    ),
    Row(
        "missing",
        "gluon.nn.conv_layers.Activation gluon.nn.conv_layers.is_np_array gluon.nn.conv_layers.symbol"
        " gluon.loss.HybridBlock gluon.loss.is_np_array gluon.loss.ndarray gluon.loss.numeric_types"
        " gluon.contrib.cnn.conv_layers.numeric_types gluon.contrib.cnn.conv_layers.symbol"
        " gluon.model_zoo.model_store.base",
        "imported there for the module's own use",
    ),
)

SIGNATURES = (
    Row(
        "signature",
        "nd.contrib.SparseEmbedding symbol.contrib.SparseEmbedding",
        "MXNet's signature lacks `deterministic`, which it takes",
    ),
    Row("attributes", "ops._contrib_SparseEmbedding", "MXNet's signature lacks `deterministic`, which it takes"),
    Row(
        "signature",
        "nd.BatchNorm_v1 nd.op.BatchNorm_v1 nd.IdentityAttachKLSparseReg nd.op.IdentityAttachKLSparseReg"
        " symbol.BatchNorm_v1 symbol.op.BatchNorm_v1 symbol.IdentityAttachKLSparseReg"
        " symbol.op.IdentityAttachKLSparseReg",
        "MXNet's signature lacks the auxiliary states, so that no call of it on arrays succeeds",
    ),
    Row(
        "inputs",
        "ops.BatchNorm_v1 ops.IdentityAttachKLSparseReg",
        "MXNet's list of arguments lacks the auxiliary states, so that no call of it on arrays succeeds",
    ),
    Row(
        "signature",
        "nd.linalg_potrf nd.linalg_potri nd.op.linalg_potrf nd.op.linalg_potri nd.linalg.potrf nd.linalg.potri"
        " symbol.linalg_potrf symbol.linalg_potri symbol.op.linalg_potrf symbol.op.linalg_potri symbol.linalg.potrf"
        " symbol.linalg.potri",
        "MXNet's signature lacks the attribute `lower`, which it takes",
    ),
    Row(
        "attributes",
        "ops._linalg_potrf ops._linalg_potri",
        "MXNet's list of arguments lacks the attribute `lower`, which it takes",
    ),
    Row("signature", "nd._internal._linspace", "MXNet's signature is that of _arange; it takes `num` and `endpoint`"),
    Row("attributes", "ops._linspace", "MXNet's list of arguments is that of _arange; it takes `num` and `endpoint`"),
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
        " gluon.*.to_torch recordio.RecordDataset recordio.pack64 recordio.unpack64"
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
        "Context.__reduce__ Context.__setstate__ Context.device_id Context.device_typeid runtime.Feature.__new__"
        " runtime.Feature.__getnewargs__ base.InternalError base.NotSupportedError",
        "attributes of instances there, of the class here; named tuples; error types",
    ),
    Row(
        "extra",
        "dropin graph ops serialization register_aliases nd.arithmetic nd.creation"
        " nd.utils.register_sparse nd.ndarray.T operator.C util.F",
        "rooms and names of our own that are not hidden",
    ),
)

TRAINING = (
    # ------------------------------------------------------------ what a training loop needs besides
    Row(
        "missing",
        "registry.string_types initializer.string_types metric.numeric_types metric.registry"
        " metric.string_types profiler.py_str",
        "imported there for the module's own use",
    ),
    Row("missing", "profiler.*.__del__", "no native handle to free"),
    Row(
        "missing",
        "notebook.Bokeh_Failed_To_Import notebook.bokeh notebook.callback.Pandas_Failed_To_Import"
        " notebook.callback.pd test_utils.ss io.utils.h5py",
        "stand-ins for packages that are not installed; here the packages are looked for when they are needed",
    ),
    Row("missing", "test_utils.np_symbol", "the NumPy front end: not there yet"),
    Row(
        "extra",
        "registry.Operator registry.REGISTRY registry.REQUIRED registry.alias registry.classes registry.find"
        " registry.names registry.op_error registry.operator registry.register registry.tags",
        "the operator records live in this room, too",
    ),
    Row("extra", "monitor.Monitor.stat_helper", "an attribute of instances there, a method here"),
    Row(
        "signature",
        "notebook.callback.PandasLogger.epoch_cb",
        "takes what `fit` passes to a callback of epochs, on which MXNet's fails",
    ),
)

SYMBOLS = (
    # ------------------------------------------------------------ symbols
    Row(
        "missing",
        "symbol.gen_* symbol.register symbol.symbol.Executor.__del__",
        "belongs to MXNet's native library and to the code that it generates",
    ),
    Row(
        "missing",
        "name.with_metaclass attribute.with_metaclass symbol.contrib.symbol",
        "imported there for the module's own use",
    ),
    Row(
        "missing",
        "name.NameManager.current name.Prefix.current AttrScope.current",
        "a property of the metaclass here: it works on the class, as there",
    ),
    Row("extra", "symbol.executor symbol.cached_op", "a module of our own that is not hidden"),
)

DATA = (
    # ------------------------------------------------------------ gluon.data
    Row("extra", "gluon.data.dataloader.SimpleQueue.close", "a method of Python's own queue since 3.9"),
    Row(
        "missing",
        "gluon.contrib.data.text.text",
        "imported there for the module's own use; here vocabularies lie in a room above, loaded when one is made",
    ),
)

NUMPY = (
    # ------------------------------------------------------------ the NumPy front end
    Row(
        "missing",
        "numpy.divmod numpy.float_power numpy.frexp numpy.heaviside numpy.modf numpy.positive numpy.signbit"
        " numpy.spacing",
        "there: NumPy's own universal functions, which NumPy 1 did not mark as its own",
    ),
    Row(
        "extra",
        "numpy.alltrue numpy.in1d numpy.mirr numpy.msort numpy.npv numpy.ppmt numpy.pv numpy.rate numpy.trapz",
        "there too, as NumPy's own; where the installed NumPy lacks them they are made here",
    ),
    Row("missing", "numpy.ndarray.__del__", "frees native memory, of which there is none here"),
    Row(
        "extra",
        "numpy.ndarray.__array__ numpy.ndarray.__copy__ numpy.ndarray.__deepcopy__ numpy.ndarray.__dlpack__"
        " numpy.ndarray.__dlpack_device__ numpy.ndarray.__iter__ numpy.ndarray.to_torch",
        "inherited from NDArray: they are rows of nd.NDArray, too",
    ),
    Row(
        "missing",
        "numpy.arrayprint.set_module numpy_extension.classproperty numpy_extension.with_metaclass"
        " numpy_extension.utils.py_str numpy_extension.utils.string_types",
        "imported there for the module's own use",
    ),
)

ROWS: tuple[Row, ...] = (*LATER, *NATIVE, *IMPORTS, *SIGNATURES, *EXTRAS, *TRAINING, *SYMBOLS, *DATA, *NUMPY)
