"""`--out` of every command, typed with `rate`: links, pipes, standard output, full disks."""

import json
import os
import shlex
import stat
import subprocess
import sys

import pytest
from data import ROOT
from unit.cli.test_rate import a_log, rate, write

from warriorcoder.cli import main


@pytest.mark.parametrize("out", ["log.csv", "a/../log.csv", "{folder}/log.csv", "link", "hard"])
def test_a_result_never_replaces_its_input(folder, capsys, out):
    write("log.csv", a_log(1))
    (folder / "a").mkdir()
    (folder / "link").symlink_to("log.csv")
    (folder / "hard").hardlink_to("log.csv")
    before = (folder / "log.csv").read_bytes()
    out = out.format(folder=folder)
    for battles in ("log.csv", f"{folder}/a/../log.csv"):
        assert main(["rate", "--battles", battles, "--out", out]) == 2
        said = capsys.readouterr().err
        assert said.startswith(f"warriorcoder rate: --out {out} is the file of --battles")
    assert (folder / "log.csv").read_bytes() == before


def test_links_modes_and_pipes_are_kept(folder, capsys):
    write("log.csv", a_log(1))
    kept = folder / "kept.json"
    kept.write_text("old")
    kept.chmod(0o604)
    (folder / "out.json").symlink_to("kept.json")
    expected = rate("log.csv")
    assert (folder / "out.json").is_symlink() and json.loads(kept.read_text()) == expected
    assert stat.S_IMODE(kept.stat().st_mode) == 0o604
    (folder / "out.json").unlink()
    os.mkfifo("out.json")
    reader = os.open("out.json", os.O_RDWR)
    assert main(["rate", "--battles", "log.csv", "--out", "out.json"]) == 0
    assert json.loads(os.read(reader, 1 << 16)) == expected
    assert stat.S_ISFIFO(os.stat("out.json").st_mode)
    os.close(reader)
    (folder / "other.json").hardlink_to(kept)
    assert main(["rate", "--battles", "log.csv", "--out", "other.json"]) == 2
    assert "other.json: is a hard link" in capsys.readouterr().err


def test_homes_are_expanded_and_long_names_are_written_or_refused(folder, monkeypatch, capsys):
    monkeypatch.setenv("HOME", str(folder / "home"))
    (folder / "home").mkdir()
    write("home/log.csv", a_log(1))
    assert main(["rate", "--battles=~/log.csv", "--out=~/out.json"]) == 0
    assert (folder / "home/out.json").exists() and not (folder / "~").exists()
    assert main(["rate", "--battles=~/log.csv", "--out", "x" * 255]) == 0
    assert main(["rate", "--battles=~/log.csv", "--out", "x" * 256]) == 2
    assert "cannot be written (File name too long)" in capsys.readouterr().err


def typed(command: str) -> subprocess.CompletedProcess:
    """The outcome of a command line in bash, where `rate` stands for the command."""
    words = f"{shlex.quote(sys.executable)} -m warriorcoder.cli rate --battles log.csv"
    command = f'set -o pipefail; rate() {{ {words} "$@"; }}; {command}'
    here = os.environ | {"PYTHONPATH": str(ROOT / "scripts")}
    return subprocess.run(["bash", "-c", command], capture_output=True, text=True, env=here)


@pytest.mark.parametrize("out", ["-", "link", "/proc/self/fd/1"])
def test_standard_output_takes_the_results_alone(folder, out):
    (folder / "link").symlink_to("/proc/self/fd/1")  # as /dev/stdout is
    write("log.csv", a_log(1))
    expected = rate("log.csv")
    piped = typed(f"rate --out {out}")
    assert json.loads(piped.stdout) == expected and "bradley_terry" in piped.stderr
    to_file = typed(f"rate --out {out} > file.json")
    assert to_file.returncode == 0 and json.loads((folder / "file.json").read_text()) == expected
    assert not (folder / "-").exists()


@pytest.mark.parametrize(
    "command, status, said",
    [
        ("ulimit -f 0; rate --out o.json", 2, "o.json: cannot be written (File too large)"),
        ("rate --out - >&-", 2, "standard output is closed. Give a file"),
        ("rate --out - > /dev/full", 2, "standard output: cannot be written (No space left"),
        ("rate --out o.json > /dev/full", 2, "standard output: cannot be written (No space left"),
        ("rate --out - | true", 141, None),
        ("rate --out o.json | true", 141, None),
    ],
)
def test_a_full_disk_is_one_line_and_a_closed_pipe_is_quiet(folder, command, status, said):
    write("log.csv", a_log(1))
    done = typed(command)
    assert done.returncode == status
    if said is None:
        assert "Traceback" not in done.stderr and "Error" not in done.stderr
    else:
        assert said in done.stderr and done.stderr.count("\n") == 1


def test_a_terminal_that_knows_ascii_alone_shows_escapes_and_the_file_keeps_the_names(folder):
    write("log.csv", a_log(1, ["na\u00efve", "bo"]))
    plain = "PYTHONUTF8=0 PYTHONCOERCECLOCALE=0 LC_ALL=C PYTHONIOENCODING=ascii"
    done = typed(f"export {plain}; rate --out out.json")
    assert done.returncode == 0 and "na\\xefve" in done.stdout
    assert "na\u00efve" in json.loads((folder / "out.json").read_text(encoding="utf-8"))["elo"]
