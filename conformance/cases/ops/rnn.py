"""RNN in all its modes, and CTCLoss."""

from __future__ import annotations

from ...calls import Arr
from ...compare import Tolerance
from ...suite import Suite

suite = Suite(__name__)

CLOSE = Tolerance(rtol=1e-4, atol=1e-5, why="sums over time steps, in another order")

GATES = {"rnn_relu": 1, "rnn_tanh": 1, "lstm": 4, "gru": 3}
TIME, BATCH, INPUTS, HIDDEN = 3, 2, 3, 4


def args(
    mode,
    layers=1,
    directions=1,
    projection=0,
    dtype="float32",
    lengths=None,
    time=TIME,
    batch=BATCH,
    inputs=INPUTS,
    hidden=HIDDEN,
):
    rows, out = GATES[mode] * hidden, projection or hidden
    size = 0
    for layer in range(layers):
        width = directions * out if layer else inputs
        size += directions * (rows * (width + out) + projection * hidden + 2 * rows)
    total = layers * directions
    found = [
        Arr((time, batch, inputs), dtype, low=-1, high=1, seed=1),
        Arr((size,), dtype, low=-0.7, high=0.7, seed=2),
        Arr((total, batch, out), dtype, low=-1, high=1, seed=3),
    ]
    if mode == "lstm":
        found.append(Arr((total, batch, hidden), dtype, low=-1, high=1, seed=4))
    if lengths is not None:
        found.append(Arr(values=lengths, dtype="float32"))
    return found


def attrs(mode, layers=1, directions=1, hidden=HIDDEN, **more):
    return dict(state_size=hidden, num_layers=layers, bidirectional=directions == 2, mode=mode, **more)


for mode in GATES:
    for layers in (1, 2, 3):
        for directions in (1, 2):
            for states in (False, True):
                word = "%s/%d_layers_%d_directions%s" % (mode, layers, directions, "_states" if states else "")
                given = args(mode, layers, directions)
                suite.op(word, "nd.RNN", given, attrs(mode, layers, directions, state_outputs=states), tol=CLOSE)
    both = attrs(mode, 2, 2, state_outputs=True)
    tiny = dict(layers=1, time=1, batch=1, inputs=1, hidden=1)
    suite.op(mode + "/float64", "nd.RNN", args(mode, 2, 2, dtype="float64"), both)
    suite.op(mode + "/float16", "nd.RNN", args(mode, 2, 2, dtype="float16"), both, grad=False)
    suite.op(mode + "/int32", "nd.RNN", args(mode, dtype="int32"), attrs(mode), grad=False, says=("RNN", "int32"))
    suite.op(mode + "/size_one", "nd.RNN", args(mode, **tiny), attrs(mode, hidden=1, state_outputs=True), tol=CLOSE)
    suite.op(
        mode + "/longer",
        "nd.RNN",
        args(mode, 2, 2, time=9, batch=5, inputs=7, hidden=6),
        attrs(mode, 2, 2, hidden=6, state_outputs=True),
        tol=CLOSE,
    )
    rows = [arr.with_(layout="rows") for arr in args(mode, 2)]
    suite.op(mode + "/rows", "nd.RNN", rows, attrs(mode, 2, state_outputs=True), tol=CLOSE)
    turned = [arr.with_(layout="transposed") for arr in args(mode, 2)]
    suite.op(mode + "/transposed", "nd.RNN", turned, attrs(mode, 2, state_outputs=True), tol=CLOSE)
    suite.op(mode + "/out", "nd.RNN", args(mode), attrs(mode, state_outputs=True), grad=False, out=True, tol=CLOSE)
    for req in range(2 + (mode == "lstm") + 1):
        some = [arr.with_(req="add") if i == req else arr for i, arr in enumerate(args(mode))]
        suite.op("%s/grad_add_%d" % (mode, req), "nd.RNN", some, attrs(mode), tol=CLOSE)
        suite.op("%s/grad_only_%d" % (mode, req), "nd.RNN", args(mode, 2), attrs(mode, 2), grad=(req,), tol=CLOSE)
    for p in (0.3, 0.5, 0.9):
        suite.op(
            "%s/dropout_%s" % (mode, p),
            "nd.RNN",
            args(mode, 3, 2, dtype="float64"),
            attrs(mode, 3, 2, p=p, state_outputs=True),
        )
    suite.op(mode + "/dropout_one_layer", "nd.RNN", args(mode, dtype="float64"), attrs(mode, p=0.5))
    suite.op(mode + "/dropout_float32", "nd.RNN", args(mode, 2), attrs(mode, 2, p=0.5), tol=CLOSE)
    suite.op(mode + "/dropout_all", "nd.RNN", args(mode, 2, dtype="float64"), attrs(mode, 2, p=1.0), says=("RNN", "p="))
    suite.op(
        mode + "/lengths_float32",
        "nd.RNN",
        args(mode, 2, lengths=[2, 3]),
        attrs(mode, 2, use_sequence_length=True, state_outputs=True),
        grad=(),
        tol=CLOSE,
    )
    suite.op(
        mode + "/lengths_float64",
        "nd.RNN",
        args(mode, 2, lengths=[2, 3], dtype="float64"),
        attrs(mode, 2, use_sequence_length=True),
        grad=False,
    )

