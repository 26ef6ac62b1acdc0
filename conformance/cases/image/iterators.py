"""ImageIter and ImageDetIter: files, lists and records, shuffling, parts, the last batch, labels."""

import random

import numpy as np

from ...suite import Suite, attempt
from ._files import JPEG, pixels, png, with_folder, write, write_records

suite = Suite(__name__)


def _files(mx, count=5):
    """A folder with images, a list and records."""
    lines = []
    for i in range(count):
        write("i%d.png" % i, png(pixels(12 + i, 16, i)))
        lines.append("%d\t%d\ti%d.png\n" % (10 + i, i, i))
    write("x.lst", "".join(lines))
    write_records(mx, [pixels(12 + i, 16, i) for i in range(count)], [float(i) for i in range(count)])


def _batches(iterator, epochs=2, limit=8):
    found = []
    for _ in range(epochs):
        epoch = []
        for batch in iterator:
            epoch.append((batch.data[0], batch.label[0], batch.pad))
            if len(epoch) == limit:
                break
        found.append(epoch)
        iterator.reset()
    return found


def _iterated(epochs=2, count=5, **options):
    def run(mx):
        def use(folder):
            _files(mx, count)
            random.seed(4)
            np.random.seed(5)
            options.setdefault("data_shape", (3, 6, 7))
            given = dict(options)
            if not {"path_imgrec", "path_imglist", "imglist"} & set(given):
                given["path_imgrec"] = "x.rec"
            iterator = mx.image.ImageIter(2, **given)
            described = iterator.provide_data, iterator.provide_label, iterator.batch_size
            return described, _batches(iterator, epochs)

        return with_folder(use)

    return run


LIST = [[float(i), "i%d.png" % i] for i in range(5)]
PAIRS = [[float(i), float(-i), "i%d.png" % i] for i in range(5)]
CASES = {
    "records": {},
    "index": {"path_imgidx": "x.idx"},
    "index_shuffled": {"path_imgidx": "x.idx", "shuffle": True},
    "parts_0": {"path_imgidx": "x.idx", "num_parts": 2, "part_index": 0},
    "parts_1": {"path_imgidx": "x.idx", "num_parts": 2, "part_index": 1},
    "list_file": {"path_imglist": "x.lst", "path_root": "."},
    "list_file_shuffled": {"path_imglist": "x.lst", "path_root": ".", "shuffle": True},
    "list": {"imglist": LIST, "path_root": "."},
    "list_shuffled": {"imglist": LIST, "path_root": ".", "shuffle": True},
    "list_pairs": {"imglist": PAIRS, "path_root": ".", "label_width": 2},
    "list_label_lists": {"imglist": [[[1, 2, 3], "i0.png"], [[4, 5, 6], "i1.png"]], "path_root": ".", "label_width": 3},
    "list_parts": {"imglist": LIST, "path_root": ".", "num_parts": 2, "part_index": 1},
    "names": {"data_name": "x", "label_name": "y"},
    "int_labels": {"imglist": LIST, "path_root": ".", "dtype": "int32"},
    "augmented": {"rand_crop": True, "rand_mirror": True, "brightness": 0.2, "mean": True},
    "resize": {"resize": 8, "inter_method": 1},
}
suite.table("image", {name: _iterated(**options) for name, options in CASES.items()})
for _handle in ("pad", "discard", "roll_over"):
    suite.table(
        "last/" + _handle,
        {
            name: _iterated(3, count, last_batch_handle=_handle, **options)
            for name, count, options in (
                ("records", 5, {}),
                ("records_even", 4, {}),
                ("index", 5, {"path_imgidx": "x.idx"}),
                ("list", 5, {"imglist": LIST, "path_root": "."}),
                ("list_shuffled", 5, {"imglist": LIST, "path_root": ".", "shuffle": True}),
            )
        },
    )


def _in_folder(use):
    def run(mx):
        def inside(folder):
            _files(mx)
            return use(mx)

        return with_folder(inside)

    return run


