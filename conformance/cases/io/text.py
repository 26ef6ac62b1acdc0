"""CSVIter, LibSVMIter, MNISTIter: files written in the case, orders, last batches, parts, and what is refused."""

import struct

import numpy as np

from ...suite import Suite
from ..image._files import with_folder, write

suite = Suite(__name__)

DATA = "1,2,3\n2,3,4\n3,4,5\n4,5,6\n"
LABEL = "1\n2\n3\n4\n"


def _held(batch):
    """A batch as it is now: MXNet uses its arrays again for later ones."""
    data, label = batch.data[0], batch.label[0]
    return data.asnumpy(), label.asnumpy(), data.context, label.context, batch.pad, batch.index


def _seen(it, epochs):
    found = [(repr(it.provide_data), repr(it.provide_label), it.batch_size)]
    for _ in range(epochs):
        found.append([_held(b) for b in it])
        it.reset()
    return found


def _csv(text=DATA, label=None, epochs=3, **options):
    def run(mx):
        def use(folder):
            given = dict({"data_csv": write("d.csv", text), "data_shape": (3,), "batch_size": 2}, **options)
            if label is not None:
                given["label_csv"] = write("l.csv", label)
            return _seen(mx.io.CSVIter(**given), epochs)

        return with_folder(use)

    return run


suite.table(
    "CSVIter",
    {
        "plain": _csv(),
        "label": _csv(label=LABEL),
        "round": _csv(label=LABEL, batch_size=3),
        "no_round": _csv(label=LABEL, batch_size=3, round_batch=False),
        "larger": _csv(batch_size=6, epochs=2),
        "shape": _csv("1,2,3,4,5,6\n7,8,9,10,11,12\n", data_shape=(3, 2), batch_size=1),
        "label_shape": _csv(label="1,2\n3,4\n5,6\n7,8\n", label_shape=(2,)),
        "int32": _csv(dtype="int32"),
        "int64": _csv(dtype="int64", label=LABEL),
        "float32": _csv(dtype="float32"),
        "text_values": _csv(batch_size="2", data_shape="(3,)", round_batch="False"),
        "names": _csv(data_name="x", label_name="y", epochs=1),
        "no_end": _csv("1,2,3\n4,5,6", epochs=1),
        "windows": _csv("1,2,3\r\n4,5,6\r\n", epochs=1),
        "empty_lines": _csv("\n1,2,3\n\n\n4,5,6\n\n", epochs=1),
        "blanks": _csv(" 1 , 2,3 \n4,  5,6\n", epochs=1),
        "mark": _csv("\ufeff1,2,3\n4,5,6\n", epochs=1),
        "numbers": _csv("2.86,0.1,123456.789\n1e-3,2.5E2,-0.000123\n6.661,16777217,.5\n5.,+7,-0\n", epochs=1),
        "large_numbers": _csv("3.4028e38,1e39,1e-30\n123456789012,0.123456789012,1e10\n", epochs=1),
        "integers": _csv("010,0x1F,-7\n1.9,-2.9,+3\n", dtype="int64", epochs=1),
        "words": _csv("nan,inf,-inf\n1,2,3\n", epochs=1),
        "one_column": _csv("1\n2\n3\n", data_shape=(1,), epochs=1),
        "prefetch": _csv(prefetch_buffer=1),
        "cpu": _csv(ctx="cpu"),
    },
)


def _positional(mx):
    def use(folder):
        return mx.io.CSVIter("x.csv", data_csv=write("d.csv", DATA), data_shape=(3,), batch_size=1)

    return with_folder(use)


suite.errors(
    "CSVIter/wrong",
    {
        "missing": (lambda mx: mx.io.CSVIter(data_csv="none.csv", data_shape=(3,), batch_size=2), ("none.csv",)),
        "empty": (_csv(""), ("d.csv",)),
        "width": (_csv(data_shape=(2,)), ("d.csv", "shape")),
        "ragged": (_csv("1,2,3\n4,5\n", epochs=1), ("d.csv", "row 1")),
        "letters": (_csv("1,2,3\na,b,c\n", epochs=1), ("d.csv", "row 1")),
        "short_label": (_csv(label="1\n2\n", epochs=1), ("label_csv",)),
        "no_batch_size": (lambda mx: mx.io.CSVIter(data_csv="x.csv", data_shape=(3,)), ("batch_size",)),
        "no_shape": (lambda mx: mx.io.CSVIter(data_csv="x.csv", batch_size=3), ("data_shape",)),
        "no_file": (lambda mx: mx.io.CSVIter(data_shape=(3,), batch_size=3), ("data_csv",)),
        "negative": (_csv(batch_size=-1), ("batch_size",)),
        "round": (_csv(round_batch="maybe"), ("round_batch",)),
        "dtype": (_csv(dtype="float64"), ("float64",)),
        "dtype_word": (_csv(dtype="no"), ("no",)),
        "size_word": (_csv(batch_size="two"), ("batch_size",)),
        "positional": (_positional, ()),
    },
)

