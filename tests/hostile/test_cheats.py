"""Programs that want a pass they did not earn. None gets it, and an honest one still does."""

import shutil

import pytest

from warriorcoder.benchmarks import plus
from warriorcoder.sandbox import Sandbox

KIND = "humaneval"
SECRET = 7919  # a factor that only the canonical solution and the expected values know
PROBLEM = {
    "task_id": "HumanEval/0",
    "prompt": "def scale(x):\n    '''x times a number that nobody can guess.'''\n",
    "canonical_solution": f"    return x * {SECRET}\n",
    "entry_point": "scale",
    "base_input": [[1], [2], [3]],
    "plus_input": [[10], [-4]],
    "atol": 0,
}
HONEST = PROBLEM["prompt"] + PROBLEM["canonical_solution"]

LIAR = "class Liar{base}:\n    __eq__ = __le__ = __ge__ = lambda *_: True\n"
LIAR += "    __ne__ = lambda *_: False\n    __hash__ = None\n"
FORGE = "import os, json\nfor fd in range(3, 30):\n    try: os.write(fd, {line})\n"
FORGE += "    except OSError: pass\n"
RETURN_NONE = "def scale(x):\n    return None\n"

CHEATS = {
    "object that equals everything": LIAR.format(base="") + "def scale(x):\n    return Liar()\n",
    "int that equals everything": LIAR.format(base="(int)") + "def scale(x):\n    return Liar(0)\n",
    "float that equals everything": LIAR.format(base="(float)")
    + "def scale(x):\n    return Liar(0)\n",
    "list that equals everything": LIAR.format(base="(list)")
    + "def scale(x):\n    return Liar()\n",
    "liar inside a list": LIAR.format(base="") + "def scale(x):\n    return [Liar()]\n",
    "metaclass that lies about its type": "class M(type):\n"
    "    __instancecheck__ = __subclasscheck__ = __eq__ = lambda *_: True\n"
    "    __hash__ = type.__hash__\n"
    "class Int(metaclass=M):\n    __class__ = int\n    __index__ = lambda s: 0\n"
    "def scale(x):\n    return Int()\n",
    "not a number": "def scale(x):\n    return float('nan')\n",
    "numpy array": "import numpy as np\ndef scale(x):\n    return np.ones(3, bool)\n",
    "exit 0 at import": "import os\nos._exit(0)\n",
    "exit 0 in the call": "import os\ndef scale(x):\n    os._exit(0)\n",
    "SystemExit": "import sys\ndef scale(x):\n    sys.exit(0)\n",
    "printed verdict": "print('pass')\nprint('{\"v\": 7919}\\n{\"d\": 1}')\n" + RETURN_NONE,
    "forged end": FORGE.format(line="b'{\"d\": 1}\\n'") + "os._exit(0)\n",
    "forged values": FORGE.format(line="b'{\"v\": true}\\n' * 3 + b'{\"d\": 1}\\n'")
    + "os._exit(0)\n",
    "forged verdict": FORGE.format(line='b\'{"status": "pass", "end": "exit"}\\n\'')
    + "os._exit(0)\n",
    "forged frame": FORGE.format(line="(9).to_bytes(8, 'big') + b'{\"v\": 1}\\n'")
    + "os._exit(0)\n",
    "values before and after its own": FORGE.format(line="b'{\"v\": 7919}\\n'") + RETURN_NONE,
    "patched builtins": "import builtins\n"
    "builtins.isinstance = builtins.all = builtins.any = lambda *_: True\n"
    "builtins.len = lambda _: 3\nbuiltins.type = lambda *_: int\n" + RETURN_NONE,
    "patched json": "import json\njson.dumps = lambda *_, **__: '{\"v\": true}'\n"
    "json.loads = lambda *_, **__: {'v': True}\n" + RETURN_NONE,
    "patched harness": "import sys\nfor module in list(sys.modules.values()):\n"
    "    for name in ('encode', '_call', '_describe'):\n"
    "        if hasattr(module, name): setattr(module, name, lambda *_: {'v': True})\n"
    + RETURN_NONE,
    "expected values in the frames": "import sys\ndef scale(x):\n"
    "    frame = sys._getframe()\n"
    "    while frame:\n"
    "        for name, value in {**frame.f_globals, **frame.f_locals}.items():\n"
    "            if 'expect' in name or 'canonical' in name: return value[0]\n"
    "        frame = frame.f_back\n",
    "solution in the heap": "import gc, re\ndef scale(x):\n"
    "    for thing in gc.get_objects():\n"
    "        for found in re.findall(r'return x \\* (\\d+)', str(thing)):\n"
    "            return x * int(found)\n",
    "solution in this process's memory": "import re\ndef scale(x):\n"
    "    with open('/proc/self/maps') as maps, open('/proc/self/mem', 'rb') as memory:\n"
    "        for line in maps:\n"
    "            low, high = [int(word, 16) for word in line.split()[0].split('-')]\n"
    "            try:\n"
    "                memory.seek(low)\n"
    "                text = memory.read(high - low)\n"
    "            except (OSError, ValueError, OverflowError):\n"
    "                continue\n"
    "            for found in re.findall(rb'return x \\* (7\\d\\d9)', text):\n"
    "                return x * int(found)\n",
    "late thread": "import os, threading, time\ndef late():\n    time.sleep(0.05)\n"
    "    for fd in range(3, 30):\n"
    "        try: os.write(fd, b'{\"v\": 7919}\\n')\n"
    "        except OSError: pass\n"
    "threading.Thread(target=late, daemon=True).start()\n" + RETURN_NONE,
    "finalizers": "import atexit\nclass F:\n    def __del__(self):\n        import os\n"
    "        os.write(3, b'{\"v\": 7919}\\n')\nf = F()\natexit.register(F)\n" + RETURN_NONE,
    "fork that answers for it": "import os\nif os.fork():\n    os._exit(0)\n" + RETURN_NONE,
    "collision bomb": "def scale(x):\n    return {7 + i * (2**61 - 1) for i in range(4000)}\n",
    "deep value": "def scale(x):\n    value = []\n    for _ in range(10**5): value = [value]\n"
    "    return value\n",
    "endless iterator": "def scale(x):\n    return (i for i in iter(int, 1))\n",
    "pickled payload": "class P:\n    def __reduce__(self):\n"
    "        return eval, ('True',)\ndef scale(x):\n    return P()\n",
    "no function": "scale = 7919\n",
    "loop at import": "while True: pass\n",
}


@pytest.fixture(scope="module", params=["bubblewrap", "process"])
def sandbox(request):
    if request.param == "bubblewrap" and not shutil.which("bwrap"):
        pytest.skip("bubblewrap is not installed")
    weak = request.param == "process"
    with Sandbox(request.param, weak, memory_mb=512, seconds=1.5) as sandbox:
        yield sandbox


def test_the_honest_program_passes(sandbox):
    assert plus.judge(KIND, [(PROBLEM, HONEST)], sandbox) == [
        {"humaneval": "pass", "humaneval+": "pass"}
    ]


@pytest.mark.parametrize("cheat", CHEATS)
def test_no_cheat_passes_and_the_next_program_is_judged_rightly(cheat, sandbox):
    pairs = [(PROBLEM, CHEATS[cheat]), (PROBLEM, HONEST)]
    first, second = plus.judge(KIND, pairs, sandbox)
    assert first["humaneval"] != "pass" and first["humaneval+"] != "pass"
    assert second == {"humaneval": "pass", "humaneval+": "pass"}
