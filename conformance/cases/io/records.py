"""ImageRecordIter and its relatives: orders, random draws, pixels, labels, parts, and what is refused.

All with one decoding thread: with several, the original's draws depend on which of them is first.
"""

import os

import numpy as np

from ...compare import Tolerance
from ...suite import Suite, attempt
from ..image._files import JPEG, pixels, with_folder, write, write_records

suite = Suite(__name__)


def _records(mx, count=7):
    images = [pixels(11 + i, 17 - i, i) for i in range(count)]
    write_records(mx, images, [float(i) for i in range(count)])


def _held(batch):
    """A batch as it is now: MXNet uses its arrays again for later ones."""
    data, label = batch.data[0], batch.label[0]
    return data.asnumpy(), label.asnumpy(), data.context, label.context, batch.pad, batch.index


def _seen(it, epochs=2):
    found = [(repr(it.provide_data), repr(it.provide_label), it.batch_size)]
    for epoch in range(epochs):
        batches = [_held(b) for b in it]
        # MXNet does not take back the pad of a batch that it uses again, so later ones depend on threads
        found.append(batches if epoch == 0 else [b[:-2] + b[-1:] for b in batches])
        it.reset()
    return found


def _iterated(kind="ImageRecordIter", epochs=2, prepare=_records, **options):
    def run(mx):
        def use(folder):
            prepare(mx)
            given = dict(
                {"path_imgrec": "x.rec", "data_shape": (3, 8, 9), "batch_size": 3, "verbose": False}, **options
            )
            given["preprocess_threads"] = 1
            return _seen(getattr(mx.io, kind)(**given), epochs)

        return with_folder(use)

    return run


ORDERS = {
    "plain": {},
    "even": {"batch_size": 7},
    "larger": {"batch_size": 10},
    "shuffled": {"shuffle": True},
    "seed": {"shuffle": True, "seed": 9},
    "index": {"path_imgidx": "x.idx"},
    "index_shuffled": {"path_imgidx": "x.idx", "shuffle": True, "seed": 3},
    "part_0": {"num_parts": 2, "part_index": 0, "batch_size": 1},
    "part_1": {"num_parts": 2, "part_index": 1, "batch_size": 1},
    "part_2_of_3": {"num_parts": 3, "part_index": 2, "batch_size": 1},
    "index_part_0": {"num_parts": 2, "part_index": 0, "path_imgidx": "x.idx", "batch_size": 2},
    "index_part_1": {"num_parts": 2, "part_index": 1, "path_imgidx": "x.idx", "batch_size": 2, "shuffle": True},
    "names": {"data_name": "x", "label_name": "y"},
    "no_round_even": {"batch_size": 7, "round_batch": False},
    "cpu": {"ctx": "cpu"},
    "prefetch": {"prefetch_buffer": 1},
    "device": {"device_id": -1},
}
suite.table("order", {name: _iterated(epochs=3, **options) for name, options in ORDERS.items()})


def _not_filled(mx):
    """Without round_batch the rest of the last batch is not defined."""

    def use(folder):
        _records(mx)
        it = mx.io.ImageRecordIter(
            path_imgrec="x.rec", data_shape=(3, 8, 9), batch_size=3, verbose=False, round_batch=False
        )
        return [(b.data[0].asnumpy()[:1], b.label[0].asnumpy()[:1], b.pad) for b in it]

    return with_folder(use)


suite.case("order/no_round")(_not_filled)

