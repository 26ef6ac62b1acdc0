"""Record files: the bytes that are written, what is read back, access by key, and what is refused."""

import os
import pickle
import struct
import tempfile

from ...suite import Suite, attempt

suite = Suite(__name__)

MAGIC = struct.pack("<I", 0xCED7230A)


def _in_folder(use):
    """A case that runs in a free folder, under names that are the same each time: messages hold them."""

    def program(mx):
        before = os.getcwd()
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            try:
                return use(mx, ".")
            finally:
                os.chdir(before)

    return program


def _content(path):
    with open(path, "rb") as file:
        return file.read()


def _hexed(records):
    return [None if record is None else record.hex() for record in records]


def _both_ways(*records):
    """Write records, show the bytes of the file, read one more than there are."""

    def use(mx, folder):
        path = os.path.join(folder, "a.rec")
        writer = mx.recordio.MXRecordIO(path, "w")
        for record in records:
            writer.write(record)
        writer.close()
        reader = mx.recordio.MXRecordIO(path, "r")
        found = [reader.read() for _ in range(len(records) + 1)]
        reader.reset()
        again = reader.read()
        reader.close()
        return _content(path).hex(), _hexed(found), _hexed([again])

    return _in_folder(use)


suite.table(
    "records",
    {
        "none": _both_ways(),
        "empty": _both_ways(b""),
        "empties": _both_ways(b"", b"", b"x", b""),
        "one_byte": _both_ways(b"a"),
        "two_bytes": _both_ways(b"ab"),
        "three_bytes": _both_ways(b"abc"),
        "four_bytes": _both_ways(b"abcd"),
        "five_bytes": _both_ways(b"abcde"),
        "zeros": _both_ways(bytes(3), bytes(4), bytes(5)),
        "several": _both_ways(*[bytes([i]) * i for i in range(9)]),
        "all_bytes": _both_ways(bytes(range(256))),
        "long": _both_ways(b"0123456789" * 500, b"next"),
        "utf8": _both_ways("grüße".encode()),
        "magic": _both_ways(MAGIC),
        "magic_twice": _both_ways(MAGIC + MAGIC),
        "magic_first": _both_ways(MAGIC + b"abc"),
        "magic_last": _both_ways(b"abcd" + MAGIC),
        "magic_between": _both_ways(b"abcd" + MAGIC + b"efgh"),
        "magic_odd": _both_ways(b"a" + MAGIC, b"ab" + MAGIC, b"abc" + MAGIC + b"d"),
        "magic_odd_then_even": _both_ways(b"ab" + MAGIC + b"cd" + MAGIC),
        "magic_three": _both_ways(MAGIC + b"abcd" + MAGIC + b"efgh" + MAGIC + b"i"),
        "magic_overlap": _both_ways(MAGIC[:2] + MAGIC + MAGIC[2:]),
        "magic_cut": _both_ways(b"abcd" + MAGIC[:3]),
    },
)


def _read_from(content, count=3):
    """What comes out of a file with these bytes."""

    def use(mx, folder):
        path = os.path.join(folder, "a.rec")
        with open(path, "wb") as file:
            file.write(content)
        reader = mx.recordio.MXRecordIO(path, "r")
        return [attempt(lambda: _hexed([reader.read()])) for _ in range(count)]

    return _in_folder(use)


def _part(kind, content, pad=True):
    return MAGIC + struct.pack("<I", kind << 29 | len(content)) + content + bytes(-len(content) % 4 if pad else 0)


suite.table(
    "read",
    {
        "empty_file": _read_from(b""),
        "whole": _read_from(_part(0, b"abc") + _part(0, b"defg")),
        "first_last": _read_from(_part(1, b"abcd") + _part(3, b"ef")),
        "first_middle_last": _read_from(_part(1, b"abcd") + _part(2, b"") + _part(3, b"ef")),
        "first_whole": _read_from(_part(1, b"abcd") + _part(0, b"ef")),
        "padding_not_zero": _read_from(MAGIC + struct.pack("<I", 1) + b"abcd" + _part(0, b"x")),
    },
)


def _refused(content):
    def use(mx, folder):
        path = os.path.join(folder, "a.rec")
        with open(path, "wb") as file:
            file.write(content)
        return mx.recordio.MXRecordIO(path, "r").read()

    return _in_folder(use)


suite.errors(
    "damaged",
    {
        "other_magic": (_refused(b"abcd" * 4), ("a.rec", "expected")),
        "text": (_refused(b"this is no record file"), ("a.rec", "no record file")),
        "short_header": (_refused(_part(0, b"abc")[:3]), ("a.rec", "ends inside")),
        "no_length": (_refused(_part(0, b"abc")[:4]), ("a.rec", "ends inside")),
        "cut_content": (_refused(_part(0, b"abcdefgh")[:-5]), ("a.rec", "8 bytes", "3 are left")),
        "no_padding": (_refused(_part(0, b"abcde", pad=False)), ("a.rec", "8 bytes", "5 are left")),
        "next_cut": (_refused(_part(1, b"abcd") + _part(3, b"efgh")[:-1]), ("a.rec", "3 are left")),
    },
)

