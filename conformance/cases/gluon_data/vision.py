"""Data sets of images, read from small files in the original formats; what is asked of ``download``."""

import io
import os
import tarfile
import warnings

from ...suite import Suite, attempt
from . import _files

suite = Suite(__name__)


class _Network:
    """Stands for ``download``: notes what is asked for, and provides files of its own."""

    def __init__(self, make=None):
        self.asked = []
        self.make = make

    def __call__(self, url, path=None, overwrite=False, sha1_hash=None, **others):
        name = url.split("/")[-1]
        self.asked.append([name, path, overwrite, sha1_hash, sorted(others)])
        target = os.path.join(path, name)
        if self.make is not None and not os.path.exists(target):
            _files.write(target, self.make(name))
        return target


def _summary(dataset, count=3):
    images = [dataset[i][0] for i in range(count)]
    return (
        len(dataset),
        [(image.shape, image.dtype, int(image.asnumpy().astype(int).sum()), image[0, :2]) for image in images],
        [dataset[i][1] for i in range(count)],
        [type(dataset[i][1]) for i in range(count)],
    )


def _mnist(kind, train, use=_summary, **options):
    def program(mx):
        vision = mx.gluon.data.vision
        with _files.empty_folder() as folder:
            _files.mnist(os.path.join(folder, "d"), train, 5, seed=3)
            network = _Network()
            with _files.replaced(vision.datasets, download=network):
                dataset = getattr(vision, kind)(root=os.path.join(folder, "d"), train=train, **options)
            return use(dataset), network.asked

    return program


for _kind in ("MNIST", "FashionMNIST"):
    suite.table(
        _kind.lower(),
        {
            "train": _mnist(_kind, True),
            "test": _mnist(_kind, False),
            "transform": _mnist(
                _kind,
                True,
                lambda d: (d[1][0].shape, d[1][0].dtype, float(d[1][0].sum().asscalar()), d[1][1]),
                transform=lambda x, y: (x.astype("float32") / 255, int(y) + 1),
            ),
            "labels": _mnist(_kind, True, lambda d: (d._label, d._label.dtype, type(d._label))),
            "data": _mnist(_kind, True, lambda d: (d._data.shape, d._data.dtype, str(d._data.context))),
            "slice": _mnist(_kind, True, lambda d: (d[1:3][0].shape, d[1:3][1])),
            "negative": _mnist(_kind, True, lambda d: int(d[-1][1])),
            "beyond": _mnist(_kind, True, lambda d: attempt(lambda: d[5])),
            "take": _mnist(_kind, True, lambda d: [int(label) for _, label in d.take(2)]),
            "transform_first": _mnist(
                _kind,
                True,
                lambda d: [(x.shape, int(y)) for x, y in d.transform_first(lambda x: x.transpose((2, 0, 1)))],
            ),
        },
    )


@suite.case("mnist/loader")
def _mnist_loader(mx):
    def use(dataset):
        loader = mx.gluon.data.DataLoader(dataset, 2, shuffle=True, last_batch="discard")
        return [
            [(x.shape, x.dtype, int(x.astype("int32").sum().asscalar()), y, y.dtype) for x, y in loader]
            for _ in range(2)
        ]

    return _mnist("MNIST", True, use)(mx)


@suite.case("mnist/to_tensor_loader")
def _mnist_tensor_loader(mx):
    def use(dataset):
        transform = mx.gluon.data.vision.transforms.ToTensor()
        loader = mx.gluon.data.DataLoader(dataset.transform_first(transform), 2, shuffle=True)
        return [(x.shape, x.dtype, x[0, 0, 0, :3], float(x.mean().asscalar()), y) for x, y in loader]

    return _mnist("MNIST", False, use)(mx)


@suite.case("mnist/folder_is_made")
def _folder_is_made(mx):
    with _files.empty_folder() as folder:
        root = os.path.join(folder, "a", "b")

        def fail(url, **options):
            raise RuntimeError(os.path.isdir(root))

        with _files.replaced(mx.gluon.data.vision.datasets, download=fail):
            return attempt(lambda: mx.gluon.data.vision.MNIST(root=root))


@suite.case("mnist/names")
def _names(mx):
    import inspect

    kinds = ("MNIST", "FashionMNIST", "CIFAR10", "CIFAR100")
    found = [inspect.signature(getattr(mx.gluon.data.vision, kind)).parameters["root"].default for kind in kinds]
    return [path.replace(os.sep, "/").split("datasets/")[1] for path in found]