lstm = args("lstm", 2)
for size in (1, 2, 3):
    suite.op(
        "projection/size_%d" % size,
        "nd.RNN",
        args("lstm", 2, 2, projection=size),
        attrs("lstm", 2, 2, projection_size=size, state_outputs=True),
        grad=False,
        tol=CLOSE,
    )
suite.op(
    "projection/like_hidden",
    "nd.RNN",
    args("lstm", 2, 1, projection=4),
    attrs("lstm", 2, projection_size=4, state_outputs=True),
    grad=False,
    tol=CLOSE,
)
suite.op(
    "projection/float64",
    "nd.RNN",
    args("lstm", 2, 2, projection=2, dtype="float64"),
    attrs("lstm", 2, 2, projection_size=2, state_outputs=True),
    grad=False,
)
suite.op(
    "projection/gradient",
    "nd.RNN",
    args("lstm", 2, 2, projection=2),
    attrs("lstm", 2, 2, projection_size=2, state_outputs=True),
)
suite.op(
    "clip/float32", "nd.RNN", lstm, attrs("lstm", 2, lstm_state_clip_min=-0.1, lstm_state_clip_max=0.1), grad=False
)
suite.op(
    "clip/float64",
    "nd.RNN",
    args("lstm", 2, dtype="float64"),
    attrs("lstm", 2, lstm_state_clip_min=-0.1, lstm_state_clip_max=0.1),
    grad=False,
)
suite.op(
    "clip/wide",
    "nd.RNN",
    lstm,
    attrs("lstm", 2, state_outputs=True, lstm_state_clip_min=-100, lstm_state_clip_max=100),
    tol=CLOSE,
)

suite.op_error("bad/mode", "nd.RNN", lstm, attrs("cnn", 2), says=("RNN", "mode"))
suite.op_error("bad/no_mode", "nd.RNN", lstm, {"state_size": 4, "num_layers": 2}, says=("mode",))
suite.op_error("bad/state_size", "nd.RNN", lstm, attrs("lstm", 2, hidden=5), says=("RNN", "parameters"))
suite.op_error("bad/layers", "nd.RNN", lstm, attrs("lstm", 1), says=("RNN", "parameters"))
suite.op_error("bad/negative", "nd.RNN", lstm, attrs("lstm", -2), says=("num_layers",))
suite.op_error("bad/p", "nd.RNN", lstm, attrs("lstm", 2, p=1.5), says=("RNN", "p"))
suite.op_error("bad/cell", "nd.RNN", lstm[:3], attrs("lstm", 2), says=("RNN", "state_cell"))
suite.op_error("bad/cell_of_gru", "nd.RNN", lstm, attrs("gru", 2), says=("RNN", "expected 3"))
suite.op_error("bad/rank", "nd.RNN", [Arr((6, 3)), *lstm[1:]], attrs("lstm", 2), says=("RNN", "data"))
suite.op_error("bad/batch", "nd.RNN", [Arr((3, 5, 3)), *lstm[1:]], attrs("lstm", 2), says=("RNN", "state", "(2, 5, 4)"))
suite.op_error(
    "bad/dtype",
    "nd.RNN",
    [lstm[0], lstm[1].with_(dtype="float64"), *lstm[2:]],
    attrs("lstm", 2),
    says=("RNN", "parameters", "float64"),
)
suite.op_error(
    "bad/lengths_missing", "nd.RNN", lstm, attrs("lstm", 2, use_sequence_length=True), says=("RNN", "sequence_length")
)
suite.op_error(
    "bad/lengths_unasked", "nd.RNN", args("lstm", 2, lengths=[1, 2]), attrs("lstm", 2), says=("RNN", "sequence_length")
)
suite.op_error("bad/attribute", "nd.RNN", lstm, attrs("lstm", 2, hidden_size=4), says=("RNN", "hidden_size"))

# ---- CTCLoss

scores = Arr((5, 3, 4), low=-2, high=2)
first = Arr(values=[[1, 2, 3], [2, 2, 0], [3, 0, 0]])
last = Arr(values=[[0, 1, 2], [1, 1, -1], [2, -1, -1]])
for name in ("CTCLoss", "ctc_loss"):
    suite.op(name + "/default", "nd." + name, (scores, first), grad=(0,), tol=CLOSE)
