"""Files that users give: texts in any Unicode encoding, and JSON.

A name means that very file. It is no pattern and no address. A text may be gzipped.
"""

import codecs
import gzip
import io
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

MIB = 2**20
LARGEST = 4096 * MIB  # of a data set, unpacked
LARGEST_TEXT = 16 * MIB  # of a config or a template
GZIP = b"\x1f\x8b"
MARKS = (  # the longer first, since UTF-32's mark begins with UTF-16's
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
MARK = "\ufeff"  # every byte-order mark, decoded


class FileError(ValueError):
    """A user's file or a row of it is invalid. The message names the file, the row and the fix."""


def text(path: str | Path, largest: int = LARGEST_TEXT) -> str:
    """Return the text of a file without byte-order mark, with lines that end by a newline.

    Raises:
        FileError: the file cannot be read, has over `largest` bytes, or is no text.
    """
    found = decode(path, content(path, largest))
    return found.replace("\r\n", "\n").replace("\r", "\n")


def content(path: str | Path, largest: int = LARGEST) -> bytes:
    """Return the bytes of a file, unpacked if they are gzipped.

    Raises:
        FileError: the file cannot be read, or has over `largest` bytes.
    """
    try:
        with open(path, "rb") as file:
            data = _limited(file, largest, path)
        if data.startswith(GZIP):
            data = _limited(gzip.GzipFile(fileobj=io.BytesIO(data)), largest, path)
    except FileNotFoundError:
        raise FileError(f"{path}: no such file. Fix the path.") from None
    except (OSError, ValueError, EOFError, zlib.error) as error:
        if isinstance(error, FileError):
            raise
        reason = getattr(error, "strerror", None) or error
        raise FileError(f"{path}: cannot be read ({reason}). Give a readable file.") from None
    return data


def decode(path: str | Path, data: bytes) -> str:
    """Return the text of a file's bytes, with the ends of its lines.

    Raises:
        FileError: the bytes are no text of their encoding.
    """
    mark, codec = encoding(data)
    try:
        found = data[len(mark) :].decode(codec).lstrip(MARK)
    except UnicodeDecodeError as error:
        line = data[len(mark) :][: error.start].count(b"\n") + 1
        raise FileError(
            f"{path}, line {line}: not {codec.upper()} ({error.reason}). Save the file as UTF-8."
        ) from None
    if "\0" in found:
        line = found.partition("\0")[0].count("\n") + 1
        raise FileError(
            f"{path}, line {line}: holds a zero byte, so it is no text, or UTF-16 without a "
            "byte-order mark. Save the file as UTF-8."
        )
    return found


def encoding(data: bytes) -> tuple[bytes, str]:
    """Return the byte-order mark of a file's bytes, if any, and the name of their encoding."""
    return next((each for each in MARKS if data.startswith(each[0])), (b"", "utf-8"))


def items(path: str | Path) -> Iterator[tuple[int, str, Any]]:
    """Yield number, place and value of each item in a file of JSON lines, or in one JSON array.

    Numbers count from 1. Blank lines count, and are no items.

    Raises:
        FileError: as `text`, or an item is no JSON.
    """
    lines = text(path, LARGEST)
    if _is_array(lines):
        for number, item in enumerate(parse(str(path), lines), 1):
            yield number, f"{path}, item {number}", item
        return
    for number, line in enumerate(lines.split("\n"), 1):
        if line.strip().strip(MARK):  # joined files have marks inside
            where = f"{path}, line {number}"
            yield number, where, parse(where, line.lstrip(MARK))


def parse(where: str, line: str) -> Any:
    """Return the value of a JSON text.

    Raises:
        FileError: it is no JSON, gives a key twice, or is nested too deeply.
    """
    try:
        return json.loads(line, object_pairs_hook=_once)
    except RecursionError:
        raise FileError(f"{where}: nested too deeply. Fix or remove the line.") from None
    except ValueError as error:
        raise FileError(f"{where}: not JSON ({error}). Fix or remove the line.") from None


def string(where: str, name: str, value: Any) -> str:
    """Return a value under a name that must be a whole text.

    Raises:
        FileError: it is no string, or holds half of a surrogate pair.
    """
    if not isinstance(value, str):
        raise FileError(f"{where}: {name} is {short(value)}, no text. Write it as a string.")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise FileError(f"{where}: {name} holds half of a surrogate pair. Remove it.") from None
    return value


def whole(text: str) -> str:
    """Return a text with U+FFFD for each half of a surrogate pair, which no file can hold."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def short(value: Any) -> str:
    """Return a value as JSON of at most 40 characters, for errors."""
    found = json.dumps(value, default=str)
    return found if len(found) <= 40 else f"{found[:39]}…"


def _limited(file: BinaryIO | gzip.GzipFile, largest: int, path: str | Path) -> bytes:
    data = bytearray()
    while chunk := file.read(MIB):
        data += chunk
        if len(data) > largest:
            raise FileError(f"{path}: has over {largest // MIB} MiB. Give a smaller file.")
    return bytes(data)


def _is_array(lines: str) -> bool:
    """Return True for one array, and False for JSON lines, whose first line may be an array."""
    first, _, rest = lines.strip().partition("\n")
    if not (first.startswith("[") and rest):
        return first.startswith("[")
    try:
        json.loads(first)
    except (ValueError, RecursionError):
        return True
    return False


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"key {twice!r} is there twice")
    return found
