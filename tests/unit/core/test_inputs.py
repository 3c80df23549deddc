"""If these tests fail, a user's file is misread, or refused without its name, line and fix."""

import gzip
import json
import os

import pytest

from warriorcoder.core import inputs, parquet
from warriorcoder.core.inputs import FileError

TEXT = '{"text": "é → 𝛼"}\n'


@pytest.mark.parametrize(
    "codec", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-be", "utf-32-be"]
)
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_text_is_the_same_in_every_encoding(codec, pack, tmp_path):
    mark = inputs.MARK if codec.endswith("be") else ""
    path = tmp_path / "a[1]*.txt"
    path.write_bytes(pack(f"{mark}{TEXT}".replace("\n", "\r\n").encode(codec)))
    assert inputs.text(path) == TEXT
    assert [item for *_, item in inputs.items(path)] == [json.loads(TEXT)]


@pytest.mark.parametrize(
    "data, says",
    [
        ("fine\nfrühe\n".encode("latin-1"), r"a.txt, line 2: not UTF-8 \(invalid .*Save the file"),
        ("a\nb".encode("utf-16-le"), "a.txt, line 1: holds a zero byte, so it is no text, or UTF"),
        (b"\xff\xfe" + "a".encode("utf-16-le") + b"\x00\xd8", "a.txt, line 1: not UTF-16-LE"),
        (b"fine\n\x00", "a.txt, line 2: holds a zero byte"),
        (gzip.compress(b"x" * 999)[:20], "a.txt: cannot be read"),
        (gzip.compress(bytes(inputs.LARGEST_TEXT + 1)), "a.txt: has over 16 MiB"),
    ],
    ids="latin-1 no-mark half-pair zero cut bomb".split(),
)
def test_what_is_no_text_is_refused_with_its_line(data, says, tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(data)
    with pytest.raises(FileError, match=says):
        inputs.text(path)


@pytest.mark.parametrize(
    "path, says",
    [("none", "none: no such file"), (".", "cannot be read"), ("/dev/zero", "has over 16 MiB")],
)
def test_what_is_no_file_is_refused(path, says, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileError, match=says):
        inputs.text(path)
    with pytest.raises(FileError):
        parquet.read("*", "text")


def test_a_pipe_is_read():
    reader, writer = os.pipe()
    os.write(writer, TEXT.encode())
    os.close(writer)
    assert inputs.text(f"/dev/fd/{reader}") == TEXT
    os.close(reader)


@pytest.mark.parametrize(
    "text, found",
    [
        ("\n{}\n \n[1]\n", [(2, "line", {}), (4, "line", [1])]),
        ("\ufeff{}\n\ufeff[1]\n\ufeff\n", [(1, "line", {}), (2, "line", [1])]),
        (" [\n{},\n[1]]\n", [(1, "item", {}), (2, "item", [1])]),
        ("[{}]", [(1, "item", {})]),
        ("[1]\n[2]", [(1, "line", [1]), (2, "line", [2])]),
        ("[]", []),
        ("", []),
    ],
    ids="lines marks array short arrays none empty".split(),
)
def test_lines_and_arrays_give_each_item_its_place(text, found, tmp_path):
    path = tmp_path / "a.json"
    path.write_text(text)
    expected = [(number, f"{path}, {what} {number}", item) for number, what, item in found]
    assert list(inputs.items(path)) == expected


@pytest.mark.parametrize(
    "line, says",
    [
        ("{", "line 2: not JSON"),
        ('{"a": {"b": 1, "b": 2}}', r"line 2: not JSON \(key 'b' is there twice\)"),
        ("[" * 100_000, "line 2: nested too deeply"),
        ('{"a":' * 100_000, "line 2: nested too deeply"),
        ("1" * 5000, r"line 2: not JSON \(Exceeds the limit"),
    ],
    ids="cut twice nested-list nested-object digits".split(),
)
def test_what_is_no_json_is_refused_with_its_line(line, says, tmp_path):
    (tmp_path / "a.jsonl").write_text(f"{{}}\n{line}\n")
    with pytest.raises(FileError, match=f"a.jsonl, {says}"):
        list(inputs.items(tmp_path / "a.jsonl"))
