"""Images for the cases: pixels by formula, PNG files written here, and a few small JPEG files."""

import os
import struct
import tempfile
import zlib
from base64 import b64decode

import numpy as np


def pixels(height=12, width=16, seed=0, channels=3):
    """Smooth colours with some noise, uint8."""
    y, x = np.mgrid[0:height, 0:width]
    planes = [(x * (7 + c) + y * (3 + 2 * c) + 31 * seed) % 256 for c in range(channels)]
    noise = np.random.RandomState(seed).randint(0, 25, (height, width, channels))
    return ((np.stack(planes, -1) * 9 // 10) + noise).astype(np.uint8)


def png(image):
    """The content of a PNG file; (H, W, C) with C 1, 3 (red first) or 4."""
    height, width, channels = image.shape
    kind = {1: 0, 3: 2, 4: 6}[channels]
    rows = b"".join(b"\0" + row.tobytes() for row in image)

    def chunk(name, body):
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def with_folder(use):
    """What ``use(folder)`` returns for an empty folder, which is the working directory meanwhile."""
    before = os.getcwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            return use(folder)
        finally:
            os.chdir(before)


def write(path, content):
    """Write a file; returns its path."""
    with open(path, "wb" if isinstance(content, bytes) else "w") as file:
        file.write(content)
    return path


def write_records(mx, images, labels, path="x", start=0):
    """Write ``x.rec`` and ``x.idx``."""
    record = mx.recordio.MXIndexedRecordIO(path + ".idx", path + ".rec", "w")
    for place, (image, label) in enumerate(zip(images, labels)):  # noqa: B905
        content = image if isinstance(image, bytes) else png(image)
        record.write_idx(place, mx.recordio.pack(mx.recordio.IRHeader(0, label, place + start, 0), content))
    record.close()


JPEG = {
    "420": b64decode(
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoMDAsKCwsNDhIQDQ4RDgsLEBYQERMUFRUV"
        "DA8XGBYUGBIUFRT/2wBDAQMEBAUEBQkFBQkUDQsNFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQU"
        "FBT/wAARCAASABoDASIAAhEBAxEB/8QAGAABAQEBAQAAAAAAAAAAAAAACAAGAwf/xAAoEAABAwMDAwMFAAAAAAAAAAABAgMEAAURBgcS"
        "CCEiMUJRFCMyQWH/xAAXAQADAQAAAAAAAAAAAAAAAAAFBwgG/8QAKhEAAQEGBAQHAAAAAAAAAAAAAQIAAwQFBhEHEiExEzM1cTRBUWFy"
        "gbH/2gAMAwEAAhEDEQA/AOF/udl25tZZjpbDiU47Yo56u1Td9e3JUeIFqbUrHjWwjaZvu513Hg4W1q/tJ7aXplh6fjNzLg0kKA5HkKA0"
        "mIGnXaXsQc74sHXh7LaTdceKHEfny31Y+bP9Lr9zdbm3Jo4OFHmKRjWylgabQgtN5SAn0H6rS661zbNGQFRYIQFpGPGi9N6g76Zj5YQ2"
        "pkuK4KKVZKc9j6/FO6JqpcHDO4uZPC7S8JCABcm1r6eguNfcNlU4aVBVi1RSE5EjYbMj9gIMYMMn6drPbvwFexbgLUzZlhtRbHH2nFVV"
        "StLeqI7tRdR9ZHdhhuE84qTMUXFFQQsgknIODWWjw45jt/Yb/EewfFVVN7FLkSz4r/UM/ZV4RP03/9k="
    ),
    "444": b64decode(
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAYEBQYFBAYGBQYHBwYIChAKCgkJChQODwwQFxQYGBcUFhYaHSUfGhsjHBYWICwgIyYnKSop"
        "GR8tMC0oMCUoKSj/2wBDAQcHBwoIChMKChMoGhYaKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgo"
        "KCj/wAARCAASABoDAREAAhEBAxEB/8QAFwABAQEBAAAAAAAAAAAAAAAABwUGAv/EACQQAAEDBAICAgMAAAAAAAAAAAECAwQABREhBhIT"
        "MQdBInFy/8QAGQEAAwEBAQAAAAAAAAAAAAAABQYHBAII/8QAIhEAAgICAgICAwAAAAAAAAAAAQIAAwQFERIGIRQxMkFh/9oADAMBAAIR"
        "AxEAPwDifIhWOKUNBIUBSTraLMpgTJ9To7sx+WEObvcJd5kltjsUk41VQ1WJXjKC0asbx+rETswml4f8fLfWl6Wg497o622CDqkE7TJV"
        "AUriMnilvSkJKUaGK4+bafcVCt5PMK2oE+/y/Sikmp3htViJPRDa+nBT6ihxLgLMJpL0pAyN7rQdo1p6pE7ZXvcelcrX27xbWwWo/UED"
        "GqZNRgvewZphw/G7MluziF7/ADSeXnPGlJR2PUkHYz+6C5HlWQlrLQqFATwSG5I59H8h+v4I4p4ZT1HI9xH+P2WuiD40Z/kUlXsefubt"
        "0TyZseQEohnqSnX1qi+oALjmAcJVL+xBjkK1F14lRJAON1Tixq1tzoeCEYgj0Qepj/hIvUepKbab8afwR6H1UW7GbWPuf//Z"
    ),
    "422": b64decode(
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoMDAsKCwsNDhIQDQ4RDgsLEBYQERMUFRUV"
        "DA8XGBYUGBIUFRT/2wBDAQMEBAUEBQkFBQkUDQsNFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQU"
        "FBT/wAARCAASABoDASEAAhEBAxEB/8QAFwABAQEBAAAAAAAAAAAAAAAACAYHA//EACgQAAEDAwMDAwUAAAAAAAAAAAECAwQABREGBxII"
        "ISIxQlEUIzJBYf/EABYBAQEBAAAAAAAAAAAAAAAAAAYHCP/EACYRAAIBBAIABgMBAAAAAAAAAAECBAADBSEGEQcSIjFBkRVhcYH/2gAM"
        "AwEAAhEDEQA/AOF/udl25tZZjpbDiU47Yo56u1Td9e3JUeIFqbUrHjR/wxx5dhOk/wBqM8X4UbjNkpa/vdaXs/0uv3N1ubcmjg4UeYpG"
        "NbKWBptCC03lICfQfqtOvnrl9vJYOloVym9dkTfJGHpWixG0zfdzruPBwtrV/aT20vTLD0/GbmXBpIUByPIVmaLk0xsZIdj3raXLo9vE"
        "xBAij1HVV2utc2zRkBUWCEBaRjxovTeoO+mY+WENqZLiuCilWSnPY+vxT+fmZnFcXGkWFRrl4tpwx0oHZHTL8sPc/wCUf4n4ZrPsvflj"
        "ZpH7AQYwYZP07We3fgK2LcBambMsNqLY4+04qAYcl8qgbe6bZ0B830290MNwnnFSZii4oqCFkEk5Bwalo8OOY7f2G/xHsHxVX8VXdfxy"
        "A6CMevjskd/fQ+hV/gKqRU8o6r//2Q=="
    ),
    "progressive": b64decode(
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoMDAsKCwsNDhIQDQ4RDgsLEBYQERMUFRUV"
        "DA8XGBYUGBIUFRT/2wBDAQMEBAUEBQkFBQkUDQsNFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQU"
        "FBT/wgARCAASABoDASIAAhEBAxEB/8QAGAABAQEBAQAAAAAAAAAAAAAABwAFAwb/xAAXAQADAQAAAAAAAAAAAAAAAAAEBgcF/9oADAMB"
        "AAIQAxAAAAHmc7CeAGfI2kXu+Uj+xqVUUYyqb3//xAAcEAACAwEBAQEAAAAAAAAAAAACAwEEBQYSESH/2gAIAQEAAQUCexOcq3abfZj8"
        "vLJjFREDWfptyeZCuN68umB9A/3gAPzQ/E6Ez6EB8//EAB8RAAEDAwUAAAAAAAAAAAAAAAEAAgUDBAYREiIzNP/aAAgBAwEBPwE49bRL"
        "d9Xk9DGpCWJqgaBSPsVr1Bf/xAAiEQAABQEJAAAAAAAAAAAAAAAAAQIDBAUGEhMhMTI0ccH/2gAIAQIBAT8BpOBTkkpzNYcqpstpdkqu"
        "krQRuUQtTsjdH4P/xAAdEAACAgIDAQAAAAAAAAAAAAAAAQIRAyESIjFB/9oACAEBAAY/AqjVnGPgp5EeI+0KeRHGA6qrF1RrRPYtI//E"
        "ABwQAAMAAgMBAAAAAAAAAAAAAAABESExQVFhwf/aAAgBAQABPyGeoIdatnweuLImLRg0ujFgLvI7zq6MJtaOPR82DN1acDzKsZ4C6P/a"
        "AAwDAQACAAMAAAAQ8I/e/8QAGxEAAgEFAAAAAAAAAAAAAAAAADERASFBcbH/2gAIAQMBAT8QiNLh3ISUqIXs5j//xAAbEQEAAgIDAAAA"
        "AAAAAAAAAAABABEhUWGh8P/aAAgBAgEBPxAIV0aohCFrVXjRZnknZnm7n//EABsQAQEBAQEBAQEAAAAAAAAAAAERACFRMUFh/9oACAEB"
        "AAE/EHAEHJhxkMTrGKc+7A+D8xXt/VgIgVGHglMerilRrj98xW687OE0HpMhEDirRjkeE/Pm/9k="
    ),
    "gray": b64decode(
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoMDAsKCwsNDhIQDQ4RDgsLEBYQERMUFRUV"
        "DA8XGBYUGBIUFRT/wAALCAASABoBAREA/8QAGAABAQADAAAAAAAAAAAAAAAACAkFBgf/xAAnEAABAwMDAwQDAAAAAAAAAAABAgMEAAUG"
        "BwgREhMhMUFhsUJDUf/aAAgBAQAAPwBI6i6xYnoRjq4sFTKX20cDp455qdmr24bJ9aL85Bti3lMrV0gIJ4rrW2zZbMyCSzdr82opJCz3"
        "BTUY0MwqMy2yUR+W0hB9PYcVK0nMtwuTfvXHcX88cU6duuzq1YRb2bpfG0BaQFkuCto1y3R49pRZnbdaHGkuoSUjoIoQy95+RvSnnEuO"
        "9KlqUPJ9CaUWza2QxEjKERgK4Hntp5+qQWvsp6LizoYdWyOg+G1FP1UiNYpb8rLnQ8846O4fDiyr3+ay0OBFMRgmMzz0J/Afyv/Z"
    ),
    "exif": b64decode(
        "/9j/4QAiRXhpZgAASUkqAAgAAAABABIBAwABAAAABgAAAAAAAAD/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoMDAsKCwsN"
        "DhIQDQ4RDgsLEBYQERMUFRUVDA8XGBYUGBIUFRT/2wBDAQMEBAUEBQkFBQkUDQsNFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQU"
        "FBQUFBQUFBQUFBQUFBQUFBQUFBT/wAARCAASABoDASIAAhEBAxEB/8QAGAABAQEBAQAAAAAAAAAAAAAACAAGAwf/xAAoEAABAwMDAwMF"
        "AAAAAAAAAAABAgMEAAURBgcSCCEiMUJRFCMyQWH/xAAXAQADAQAAAAAAAAAAAAAAAAAFBwgG/8QAKhEAAQEGBAQHAAAAAAAAAAAAAQIA"
        "AwQFBhEHEiExEzM1cTRBUWFygbH/2gAMAwEAAhEDEQA/AOF/udl25tZZjpbDiU47Yo56u1Td9e3JUeIFqbUrHjWwjaZvu513Hg4W1q/t"
        "J7aXplh6fjNzLg0kKA5HkKA0mIGnXaXsQc74sHXh7LaTdceKHEfny31Y+bP9Lr9zdbm3Jo4OFHmKRjWylgabQgtN5SAn0H6rS661zbNG"
        "QFRYIQFpGPGi9N6g76Zj5YQ2pkuK4KKVZKc9j6/FO6JqpcHDO4uZPC7S8JCABcm1r6eguNfcNlU4aVBVi1RSE5EjYbMj9gIMYMMn6drP"
        "bvwFexbgLUzZlhtRbHH2nFVVStLeqI7tRdR9ZHdhhuE84qTMUXFFQQsgknIODWWjw45jt/Yb/EewfFVVN7FLkSz4r/UM/ZV4RP03/9k="
    ),
    "jfif_exif": b64decode(
        "/9j/4AAQSkZJRgABAQAAAQABAAD/4QAiRXhpZgAASUkqAAgAAAABABIBAwABAAAABgAAAAAAAAD/2wBDAAMCAgMCAgMDAwMEAwMEBQgF"
        "BQQEBQoHBwYIDAoMDAsKCwsNDhIQDQ4RDgsLEBYQERMUFRUVDA8XGBYUGBIUFRT/2wBDAQMEBAUEBQkFBQkUDQsNFBQUFBQUFBQUFBQU"
        "FBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBT/wAARCAASABoDASIAAhEBAxEB/8QAGAABAQEBAQAAAAAAAAAAAAAA"
        "CAAGAwf/xAAoEAABAwMDAwMFAAAAAAAAAAABAgMEAAURBgcSCCEiMUJRFCMyQWH/xAAXAQADAQAAAAAAAAAAAAAAAAAFBwgG/8QAKhEA"
        "AQEGBAQHAAAAAAAAAAAAAQIAAwQFBhEHEiExEzM1cTRBUWFygbH/2gAMAwEAAhEDEQA/AOF/udl25tZZjpbDiU47Yo56u1Td9e3JUeIF"
        "qbUrHjWwjaZvu513Hg4W1q/tJ7aXplh6fjNzLg0kKA5HkKA0mIGnXaXsQc74sHXh7LaTdceKHEfny31Y+bP9Lr9zdbm3Jo4OFHmKRjWy"
        "lgabQgtN5SAn0H6rS661zbNGQFRYIQFpGPGi9N6g76Zj5YQ2pkuK4KKVZKc9j6/FO6JqpcHDO4uZPC7S8JCABcm1r6eguNfcNlU4aVBV"
        "i1RSE5EjYbMj9gIMYMMn6drPbvwFexbgLUzZlhtRbHH2nFVVStLeqI7tRdR9ZHdhhuE84qTMUXFFQQsgknIODWWjw45jt/Yb/EewfFVV"
        "N7FLkSz4r/UM/ZV4RP03/9k="
    ),
}