suite.table(
    "unfinished",
    {
        "first_only": _read_from(_part(1, b"abcd"), 1),
        "middle_only": _read_from(_part(2, b"abcd"), 1),
        "unknown_kind": _read_from(_part(7, b"abcd"), 1),
        "first_middle": _read_from(_part(1, b"abcd") + _part(2, b"efgh"), 1),
    },
)


# --------------------------------------------------------------------------------- access by key


def _index(mx, folder, keys=(0, 1, 2, 3), flag="r", key_type=int):
    """An indexed file with a record for each key, opened again."""
    names = os.path.join(folder, "a.idx"), os.path.join(folder, "a.rec")
    writer = mx.recordio.MXIndexedRecordIO(names[0], names[1], "w", key_type)
    for key in keys:
        writer.write_idx(key, ("record %s" % key).encode())
    writer.close()
    return mx.recordio.MXIndexedRecordIO(names[0], names[1], flag, key_type)


@suite.case("indexed/files")
@_in_folder
def _files(mx, folder):
    _index(mx, folder).close()
    return _content(os.path.join(folder, "a.rec")).hex(), _content(os.path.join(folder, "a.idx")).decode()


@suite.case("indexed/tell")
@_in_folder
def _tell(mx, folder):
    writer = mx.recordio.MXIndexedRecordIO(os.path.join(folder, "a.idx"), os.path.join(folder, "a.rec"), "w")
    places = [writer.tell()]
    for i in range(6):
        writer.write_idx(i, b"x" * i)
        places.append(writer.tell())
    return places, writer.keys, writer.idx


@suite.case("indexed/orders")
@_in_folder
def _orders(mx, folder):
    reader = _index(mx, folder, range(7))
    return [reader.read_idx(i).decode() for i in (3, 0, 5, 5, 1, 4)]


@suite.case("indexed/read_goes_on")
@_in_folder
def _goes_on(mx, folder):
    reader = _index(mx, folder)
    return [x.decode() for x in (reader.read_idx(1), reader.read(), reader.read_idx(0), reader.read())]


@suite.case("indexed/seek")
@_in_folder
def _seek(mx, folder):
    reader = _index(mx, folder)
    return reader.seek(2), reader.read().decode(), reader.read().decode()


@suite.case("indexed/after_the_end")
@_in_folder
def _after_end(mx, folder):
    reader = _index(mx, folder)
    reader.read_idx(3)
    return reader.read(), _hexed([reader.read_idx(0)])


@suite.case("indexed/reset_after_the_end")
@_in_folder
def _reset_after_end(mx, folder):
    reader = _index(mx, folder)
    reader.read_idx(3)
    end = reader.read()
    reader.reset()
    return end, reader.read().decode(), reader.read_idx(2).decode(), reader.keys


suite.table(
    "indexed/keys",
    {
        "any_order": _in_folder(lambda mx, f: (_index(mx, f, (5, 2, 9)).keys, _index(mx, f, (5, 2, 9)).idx)),
        "negative": _in_folder(lambda mx, f: _index(mx, f, (-1, 0)).read_idx(-1).decode()),
        "twice": _in_folder(lambda mx, f: (_index(mx, f, (1, 1)).keys, _index(mx, f, (1, 1)).idx)),
        "floats_become_int": _in_folder(lambda mx, f: _index(mx, f, (1.7, 2.2)).keys),
        "text_of_int": _in_folder(lambda mx, f: _index(mx, f, ("4", "07")).keys),
        "str": _in_folder(lambda mx, f: _index(mx, f, ("a", "b"), "r", str).keys),
        "str_read": _in_folder(lambda mx, f: _index(mx, f, ("a", "b"), "r", str).read_idx("b").decode()),
        "float": _in_folder(lambda mx, f: _index(mx, f, (0.5, 1), "r", float).keys),
        "none": _in_folder(lambda mx, f: (_index(mx, f, ()).keys, _index(mx, f, ()).read())),
    },
)


@suite.case("indexed/rewritten")
@_in_folder
def _rewritten(mx, folder):
    writer = _index(mx, folder, flag="w")
    writer.write_idx(8, b"new")
    before = writer.keys
    writer.reset()
    after = writer.keys
    writer.close()
    return before, after, os.path.getsize(os.path.join(folder, "a.rec")), os.path.getsize(os.path.join(folder, "a.idx"))


@suite.case("indexed/state")
@_in_folder
def _state(mx, folder):
    reader = _index(mx, folder)
    first = reader.flag, reader.writable, reader.is_open, reader.pid == os.getpid()
    reader.close()
    return first, (reader.flag, reader.writable, reader.is_open, reader.pid)


@suite.case("indexed/closed")
@_in_folder
def _closed(mx, folder):
    reader = _index(mx, folder)
    reader.close()
    reader.close()
    return attempt(reader.read), reader.read_idx(2).decode(), reader.read().decode()