PIXELS = {
    "resize": {"resize": 10},
    "resize_nearest": {"resize": 10, "inter_method": 0},
    "resize_cubic": {"resize": 10, "inter_method": 2},
    "resize_area": {"resize": 9, "inter_method": 3},
    "resize_lanczos": {"resize": 14, "inter_method": 4},
    "resize_auto": {"resize": 14, "inter_method": 9},
    "resize_random": {"resize": 14, "inter_method": 10},
    "enlarged": {"data_shape": (3, 20, 24)},
    "gray": {"data_shape": (1, 8, 9)},
    "mean": {"mean_r": 10.5, "mean_g": 20.2, "mean_b": 3},
    "std": {"std_r": 2.3, "std_g": 1.7, "std_b": 9},
    "scale": {"scale": 0.0039},
    "mean_std_scale": {"mean_r": 10.5, "std_g": 1.7, "scale": 1 / 3.0},
    "contrast": {"max_random_contrast": 0.3, "max_random_illumination": 20, "std_r": 3.3, "scale": 0.7},
    "mirror": {"mirror": True},
    "rand_mirror": {"rand_mirror": True},
    "rand_crop": {"rand_crop": True},
    "resized_crop": {
        "random_resized_crop": True,
        "min_random_area": 0.1,
        "max_random_area": 0.9,
        "min_aspect_ratio": 0.75,
        "max_aspect_ratio": 1.33,
    },
    "resized_crop_ratio": {"random_resized_crop": True, "max_aspect_ratio": 0.25, "inter_method": 10},
    "square_crop": {"max_crop_size": 10, "min_crop_size": 6},
    "square_crop_random": {"max_crop_size": 10, "min_crop_size": 6, "rand_crop": True},
    "rotate": {"rotate": 30},
    "max_rotate": {"max_rotate_angle": 40},
    "max_rotate_cubic": {"max_rotate_angle": 40, "inter_method": 2},
    "max_rotate_lanczos": {"max_rotate_angle": 40, "inter_method": 4},
    "rotate_list": {"rotate_list": "10,20,-30"},
    "shear": {"max_shear_ratio": 0.3, "fill_value": 0},
    "random_scale": {"min_random_scale": 0.8, "max_random_scale": 1.5},
    "aspect": {"max_aspect_ratio": 0.3},
    "img_size": {"max_img_size": 14, "min_img_size": 10},
    "pad": {"pad": 4, "rand_crop": True, "fill_value": 70},
    "brightness": {"brightness": 0.4},
    "contrast_jitter": {"contrast": 0.5},
    "saturation": {"saturation": 0.6},
    "jitter": {"brightness": 0.4, "contrast": 0.3, "saturation": 0.6},
    "hue": {"random_h": 36},
    "hls": {"random_h": 36, "random_s": 50, "random_l": 50},
    "pca": {"pca_noise": 0.1},
    "seed_aug": {"rand_crop": True, "rand_mirror": True, "seed_aug": 7, "pca_noise": 0.2},
    "seed_aug_shuffled": {"rand_crop": True, "shuffle": True, "seed_aug": 7},
    "seed_aug_index": {"rand_crop": True, "shuffle": True, "seed_aug": 7, "path_imgidx": "x.idx"},
    "no_augmenter_words": {"aug_seq": "aug_default"},
    "all": dict(
        rand_crop=True,
        rand_mirror=True,
        shuffle=True,
        seed=4,
        max_rotate_angle=20,
        max_shear_ratio=0.1,
        max_aspect_ratio=0.3,
        min_random_scale=0.9,
        max_random_scale=1.2,
        pad=3,
        brightness=0.2,
        contrast=0.2,
        saturation=0.2,
        random_h=10,
        pca_noise=0.05,
        mean_r=100,
        std_b=50,
    ),
}
suite.table("pixels", {name: _iterated(**options) for name, options in PIXELS.items()})
for _dtype in ("uint8", "int8", "float32"):
    suite.table(
        "dtype/" + _dtype,
        {
            "plain": _iterated(dtype=_dtype),
            "mirror": _iterated(dtype=_dtype, rand_mirror=True, rand_crop=True),
            "mean": _iterated(dtype=_dtype, mean_r=100.5, mean_g=20, mean_b=-30.5),
        },
    )
for _kind in ("ImageRecordUInt8Iter", "ImageRecordInt8Iter", "ImageRecordIter_v1", "ImageRecordUInt8Iter_v1"):
    suite.table(
        _kind,
        {
            "plain": _iterated(_kind, 3),
            "shuffled": _iterated(_kind, 3, shuffle=True, seed=6),
            "crop": _iterated(_kind, rand_crop=True),
            "jitter": _iterated(_kind, brightness=0.3, max_rotate_angle=10),
        },
    )