@suite.error("mnist/lengths_differ", says=("train-images",))
def _lengths_differ(mx):
    with _files.empty_folder() as folder:
        _files.mnist(folder, True, 5)
        _files.mnist(os.path.join(folder, "other"), True, 4)
        os.replace("other/train-labels-idx1-ubyte.gz", "train-labels-idx1-ubyte.gz")
        with _files.replaced(mx.gluon.data.vision.datasets, download=_Network()):
            mx.gluon.data.vision.MNIST(root=folder)


# ----------------------------------------------------------------------------------------- CIFAR


def _archive(names, label_bytes):
    """A tar file with a batch of three images under each name."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for seed, name in enumerate(names):
            content = _files.cifar(label_bytes, 3, seed)
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


_CIFAR10 = ["data_batch_%d.bin" % i for i in range(1, 6)] + ["test_batch.bin"]
_CIFAR100 = ["train.bin", "test.bin"]


def _cifar(kind, use=_summary, there=True, sha1=True, **options):
    names, label_bytes = (_CIFAR10, 1) if kind == "CIFAR10" else (_CIFAR100, 2)

    def program(mx):
        vision = mx.gluon.data.vision
        checked = []

        def check(path, expected):
            checked.append((os.path.basename(path), expected))
            return sha1

        with _files.empty_folder() as folder:
            if there:
                for seed, name in enumerate(names):
                    _files.write(os.path.join(folder, name), _files.cifar(label_bytes, 3, seed))
            network = _Network(lambda name: _archive(names, label_bytes))
            with _files.replaced(vision.datasets, download=network, check_sha1=check):
                dataset = getattr(vision, kind)(root=folder, **options)
            return use(dataset), network.asked, checked

    return program


suite.table(
    "cifar10",
    {
        "train": _cifar("CIFAR10"),
        "test": _cifar("CIFAR10", train=False),
        "missing": _cifar("CIFAR10", there=False),
        "damaged": _cifar("CIFAR10", sha1=False),
        "transform": _cifar(
            "CIFAR10", lambda d: d[2], transform=lambda x, y: (float(x.astype("float32").mean().asscalar()), y)
        ),
        "labels": _cifar("CIFAR10", lambda d: (d._label, d._label.dtype)),
        "pixels": _cifar("CIFAR10", lambda d: d[0][0][:2, :3]),
    },
)
suite.table(
    "cifar100",
    {
        "coarse": _cifar("CIFAR100"),
        "fine": _cifar("CIFAR100", fine_label=True),
        "test": _cifar("CIFAR100", train=False, fine_label=True),
        "missing": _cifar("CIFAR100", there=False),
        "labels": _cifar("CIFAR100", lambda d: (d._label, d._label.dtype)),
    },
)

# -------------------------------------------------------------------------------- files of images


def _folder(use, flag=1, transform=None):
    def program(mx):
        with _files.empty_folder() as folder, warnings.catch_warnings(record=True) as seen:
            warnings.simplefilter("always")
            root = os.path.join(folder, "root")
            for seed, name in enumerate(("dog/2.png", "dog/10.PNG", "cat/b.png", "cat/a.png", "bird/x.png")):
                _files.write(os.path.join(root, name), _files.png(_files.pixels(4 + seed, 5, seed=seed)))
            _files.write(os.path.join(root, "cat", "notes.txt"), b"text")
            _files.write(os.path.join(root, "readme.md"), b"text")
            os.makedirs(os.path.join(root, "empty"))
            dataset = mx.gluon.data.vision.ImageFolderDataset(root, flag, transform)
            result = use(dataset)
        return result, [str(warning.message) for warning in seen if "Ignoring" in str(warning.message)]

    return program


suite.table(
    "image_folder",
    {
        "items": _folder(lambda d: (d.synsets, d.items, len(d))),
        "colour": _folder(lambda d: [(image, label) for image, label in (d[i] for i in range(len(d)))]),
        "gray": _folder(lambda d: [(d[i][0].shape, d[i][1]) for i in range(len(d))], flag=0),
        "transform": _folder(lambda d: d[0], transform=lambda image, label: (image.shape, label * 10)),
        "lazy": _folder(lambda d: d.transform_first(lambda image: image.shape)[3]),
        "label_type": _folder(lambda d: type(d[0][1])),
        "negative": _folder(lambda d: d[-1][1]),
        "beyond": _folder(lambda d: attempt(lambda: d[5])),
    },
)
suite.errors(
    "image_folder/refused", {"missing": (lambda mx: mx.gluon.data.vision.ImageFolderDataset("no_such_folder"), ())}
)


def _records(use, labels=(3, 1.5, [1, 2, 3]), flag=1, transform=None, gray=False):
    def program(mx):
        with _files.empty_folder():
            writer = mx.recordio.MXIndexedRecordIO("a.idx", "a.rec", "w")
            for i, label in enumerate(labels):
                image = _files.pixels(4 + i, 6, seed=i)
                image = _files.png(image[:, :, 0] if gray else image)
                writer.write_idx(i, mx.recordio.pack((0, label, i, 0), image))
            writer.close()
            return use(mx, mx.gluon.data.vision.ImageRecordDataset("a.rec", flag, transform))

    return program


suite.table(
    "image_record",
    {
        "colour": _records(lambda mx, d: [d[i] for i in range(3)]),
        "gray": _records(lambda mx, d: [d[i][0].shape for i in range(3)], flag=0),
        "gray_file": _records(lambda mx, d: [d[i][0] for i in range(2)], flag=0, gray=True),
        "gray_file_in_colour": _records(lambda mx, d: d[0][0], gray=True),
        "labels": _records(lambda mx, d: [(type(d[i][1]), d[i][1]) for i in range(3)]),
        "transform": _records(lambda mx, d: d[1], transform=lambda image, label: (image.shape, label + 1)),
        "length": _records(lambda mx, d: len(d)),
        "lazy": _records(lambda mx, d: d.transform_first(lambda image: image.shape)[2]),
        "loader": _records(
            lambda mx, d: [(x, y) for x, y in mx.gluon.data.DataLoader(d, 1, shuffle=True)], labels=(5, 6, 7)
        ),
    },
)

# ----------------------------------------------------------------------------------------- texts

_TEXT = " = Title = \n\n The cat sat on the mat . \n The dog  saw the cat ; the cat slept . \n \n End of it\n"


def _wiki(kind, segment, use, there=True, **options):
    def program(mx):
        import zipfile

        text = mx.gluon.contrib.data.text
        names = {"train": "wiki.train.tokens", "validation": "wiki.valid.tokens", "test": "wiki.test.tokens"}
        content = {name: (_TEXT * (2 if name == "train" else 1) + name).encode() for name in names}
        checked = []

        def archive(_):
            buffer = io.BytesIO()
            with zipfile.ZipFile(buffer, "w") as file:
                for name, target in names.items():
                    file.writestr("folder/" + target, content[name])
            return buffer.getvalue()

        def check(path, expected):
            checked.append((os.path.basename(path), expected))
            return True

        with _files.empty_folder() as folder:
            if there:
                for name, target in names.items():
                    _files.write(os.path.join(folder, target), content[name])
            network = _Network(archive)
            with _files.replaced(text, download=network, check_sha1=check):
                dataset = getattr(text, kind)(root=folder, segment=segment, **options)
            return use(dataset), network.asked, checked

    return program


def _tokens(dataset):
    return len(dataset), [dataset[i] for i in range(len(dataset))], dataset.vocabulary.idx_to_token


for _kind in ("WikiText2", "WikiText103"):
    suite.table(
        _kind.lower(),
        {
            "train": _wiki(_kind, "train", _tokens, seq_len=7),
            "validation": _wiki(_kind, "validation", _tokens, seq_len=4),
            "test": _wiki(_kind, "test", _tokens, seq_len=4),
            "missing": _wiki(_kind, "test", _tokens, there=False, seq_len=5),
            "frequencies": _wiki(_kind, "test", lambda d: sorted(d.frequencies.items()), seq_len=5),
            "label_is_next": _wiki(
                _kind, "train", lambda d: (d[1][0][1:].asnumpy() == d[1][1][:-1].asnumpy()).all(), seq_len=6
            ),
        },
    )


@suite.case("wikitext2/vocabulary_given")
def _vocabulary_given(mx):
    found = {}

    def use(dataset):
        found["vocabulary"] = dataset.vocabulary
        return dataset[0]

    first = _wiki("WikiText2", "train", use, seq_len=5)(mx)
    again = _wiki("WikiText2", "test", lambda d: (d[0], d.vocabulary is found["vocabulary"]), seq_len=5)
    return first, _wiki("WikiText2", "test", lambda d: d[0], seq_len=5, vocab=found["vocabulary"])(mx), again(mx)[0][1]


suite.errors("wikitext2/refused", {"segment": (_wiki("WikiText2", "dev", _tokens), ("dev",))})