@suite.case("indexed/pickle")
@_in_folder
def _pickled(mx, folder):
    reader = _index(mx, folder)
    reader.read_idx(2)
    copy = pickle.loads(pickle.dumps(reader))
    return copy.read().decode(), copy.read_idx(3).decode(), copy.keys, attempt(reader.read), reader.read_idx(1).decode()


@suite.case("pickle/sequential")
@_in_folder
def _pickled_sequential(mx, folder):
    path = os.path.join(folder, "a.rec")
    writer = mx.recordio.MXRecordIO(path, "w")
    writer.write(b"one")
    writer.close()
    reader = mx.recordio.MXRecordIO(path, "r")
    copy = pickle.loads(pickle.dumps(reader))
    return _hexed([copy.read(), copy.read()]), reader.is_open


@suite.case("pickle/closed")
@_in_folder
def _pickled_closed(mx, folder):
    reader = _index(mx, folder)
    reader.close()
    copy = pickle.loads(pickle.dumps(reader))
    return copy.is_open, copy.flag


@suite.case("pickle/writer_starts_anew")
@_in_folder
def _pickled_writer(mx, folder):
    path = os.path.join(folder, "a.rec")
    writer = mx.recordio.MXRecordIO(path, "w")
    writer.write(b"one")
    state = pickle.dumps(writer)
    size = os.path.getsize(path)
    copy = pickle.loads(state)
    copy.write(b"two")
    copy.close()
    return size, _content(path).hex()


@suite.case("writer/reset_empties")
@_in_folder
def _reset_empties(mx, folder):
    path = os.path.join(folder, "a.rec")
    writer = mx.recordio.MXRecordIO(path, "w")
    writer.write(b"one")
    writer.reset()
    writer.write(b"three")
    writer.close()
    return _content(path).hex()


@suite.case("writer/deleted")
@_in_folder
def _deleted(mx, folder):
    path = os.path.join(folder, "a.rec")
    writer = mx.recordio.MXRecordIO(path, "w")
    writer.write(b"one")
    del writer
    return _content(path).hex()


def _open(name, flag):
    return _in_folder(lambda mx, folder: mx.recordio.MXRecordIO(os.path.join(folder, name), flag))


def _on_writer(use):
    return _in_folder(
        lambda mx, f: use(mx.recordio.MXIndexedRecordIO(os.path.join(f, "w.idx"), os.path.join(f, "w.rec"), "w"))
    )


def _bad_index(text):
    def use(mx, folder):
        _index(mx, folder).close()
        with open(os.path.join(folder, "a.idx"), "w") as file:
            file.write(text)
        return mx.recordio.MXIndexedRecordIO(os.path.join(folder, "a.idx"), os.path.join(folder, "a.rec"), "r")

    return _in_folder(use)


suite.errors(
    "refused",
    {
        "missing_file": (_open("none.rec", "r"), ("none.rec", "cannot open")),
        "missing_folder": (_open("none/a.rec", "w"), ("a.rec", "cannot open")),
        "flag_append": (_open("a.rec", "a"), ("flag", "'r'")),
        "flag_binary": (_open("a.rec", "rb"), ("flag", "'r'")),
        "missing_index": (
            _in_folder(
                lambda mx, f: mx.recordio.MXIndexedRecordIO(f + "/n.idx", (_index(mx, f).close(), f + "/a.rec")[1], "r")
            ),
            ("n.idx",),
        ),
        "index_without_tab": (_bad_index("0 12\n"), ("a.idx", "tab")),
        "index_blank_line": (_bad_index("0\t0\n\n1\t20\n"), ("a.idx", ":2")),
        "index_no_number": (_bad_index("a\t0\n"), ("a.idx", ":1")),
        "index_place": (_bad_index("0\tb\n"), ("a.idx", ":1")),
        "write_reader": (_in_folder(lambda mx, f: _index(mx, f).write(b"a")), ("writing|flag",)),
        "tell_reader": (_in_folder(lambda mx, f: _index(mx, f).tell()), ("flag",)),
        "read_writer": (_on_writer(lambda w: w.read()), ("flag",)),
        "read_idx_writer": (_on_writer(lambda w: w.read_idx(0)), ("flag",)),
        "seek_writer": (_on_writer(lambda w: w.seek(0)), ("flag",)),
        "write_text": (_on_writer(lambda w: w.write("text")), ("bytes", "str")),
        "write_none": (_on_writer(lambda w: w.write(None)), ("bytes", "NoneType")),
        "write_number": (_on_writer(lambda w: w.write(3)), ("bytes", "int")),
        "key_no_number": (_on_writer(lambda w: w.write_idx("a", b"a")), ()),
        "unknown_key": (_in_folder(lambda mx, f: _index(mx, f).read_idx(9)), ("9",)),
        "seek_unknown_key": (_in_folder(lambda mx, f: _index(mx, f).seek("0")), ()),
        "write_closed": (_on_writer(lambda w: (w.close(), w.write(b"a"))), ("closed",)),
        "negative_place": (_in_folder(lambda mx, f: _negative(mx, f)), ("before the file",)),
    },
)


def _negative(mx, folder):
    reader = _index(mx, folder)
    reader.idx[0] = -4
    return reader.read_idx(0)