SVM = "1.0 0:0.5 2:1.2\n-2.0\n-3.0 0:0.6 1:2.4 2:1.2\n4 2:-1.2\n"
SVM_LABEL = "1.0\n-2.0 0:0.125\n-3.0 2:1.2\n4 1:1.0 2:-1.2\n"


def _rows(array):
    return array.stype, array.asnumpy(), repr(array)


def _svm(text=SVM, label=None, epochs=2, **options):
    def run(mx):
        def use(folder):
            given = dict({"data_libsvm": write("d.t", text), "data_shape": (3,), "batch_size": 3}, **options)
            if label is not None:
                given.update(label_libsvm=write("l.t", label))
            it = mx.io.LibSVMIter(**given)
            found = [(repr(it.provide_data), repr(it.provide_label), it.batch_size)]
            for _ in range(epochs):
                found.append([(_rows(b.data[0]), _rows(b.label[0]), b.pad, b.index) for b in it])
                it.reset()
            return found

        return with_folder(use)

    return run


suite.table(
    "LibSVMIter",
    {
        "plain": _svm(),
        "three_epochs": _svm(epochs=3),
        "even": _svm(batch_size=2),
        "label": _svm(label=SVM_LABEL, label_shape=(3,)),
        "larger": _svm(batch_size=6),
        "wide": _svm(data_shape=(10,)),
        "numbers": _svm("2.86 0:0.1 1:6.661 2:1e-3\n1e1 0:-5\n", batch_size=1),
        "blank_lines": _svm("\n1 0:2\n\n\n2 1:3\n", batch_size=1),
        "comments": _svm("# head\n1 0:2 # tail\n2 1:3\n", batch_size=1),
        "query": _svm("1 qid:3 0:2\n2 qid:4 1:3\n", batch_size=1),
        "spaces": _svm("  1   0:2\t1:3 \n2 1:3\n", batch_size=1),
    },
)
suite.errors(
    "LibSVMIter/wrong",
    {
        "missing": (lambda mx: mx.io.LibSVMIter(data_libsvm="none.t", data_shape=(3,), batch_size=2), ("none.t",)),
        "no_round": (_svm(round_batch=False), ("round_batch",)),
        "label_shape": (_svm(label_shape=(2,)), ("label_shape",)),
        "label_without_shape": (_svm(label=SVM_LABEL), ("label_shape",)),
        "two_dimensions": (_svm(data_shape=(2, 2)), ("data_shape",)),
        "parts": (_svm(num_parts=0), ("num_parts",)),
        "part": (_svm(part_index=-1), ("part_index",)),
        "mixed": (_svm("1 0:1 1\n"), ("d.t",)),
        "negative": (_svm("1 0:1\n2 -1:0.6 1:2\n"), ("d.t", "-1")),
        "short_label": (_svm(label="1.0\n", label_shape=(3,)), ("label_libsvm",)),
    },
)


def _idx(values):
    values = np.asarray(values, np.uint8)
    return struct.pack(">I", 0x800 | values.ndim) + struct.pack(">%dI" % values.ndim, *values.shape) + values.tobytes()


def _mnist(count=7, cut=None, labels=None, epochs=2, size=2, **options):
    def run(mx):
        def use(folder):
            images = _idx(np.arange(count * 6).reshape(count, 2, 3) * 5 % 256)
            write("images", images[:cut] if cut else images)
            write("labels", _idx(np.arange(count if labels is None else labels) % 10))
            given = dict({"image": "images", "label": "labels", "batch_size": size, "silent": True}, **options)
            return _seen(mx.io.MNISTIter(**given), epochs)

        return with_folder(use)

    return run


suite.table(
    "MNISTIter",
    {
        "in_order": _mnist(shuffle=False),
        "shuffled": _mnist(),
        "seeds": lambda mx: [_mnist(seed=s, epochs=1)(mx) for s in (1, 2, 77, -3)],
        "flat": _mnist(flat=True),
        "flat_in_order": _mnist(flat=True, shuffle=False),
        "one": _mnist(size=1),
        "all": _mnist(size=7),
        "many": _mnist(count=300, size=300, epochs=1, seed=5),
        "part_0": _mnist(num_parts=2, part_index=0, size=1),
        "part_1": _mnist(num_parts=2, part_index=1, size=1),
        "part_1_of_3": _mnist(num_parts=3, part_index=1, shuffle=False, size=1),
        "loud": _mnist(silent=False, epochs=1),
        "numbers": _mnist(silent=1, shuffle=0, flat="true"),
    },
)
suite.errors(
    "MNISTIter/wrong",
    {
        "missing": (lambda mx: mx.io.MNISTIter(image="none", label="none"), ("none",)),
        "part": (_mnist(num_parts=2, part_index=2), ("part_index",)),
        "parts": (_mnist(num_parts=0), ("num_parts",)),
        "size": (_mnist(size=0), ("batch_size",)),
        "header": (_mnist(cut=6), ("images",)),
    },
)
