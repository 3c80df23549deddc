"""If these tests fail, an edit runs what it does not touch, or not what it does."""

import pytest

from warriorcoder.provenance.digests import code_digest, fingerprint

PACKAGE = {
    "__init__": "",
    "core/__init__": "",
    "core/atomic": "def atomic(path): return path + '.tmp'\n",
    "core/seeds": "SIZE = 63\ndef seed(x): return x % SIZE\ndef rng(x): return seed(x) + 1\n",
    "mining/__init__": "",
    "mining/tables": (
        "from warriorcoder.core.seeds import SIZE\nMINED = {'id': SIZE}\nOTHER = {'id': 2}\n"
    ),
    "mining/mine": (
        "import math\nfrom warriorcoder.core.atomic import atomic\n"
        "from warriorcoder.mining import tables\nFIX = 'run it again'\n"
        "def mine(x):\n    if x < 0: raise ValueError(f'{x}: {FIX}, {_where(x)}')\n"
        "    return math.sqrt(_cut(x)) + len(tables.MINED), atomic(x)\n"
        "def _cut(x): return x - 3\ndef _where(x): return x + 4\ndef unused(x): return x + 5\n"
    ),
    "arena/__init__": "from warriorcoder.arena.elo import rate\n__all__ = ['rate']\n",
    "arena/elo": "K = 40\nK += 1\ndef rate(x): return x + K\ndef glicko(x): return x + 6\n",
    "arena/kinds": (
        "from warriorcoder.arena import elo\nfrom warriorcoder.core.seeds import rng\n"
        "KINDS = {'elo': elo}\ndef kind(name): return KINDS[name]\ndef draw(x): return rng(x)\n"
    ),
    "arena/named": "def play(x): return x + 7\ndef call(name): return globals()[name](1)\n",
    "arena/registered": (
        "ALL = {}\ndef register(f):\n    ALL[f.__name__] = f\n    return f\n"
        "@register\ndef swiss(x): return x + 8\ndef choose(x): return ALL[x](x)\n"
    ),
    "arena/patched": "import json\njson.indent = 9\ndef f(): pass\n",
    "arena/started": (
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n"
        "    from warriorcoder.arena import child  # noqa: F401\n"
        "def start(): return ['-m', 'warriorcoder.arena.child']\n"
    ),
    "arena/child": "def main(): return 10\nif __name__ == '__main__': main()\n",
}
SCRIPTS = {
    "mine": "from warriorcoder.mining.mine import mine\nmine(1)\n",
    "rate": "from warriorcoder import arena\narena.rate(1)\n",
    "kind": "from warriorcoder.arena.kinds import kind\nkind('elo')\n",
    "named": "from warriorcoder.arena.named import call\ncall('play')\n",
    "choose": "from warriorcoder.arena.registered import choose\nchoose(1)\n",
    "patched": "from warriorcoder.arena.patched import f\nf()\n",
    "start": "def go():\n    from warriorcoder.arena import started as s\n    s.start()\n",
}
EDITS = [
    ("the script itself", "mine", "mine(1)", "mine(2)", {"mine"}),
    ("a function", "mining/mine", "tables.MINED)", "tables.MINED) + 1", {"mine"}),
    ("a function behind it", "mining/mine", "x - 3", "x - 4", {"mine"}),
    ("a function for an error", "mining/mine", "x + 4", "x + 5", set()),
    ("a constant for an error", "mining/mine", "run it", "start it", set()),
    ("a function that nobody uses", "mining/mine", "x + 5", "x + 6", set()),
    (
        "what a name is imported from",
        "mining/mine",
        "import math",
        "import cmath as math",
        {"mine"},
    ),
    ("plumbing", "core/atomic", ".tmp", ".part", set()),
    ("a constant of a constant", "core/seeds", "63", "64", {"mine"}),
    ("another stage's constant", "mining/tables", "2}", "3}", set()),
    ("a constant", "mining/tables", "{'id': S", "{'no': S", {"mine"}),
    ("a constant changed later", "arena/elo", "+= 1", "+= 2", {"rate", "kind"}),
    ("a module that is passed on", "arena/elo", "x + 6", "x + 7", {"kind"}),
    ("a name that is looked up", "arena/named", "x + 7", "x + 8", {"named"}),
    ("a function that registers", "arena/registered", "x + 8", "x + 9", {"choose"}),
    ("a setting of a library", "arena/patched", "= 9", "= 8", {"patched"}),
    ("a module that is started", "arena/child", "10", "11", {"start"}),
]


@pytest.fixture
def folder(tmp_path):
    """A package and scripts that use it."""
    files = {f"warriorcoder/{name}": text for name, text in PACKAGE.items()} | SCRIPTS
    for name, text in files.items():
        path = tmp_path / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def digests(folder) -> dict[str, str]:
    return {name: code_digest(folder / f"{name}.py") for name in SCRIPTS}


@pytest.mark.parametrize(
    "file, old, new, changed", [e[1:] for e in EDITS], ids=[e[0] for e in EDITS]
)
def test_an_edit_changes_the_digests_of_the_scripts_that_reach_it(folder, file, old, new, changed):
    before = digests(folder)
    path = folder / f"{file}.py" if file in SCRIPTS else folder / f"warriorcoder/{file}.py"
    assert path.read_text().count(old) == 1
    path.write_text(path.read_text().replace(old, new))
    after = digests(folder)
    assert {name for name in SCRIPTS if before[name] != after[name]} == changed


def test_a_relative_import_counts(folder):
    path = folder / "warriorcoder/mining/mine.py"
    path.write_text(path.read_text().replace("from warriorcoder.mining import", "from . import"))
    before = digests(folder)
    tables = folder / "warriorcoder/mining/tables.py"
    tables.write_text(tables.read_text().replace("{'id': S", "{'no': S"))
    assert digests(folder)["mine"] != before["mine"]


def test_where_a_definition_lies_counts(folder):
    before = digests(folder)
    (folder / "warriorcoder/mining/mine.py").rename(folder / "warriorcoder/mining/dig.py")
    (folder / "mine.py").write_text(SCRIPTS["mine"].replace("mining.mine", "mining.dig"))
    assert digests(folder)["mine"] != before["mine"]


def test_a_model_folder_is_known_by_its_content(tmp_path):
    (tmp_path / "model.safetensors").write_bytes(b"one")
    before = fingerprint(str(tmp_path))
    (tmp_path / "model.safetensors").touch()
    assert fingerprint(str(tmp_path)) == before
    (tmp_path / "model.safetensors").write_bytes(b"two")
    assert fingerprint(str(tmp_path)) != before
    assert fingerprint("hub/name") == "hub/name"
