"""If these tests fail, a write leaves half a file, or replaces what is no plain file."""

import os
import stat

import pytest

from warriorcoder.core.atomic import WriteError, atomic


def put(path, text: str = "new") -> None:
    with atomic(path) as temporary:
        temporary.write_text(text)


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path):
    put(tmp_path / "kept", "old")
    with pytest.raises(RuntimeError), atomic(tmp_path / "kept") as temporary:
        temporary.write_text("half")
        raise RuntimeError
    assert [path.read_text() for path in tmp_path.iterdir()] == ["old"]


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o777, 0o444])
def test_an_existing_file_keeps_its_mode(mode, tmp_path):
    put(tmp_path / "file", "old")
    (tmp_path / "file").chmod(mode)
    put(tmp_path / "file")
    assert (tmp_path / "file").read_text() == "new"
    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == mode


@pytest.mark.parametrize("target", ["file", "../far/file", "{folder}/far/file", "new/file", "next"])
def test_a_link_stays_and_its_target_is_written(target, tmp_path):
    for folder in ("near", "far"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "file").write_text("old")
    (tmp_path / "near/next").symlink_to("file")
    link = tmp_path / "near/link"
    link.symlink_to(target.format(folder=tmp_path))
    put(link)
    assert link.is_symlink() and link.read_text() == "new"
    assert (tmp_path / "near/next").is_symlink()


def test_a_circle_of_links_is_refused(tmp_path):
    (tmp_path / "one").symlink_to("two")
    (tmp_path / "two").symlink_to("one")
    with pytest.raises(WriteError, match="one: cannot be written .Too many levels"):
        put(tmp_path / "one")
    assert (tmp_path / "one").is_symlink()


def test_a_device_stays_a_device(tmp_path):
    made = tmp_path / "null"
    try:
        os.mknod(made, stat.S_IFCHR | 0o666, os.makedev(1, 3))
    except PermissionError:
        pytest.skip("only root makes devices")
    put(made)
    assert stat.S_ISCHR(made.stat().st_mode) and [*tmp_path.iterdir()] == [made]


def test_standard_output_gets_the_whole_text_or_nothing(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    put("-")
    assert capsys.readouterr().out == "new"
    with pytest.raises(RuntimeError), atomic("-") as temporary:
        temporary.write_text("half")
        raise RuntimeError
    assert capsys.readouterr().out == "" and not [*tmp_path.iterdir()]
    put("./-")
    assert (tmp_path / "-").read_text() == "new"


def test_a_full_disk_names_the_file(tmp_path):
    with pytest.raises(WriteError, match="out: cannot be written .No space left"):
        with atomic(tmp_path / "out") as temporary, open("/dev/full", "w") as full:
            temporary.write_text("half")
            full.write("more")
    assert not [*tmp_path.iterdir()]