suite.table(
    "ImageRecordIter_v1",
    {
        "mirror": _iterated("ImageRecordIter_v1", rand_mirror=True, seed=3),
        "all_mirrored": _iterated("ImageRecordIter_v1", mirror=True),
        "normalized": _iterated(
            "ImageRecordIter_v1",
            max_random_contrast=0.3,
            max_random_illumination=20,
            mean_r=3.3,
            std_g=1.7,
            scale=0.3,
            rand_mirror=True,
        ),
        "no_round": _iterated("ImageRecordIter_v1", round_batch=False),
        "part": _iterated("ImageRecordIter_v1", num_parts=2, part_index=1, batch_size=1),
    },
)


def _labelled(mx):
    labels = [np.array([i, -i, 0.5 * i], np.float32) for i in range(4)]
    write_records(mx, [pixels(11 + i, 17, i) for i in range(4)], labels, start=5)
    write("x.lst", "".join("%d\t%d\t%f\tp%d.png\n" % (i + 5, 10 + i, i / 3.0, i) for i in range(4)))
    write("short.lst", "5\t1\tp.png\n")


suite.table(
    "label",
    {
        "packed": _iterated(prepare=_labelled, label_width=3, batch_size=2),
        "list": _iterated(prepare=_labelled, path_imglist="x.lst", batch_size=2),
        "list_two": _iterated(prepare=_labelled, path_imglist="x.lst", label_width=2, batch_size=2),
        "older_list": _iterated("ImageRecordIter_v1", prepare=_labelled, path_imglist="x.lst", batch_size=2),
    },
)


def _jpegs(mx):
    write_records(mx, [JPEG["420"], JPEG["444"], JPEG["exif"], JPEG["jfif_exif"], JPEG["gray"]], [0.0, 1, 2, 3, 4])


def _alphas(mx):
    write_records(mx, [pixels(11, 12, i, 4) for i in range(3)], [0.0, 1, 2])


suite.table(
    "files",
    {
        "jpeg": _iterated(prepare=_jpegs, batch_size=5),
        "jpeg_crop": _iterated(prepare=_jpegs, batch_size=5, rand_crop=True),
        "jpeg_gray": _iterated(prepare=_jpegs, batch_size=5, data_shape=(1, 8, 9)),
        "jpeg_older": _iterated("ImageRecordIter_v1", prepare=_jpegs, batch_size=5),
        "alpha": _iterated(prepare=_alphas, data_shape=(4, 8, 9), mean_a=5, std_a=3, mirror=True),
        "alpha_as_colour": _iterated(prepare=_alphas),
    },
)


def _mean_made(mx):
    def use(folder):
        _records(mx, 4)
        options = dict(path_imgrec="x.rec", data_shape=(3, 8, 9), batch_size=2, verbose=False, preprocess_threads=1)
        made = _seen(mx.io.ImageRecordIter(mean_img="mean.bin", **options))
        stored = mx.nd.load("mean.bin")
        again = _seen(mx.io.ImageRecordIter(mean_img="mean.bin", std_r=2, **options), 1)
        return made, stored, again, _seen(mx.io.ImageRecordIter_v1(mean_img="mean.bin", mirror=True, **options), 1)

    return with_folder(use)


suite.case("mean_image", tol=Tolerance(atol=1e-5, why="differences of nearly equal numbers"))(_mean_made)


def _wrong(prepare=_records, kind="ImageRecordIter", **options):
    return _iterated(kind, 1, prepare, **options)