def _own_augmenters(mx):
    iterator = mx.image.ImageIter(2, (3, 6, 7), path_imgrec="x.rec", aug_list=[mx.image.CenterCropAug((7, 6))])
    return iterator.next().data[0], [type(a).__name__ for a in iterator.auglist]


def _hard_reset(mx):
    iterator = mx.image.ImageIter(2, (3, 6, 7), path_imgrec="x.rec", path_imgidx="x.idx", last_batch_handle="roll_over")
    labels = [batch.label[0] for batch in iterator]
    iterator.hard_reset()
    return labels, [batch.label[0] for batch in iterator]


def _samples(mx):
    iterator = mx.image.ImageIter(2, (3, 6, 7), path_imglist="x.lst", path_root=".")
    label, content = iterator.next_sample()
    image = iterator.imdecode(content)
    changed = iterator.augmentation_transform(image)
    return label, len(content), image, changed, iterator.postprocess_data(changed), iterator.seq, iterator.cur


def _read_image(mx):
    iterator = mx.image.ImageIter(2, (3, 6, 7), path_imglist="x.lst", path_root=".")
    return iterator.read_image("i1.png") == open("i1.png", "rb").read()


suite.table(
    "parts",
    {
        "own_augmenters": _in_folder(_own_augmenters),
        "hard_reset": _in_folder(_hard_reset),
        "samples": _in_folder(_samples),
        "read_image": _in_folder(_read_image),
        "next_after_end": _in_folder(
            lambda mx: attempt(lambda: [b.pad for b in mx.image.ImageIter(9, (3, 6, 7), path_imgrec="x.rec")])
        ),
    },
)


def _wrong(**options):
    return _in_folder(lambda mx: mx.image.ImageIter(**{**dict(batch_size=2, data_shape=(3, 6, 7)), **options}))


def _broken(mx):
    write("i3.png", b"no image at all")
    iterator = mx.image.ImageIter(5, (3, 6, 7), path_imglist="x.lst", path_root=".")
    return iterator.next().data[0].asnumpy()


def _no_file(mx):
    return mx.image.ImageIter(2, (3, 6, 7), imglist=[[1.0, "none.png"]], path_root=".").next()


suite.errors(
    "wrong",
    {
        "no_source": (_wrong(), ("path_imgrec",)),
        "shape": (_wrong(path_imgrec="x.rec", data_shape=(6, 7)), ("data_shape",)),
        "channels": (_wrong(path_imgrec="x.rec", data_shape=(1, 6, 7)), ("3 channels",)),
        "dtype": (_wrong(path_imgrec="x.rec", dtype="float16"), ("float16",)),
        "shuffle_without_index": (_wrong(path_imgrec="x.rec", shuffle=True), ("path_imgidx",)),
        "part": (_wrong(path_imgrec="x.rec", path_imgidx="x.idx", num_parts=2, part_index=2), ("part_index",)),
        "missing_records": (_wrong(path_imgrec="none.rec"), ("none.rec",)),
        "missing_list": (_wrong(path_imglist="none.lst", path_root="."), ()),
        "augmenter": (_wrong(path_imgrec="x.rec", rand_clop=True), ()),
        "broken_image": (_in_folder(_broken), ("i3.png",)),
        "missing_image": (_in_folder(_no_file), ()),
    },
)

# ---------------------------------------------------------------- detection

LABELS = [
    [2, 5, 0, 0.1, 0.1, 0.5, 0.6],
    [2, 5, 1, 0.2, 0.2, 0.9, 0.8, 0, 0.5, 0.1, 0.95, 0.4],
    [4, 5, 77, 88, 2, 0.3, 0.1, 0.6, 0.9],
    [2, 5, 1, 0.0, 0.0, 1.0, 1.0, 0, 0.5, 0.5, 0.4, 0.9, 3, 0.1, 0.6, 0.3, 0.9],
    [2, 5, 0, 0.25, 0.25, 0.75, 0.75],
]