suite.op("CTCLoss/contrib", "nd.contrib.CTCLoss", (scores, first), grad=(0,), tol=CLOSE)
suite.op("CTCLoss/contrib_lower", "nd.contrib.ctc_loss", (scores, first), grad=(0,), tol=CLOSE)
suite.op("CTCLoss/last", "nd.CTCLoss", (scores, last), {"blank_label": "last"}, grad=(0,), tol=CLOSE)
for dtype in ("int32", "int64", "float64", "float16", "uint8", "int8"):
    suite.op("CTCLoss/label_" + dtype, "nd.CTCLoss", (scores, first.with_(dtype=dtype)), grad=(0,), tol=CLOSE)
for dtype in ("float64", "float16", "int32"):
    suite.op("CTCLoss/data_" + dtype, "nd.CTCLoss", (scores.with_(dtype=dtype), first), grad=False, tol=CLOSE)
for layout in ("rows", "transposed"):
    suite.op("CTCLoss/" + layout, "nd.CTCLoss", (scores.with_(layout=layout), first), grad=(0,), tol=CLOSE)
suite.op("CTCLoss/grad_add", "nd.CTCLoss", (scores.with_(req="add"), first), grad=(0,), tol=CLOSE)
suite.op("CTCLoss/out", "nd.CTCLoss", (scores, first), grad=False, out=True, tol=CLOSE)
steps, counts = Arr(values=[5, 4, 3]), Arr(values=[3, 2, 1])
for blank, label in (("first", first), ("last", last)):
    say = "CTCLoss/%s_" % blank
    suite.op(
        say + "data_lengths",
        "nd.CTCLoss",
        (scores, label, steps),
        {"use_data_lengths": True, "blank_label": blank},
        grad=(0,),
        tol=CLOSE,
    )
    suite.op(
        say + "label_lengths",
        "nd.CTCLoss",
        (scores, label),
        {"label_lengths": counts, "use_label_lengths": True, "blank_label": blank},
        grad=(0,),
        tol=CLOSE,
    )
    suite.op(
        say + "both",
        "nd.CTCLoss",
        (scores, label, steps, counts),
        {"use_data_lengths": True, "use_label_lengths": True, "blank_label": blank},
        grad=(0,),
        tol=CLOSE,
    )
suite.op(
    "CTCLoss/label_lengths_third",
    "nd.CTCLoss",
    (scores, first, counts),
    {"use_label_lengths": True},
    grad=(0,),
    tol=CLOSE,
)
suite.op("CTCLoss/no_labels", "nd.CTCLoss", (scores, Arr(values=[[0, 0], [1, 0], [0, 0]])), grad=(0,), tol=CLOSE)
suite.op(
    "CTCLoss/padding_inside",
    "nd.CTCLoss",
    (scores, Arr(values=[[1, 0, 2], [2, 0, 1], [0, 3, 3]])),
    grad=(0,),
    tol=CLOSE,
)
suite.op("CTCLoss/repeats", "nd.CTCLoss", (scores, Arr(values=[[1, 1, 1], [2, 2, 2], [3, 3, 1]])), grad=(0,), tol=CLOSE)
suite.op(
    "CTCLoss/do_not_fit",
    "nd.CTCLoss",
    (Arr((3, 3, 4)), Arr(values=[[1, 1, 1], [2, 1, 2], [3, 3, 0]])),
    grad=False,
    tol=CLOSE,
)
suite.op(
    "CTCLoss/no_steps",
    "nd.CTCLoss",
    (scores, first, Arr(values=[0, 5, 5])),
    {"use_data_lengths": True},
    grad=(0,),
    tol=CLOSE,
)
suite.op("CTCLoss/size_one", "nd.CTCLoss", (Arr((1, 1, 2)), Arr(values=[[1]])), grad=(0,), tol=CLOSE)
suite.op(
    "CTCLoss/long",
    "nd.CTCLoss",
    (Arr((30, 2, 6), low=-5, high=5), Arr(values=[[1, 2, 3, 4, 5, 5, 4], [3, 3, 1, 0, 0, 0, 0]])),
    grad=(0,),
    tol=CLOSE,
)
suite.op_error("CTCLoss/bad_batch", "nd.CTCLoss", (scores, Arr(values=[[1, 2]])), says=("CTCLoss", "label"))
suite.op_error("CTCLoss/bad_rank", "nd.CTCLoss", (Arr((3, 4)), first), says=("CTCLoss", "data"))
suite.op_error("CTCLoss/bad_labels", "nd.CTCLoss", (Arr((2, 3, 4)), first), says=("CTCLoss", "label"))
suite.op_error("CTCLoss/bad_blank", "nd.CTCLoss", (scores, first), {"blank_label": "middle"}, says=("middle",))
suite.op_error(
    "CTCLoss/bad_lengths",
    "nd.CTCLoss",
    (scores, first, Arr(values=[1, 2])),
    {"use_data_lengths": True},
    says=("CTCLoss", "data_lengths"),
)
suite.op_error(
    "CTCLoss/lengths_missing",
    "nd.CTCLoss",
    (scores, first),
    {"use_label_lengths": True},
    says=("CTCLoss", "label_lengths"),
)