def _cut(mx):
    _records(mx)
    with open("x.rec", "rb") as file:
        content = file.read()
    write("x.rec", content[: len(content) // 2 // 4 * 4])


def _no_image(mx):
    write_records(mx, [b"no image at all, but long enough"] * 2, [0.0, 1])


suite.errors(
    "wrong",
    {
        "missing": (_wrong(path_imgrec="none.rec"), ("none.rec",)),
        "no_records": (_wrong(path_imgrec=""), ("path_imgrec",)),
        "missing_list": (_wrong(path_imglist="none.lst"), ("none.lst",)),
        "empty": (_wrong(lambda mx: write("x.rec", b"")), ("x.rec",)),
        "size": (_wrong(lambda mx: write("x.rec", b"abcdefg")), ("x.rec",)),
        "shape": (_wrong(data_shape=(8, 9)), ("data_shape",)),
        "shape_zero": (_wrong(data_shape=(3, 0, 9)), ("data_shape",)),
        "dtype": (_wrong(dtype="float64"), ("float64",)),
        "no_batch_size": (
            lambda mx: mx.io.ImageRecordIter(path_imgrec="x.rec", data_shape=(3, 8, 9)),
            ("batch_size",),
        ),
        "threads": (lambda mx: mx.io.ImageRecordIter(batch_size=1, data_shape=(3, 8, 9), preprocess_threads=0), ()),
        "label_width": (_wrong(label_width=2), ("label_width", "x.rec")),
        "packed_width": (_wrong(_labelled, label_width=2), ("label_width", "x.rec")),
        "list_without": (_wrong(_labelled, path_imglist="short.lst"), ("short.lst", "6")),
        "conflict": (_wrong(random_resized_crop=True, rand_crop=True), ("random_resized_crop",)),
        "boolean": (_wrong(shuffle="maybe"), ("shuffle",)),
        "number": (_wrong(resize="x"), ("resize",)),
        "method": (_wrong(inter_method=7, resize=10), ("inter_method",)),
        "square_size": (_wrong(max_crop_size=100, min_crop_size=5), ("max_crop_size", "x.rec")),
        "no_image": (_wrong(_no_image), ("x.rec", "image")),
    },
)

# ---------------------------------------------------------------- detection

BOXES = [
    [2, 5, 0, 0.1, 0.1, 0.5, 0.6],
    [2, 5, 1, 0.2, 0.2, 0.9, 0.8, 0, 0.5, 0.1, 0.95, 0.4],
    [4, 5, 77, 88, 2, 0.3, 0.1, 0.6, 0.9],
    [2, 5, 1, 0.0, 0.0, 1.0, 1.0, 0, 0.5, 0.5, 0.4, 0.9, 3, 0.1, 0.6, 0.3, 0.9],
    [2, 6, 0, 0.25, 0.25, 0.75, 0.75, 9],
]


def _boxes(mx):
    labels = [np.array(label, np.float32) for label in BOXES]
    write_records(mx, [pixels(15 + 3 * i, 26 - 2 * i, i) for i in range(5)], labels)
    write("x.lst", "".join("%d\t2\t5\t%d\t0.1\t0.2\t0.5\t0.%d\tp.png\n" % (i, i, i + 5) for i in range(5)))


CROP = {"rand_crop_prob": 1, "min_crop_scales": 0.3, "min_crop_aspect_ratios": 0.5, "max_crop_aspect_ratios": 2.0}
DETECTION = {
    "plain": {},
    "shuffled": {"shuffle": True, "seed": 3},
    "part": {"num_parts": 2, "part_index": 1, "batch_size": 1},
    "no_round": {"round_batch": False},
    "list": {"path_imglist": "x.lst"},
    "list_width": {"path_imglist": "x.lst", "label_width": 7},
    "label_pad": {"label_pad_width": 30, "label_pad_value": -7},
    "resize": {"resize": 20},
    "fit": {"resize_mode": "fit"},
    "shrink": {"resize_mode": "shrink"},
    "gray": {"data_shape": (1, 8, 9)},
    "crop": CROP,
    "crop_overlap": dict(CROP, min_crop_overlaps=0.3, crop_emit_mode="overlap", emit_overlap_thresh=0.5),
    "crop_coverage": dict(CROP, min_crop_object_coverages=0.5, min_crop_sample_coverages=0.05),
    "crop_samplers": dict(
        CROP,
        num_crop_sampler=3,
        min_crop_scales=(0.3, 0.2, 0.1),
        max_crop_scales=0.9,
        min_crop_overlaps=(0.1, 0.3, 0.9),
        max_crop_trials=10,
    ),
    "pad": {"rand_pad_prob": 0.9, "max_pad_scale": 3, "fill_value": 9},
    "mirror": {"rand_mirror_prob": 0.5},
    "hue": {"max_random_hue": 20, "random_hue_prob": 0.5},
    "colours": dict(
        max_random_hue=20,
        random_hue_prob=0.5,
        max_random_saturation=30,
        random_saturation_prob=0.5,
        max_random_illumination=40,
        random_illumination_prob=0.5,
        max_random_contrast=0.5,
        random_contrast_prob=0.6,
    ),
    "normalized": {"mean_r": 5, "mean_g": 6, "mean_b": 7, "std_r": 2, "scale": 0.1},
    "all": dict(
        CROP,
        rand_crop_prob=0.5,
        rand_pad_prob=0.5,
        max_pad_scale=2,
        rand_mirror_prob=0.5,
        inter_method=10,
        shuffle=True,
        mean_r=5,
        std_b=3,
    ),
}
suite.table(
    "ImageDetRecordIter",
    {
        name: _iterated("ImageDetRecordIter", prepare=_boxes, **dict({"batch_size": 2}, **options))
        for name, options in DETECTION.items()
        if name not in ("fit", "shrink")
    },
)


def _corners(mode):
    """The part of a batch that an image covers; the rest is not defined."""

    def run(mx):
        def use(folder):
            _boxes(mx)
            it = mx.io.ImageDetRecordIter(
                path_imgrec="x.rec", data_shape=(3, 20, 22), batch_size=1, verbose=False, resize_mode=mode
            )
            found = []
            for batch in it:
                label = batch.label[0].asnumpy()[0]
                found.append((label, batch.data[0].asnumpy()[0][:, : int(label[1]), : int(label[2])]))
            return found

        return with_folder(use)

    return run


suite.table("ImageDetRecordIter", {mode: _corners(mode) for mode in ("fit", "shrink")})
suite.errors(
    "ImageDetRecordIter/wrong",
    {
        "missing": (_wrong(kind="ImageDetRecordIter", path_imgrec="none.rec"), ("none.rec",)),
        "label": (_wrong(kind="ImageDetRecordIter"), ("label", "x.rec")),
        "label_width": (_wrong(_boxes, "ImageDetRecordIter", label_width=5), ("label_width", "x.rec")),
        "pad_width": (_wrong(_boxes, "ImageDetRecordIter", label_pad_width=5), ("label_pad_width",)),
        "scales": (_wrong(_boxes, "ImageDetRecordIter", min_crop_scales=1.5), ("min_crop_scales",)),
        "samplers": (
            _wrong(_boxes, "ImageDetRecordIter", num_crop_sampler=3, min_crop_scales=(0.1, 0.2)),
            ("min_crop",),
        ),
        "mode": (_wrong(_boxes, "ImageDetRecordIter", resize_mode="no"), ("resize_mode",)),
        "method": (_wrong(_boxes, "ImageDetRecordIter", inter_method=7), ("inter_method",)),
        "not_boxes": (_wrong(_labelled, "ImageDetRecordIter"), ("x.rec", "label")),
    },
)


def _steps(mx):
    def use(folder):
        _records(mx)
        it = mx.io.ImageRecordIter(
            path_imgrec="x.rec", data_shape=(3, 8, 9), batch_size=3, verbose=False, preprocess_threads=1
        )
        steps = [it.iter_next(), it.getlabel().asnumpy(), it.getpad(), it.getindex()]
        first = it.next()
        steps += [
            first.label[0].asnumpy(),
            it.iter_next(),
            it.getlabel().asnumpy(),
            it.getdata().shape,
            type(it).__name__,
        ]
        it.debug_skip_load()
        steps += [it.next().label[0].asnumpy(), it.next().label[0].asnumpy()]
        return steps

    return with_folder(use)


suite.case("steps")(_steps)


@suite.case("folder")
def several_files(mx):
    def use(folder):
        os.mkdir("d")
        write_records(mx, [pixels(11, 12, 1), pixels(12, 13, 2)], [1.0, 2.0], os.path.join("d", "a"))
        os.remove(os.path.join("d", "a.idx"))
        options = dict(data_shape=(3, 8, 9), batch_size=2, verbose=False, preprocess_threads=1)
        return [
            attempt(lambda path=path: _seen(mx.io.ImageRecordIter(path_imgrec=path, **options)))
            for path in ("d", "d/a.rec;d/a.rec", os.path.join(folder, "d", "a.rec"))
        ]

    return with_folder(use)