def _detected(epochs=2, aug=False, **options):
    def run(mx):
        def use(folder):
            images = [pixels(12 + i, 16, i) for i in range(5)]
            write_records(mx, images, [np.array(label, np.float32) for label in LABELS])
            for i, image in enumerate(images):
                write("i%d.png" % i, png(image))
            random.seed(4)
            np.random.seed(5)
            given = dict({"data_shape": (3, 8, 9)}, **options)
            if "imglist" not in given:
                given["path_imgrec"] = "x.rec"
            if aug:
                given["aug_list"] = [mx.image.DetBorrowAug(mx.image.ForceResizeAug((9, 8), 1))]
            iterator = mx.image.ImageDetIter(2, **given)
            described = iterator.provide_data, iterator.provide_label, iterator.label_shape
            return described, _batches(iterator, epochs)

        return with_folder(use)

    return run


suite.table(
    "detection",
    {
        "records": _detected(),
        "index": _detected(path_imgidx="x.idx"),
        "shuffled": _detected(path_imgidx="x.idx", shuffle=True),
        "parts": _detected(path_imgidx="x.idx", num_parts=2, part_index=1),
        "list": _detected(imglist=[[LABELS[i], "i%d.png" % i] for i in range(5)], path_root="."),
        "own_augmenters": _detected(aug=True),
        "mirror": _detected(rand_mirror=True),
        "crop": _detected(rand_crop=0.8),
        "pad": _detected(rand_pad=0.8, mean=True, std=True),
        "discard": _detected(last_batch_handle="discard"),
        "roll_over": _detected(3, last_batch_handle="roll_over", path_imgidx="x.idx"),
        "names": _detected(1, data_name="x", label_name="y"),
        "all": _detected(rand_crop=0.5, rand_pad=0.5, rand_mirror=True, brightness=0.2, pca_noise=0.1, inter_method=10),
    },
)


def _pair(use):
    def run(mx):
        def inside(folder):
            images = [pixels(12 + i, 16, i) for i in range(5)]
            labels = [np.array(label, np.float32) for label in LABELS]
            write_records(mx, images, labels)
            write_records(mx, images[:1], labels[:1], "y")
            first = mx.image.ImageDetIter(2, (3, 8, 9), path_imgrec="x.rec")
            return use(mx, first, mx.image.ImageDetIter(1, (3, 8, 9), path_imgrec="y.rec"))

        return with_folder(inside)

    return run


def _synced(mx, first, second):
    back = first.sync_label_shape(second)
    return back is second, first.label_shape, second.label_shape, second.next().label[0]


def _synced_back(mx, first, second):
    second.sync_label_shape(first, verbose=True)
    return first.label_shape, second.label_shape


def _reshaped(mx, first, second):
    first.reshape(data_shape=(3, 5, 6), label_shape=(6, 5))
    return (
        first.provide_data,
        first.provide_label,
        attempt(first.reshape, None, (1, 5)),
        attempt(first.reshape, None, (9, 6)),
        attempt(first.reshape, None, (9,)),
        attempt(first.reshape, (5, 6)),
        attempt(first.sync_label_shape, 5),
    )


def _parsed(mx, first, second):
    labels = (
        [2, 5, 0, 0.1, 0.1, 0.5, 0.6],
        [2, 5, 0, 0.5, 0.1, 0.1, 0.6],
        [2, 5, 0.1],
        [2, 5, 0, 0.1, 0.1, 0.5, 0.6, 1],
    )
    found = [attempt(first._parse_label, np.array(label, np.float32)) for label in labels]
    return found, first._parse_label(mx.nd.array(labels[0]))


suite.table(
    "detection/shapes",
    {
        "sync": _pair(_synced),
        "sync_back": _pair(_synced_back),
        "reshape": _pair(_reshaped),
        "parse": _pair(_parsed),
    },
)


@suite.case("detection/jpeg")
def detection_jpeg(mx):
    def use(folder):
        write_records(mx, [JPEG["420"], JPEG["444"]], [np.array(label, np.float32) for label in LABELS[:2]])
        return _batches(mx.image.ImageDetIter(2, (3, 8, 9), path_imgrec="x.rec"), 1)

    return with_folder(use)
