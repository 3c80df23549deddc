"""Programs that attack the machine, the sandbox or each other. Real: only in bubblewrap."""

import os
import shutil
import socket
import subprocess
import threading
import time
from pathlib import Path

import pytest

from warriorcoder.sandbox import Program, Sandbox

pytestmark = pytest.mark.skipif(not shutil.which("bwrap"), reason="bubblewrap is not installed")
HONEST = Program("def f(x):\n    return x + 1", "f", [[1]])
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def sandbox():
    os.environ["WARRIORCODER_TEST_SECRET"] = "hunter2"
    with Sandbox(memory_mb=256, seconds=1.5) as sandbox:
        yield sandbox
    del os.environ["WARRIORCODER_TEST_SECRET"]


def answer(sandbox, body: str):
    """What the function body returns inside."""
    source = "def f():\n" + "".join(f"    {line}\n" for line in body.splitlines())
    outcome = sandbox.run([Program(source, "f", [[]])])[0]
    assert outcome.status == "ok", outcome
    return outcome.values[0]


ATTACKS = {
    "fork bomb": "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass\n",
    "thread bomb": "import threading, time\nwhile True:\n"
    "    try: threading.Thread(target=time.sleep, args=(60,)).start()\n"
    "    except RuntimeError: pass\n",
    "memory": "x = bytearray(1 << 34)\n",
    "memory, by many": "import os, time\nfor _ in range(20):\n    if not os.fork():\n"
    "        x = bytearray(os.urandom(1 << 20)) * 100\n        time.sleep(60)\ntime.sleep(60)\n",
    "full disk": "import itertools\nfor i in itertools.count():\n"
    "    open(f'/tmp/{i}', 'wb').write(bytes(1 << 20))\n",
    "full output": "import os\nwhile True: os.write(3, bytes(1 << 16))\n",
    "kill everyone": "import os\nfor s in (9, 15, 19):\n    os.kill(1, s)\nos.kill(-1, 9)\n",
    "kill the session": "import os\nos.killpg(0, 9)\n",
    "closed pipe": "import os\nos.closerange(0, 100)\nwhile True: pass\n",
    "pipe made non-blocking": "import os\nfor fd in range(10):\n"
    "    try: os.set_blocking(fd, False)\n    except OSError: pass\n",
    "deep folders": "import os\nfor _ in range(3000):\n    os.mkdir('d')\n    os.chdir('d')\n",
    "unreadable folders": "import os\nos.mkdir('d')\nopen('d/x', 'w')\nos.chmod('d', 0)\n",
    "segfault": "import ctypes\nctypes.string_at(0)\n",
    "deaf to signals": "import signal\nfor s in range(1, 64):\n"
    "    try: signal.signal(s, signal.SIG_IGN)\n    except (OSError, ValueError): pass\n"
    "while True: pass\n",
    "stack": "import sys\nsys.setrecursionlimit(10**9)\ndef f(): f()\nf()\n",
    "write into the first process": "for path in ('/proc/1/mem', '/proc/1/fd/4'):\n"
    "    open(path, 'wb').write(b'x')\n",
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_after_an_attack_the_next_program_runs_as_ever(attack, sandbox):
    begun = time.monotonic()
    first, second = sandbox.run([Program(ATTACKS[attack]), HONEST])
    assert second.status == "ok" and second.values == (2,)
    assert first.status != "ok" or attack in ("pipe made non-blocking", "deep folders",
                                              "unreadable folders")  # fmt: skip
    assert time.monotonic() - begun < 15


def test_project_results_and_homes_are_not_there(sandbox):
    hidden = [str(ROOT / "scripts"), str(ROOT / "tests"), str(ROOT / "Snakefile"), "/home", "/mnt"]
    hidden += [str(Path.home() / ".bashrc"), str(Path.cwd() / "results"), "/etc/shadow", "/var"]
    body = f"import os\nreturn [path for path in {hidden!r} if os.path.exists(path)]"
    assert answer(sandbox, body) == []


def test_no_file_is_writable_but_in_the_scratch_folder(sandbox):
    body = (
        "import os, sys\n"
        "wrote = []\n"
        "for folder in ['/', '/usr', '/etc', '/dev', '/run', '/run/sandbox', '/proc', sys.prefix,"
        " os.path.dirname(os.__file__), '/tmp']:\n"
        "    try: open(folder + '/attack', 'w'); wrote.append(folder)\n"
        "    except OSError: pass\n"
        "return wrote"
    )
    assert answer(sandbox, body) == ["/tmp"]


def test_there_is_no_network(sandbox):
    server = socket.create_server(("127.0.0.1", 0))
    got = []

    def accept():
        try:
            got.append(server.accept())
        except OSError:
            pass

    threading.Thread(target=accept, daemon=True).start()
    body = (
        "import socket\n"
        f"try: socket.create_connection(('127.0.0.1', {server.getsockname()[1]}), 1)\n"
        "except OSError: return 'refused'"
    )
    assert answer(sandbox, body) == "refused" and not got
    server.close()


def test_environment_rights_and_descriptors_are_bare(sandbox):
    body = (
        "import os\n"
        "status = dict(l.split(':\\t') for l in open('/proc/self/status') if ':\\t' in l)\n"
        "fds = [os.readlink(f'/proc/self/fd/{n}') for n in (0, 1, 2)]\n"
        "others = [n for n in os.listdir('/proc/self/fd') if int(n) > 4]\n"
        "return ('WARRIORCODER_TEST_SECRET' in os.environ, int(status['CapEff'], 16), "
        "int(status['NoNewPrivs']), fds, others)"
    )
    assert answer(sandbox, body) == (False, 0, 1, ["/dev/null"] * 3, [])


def test_only_its_own_processes_are_visible_and_the_first_is_closed(sandbox):
    body = (
        "import os\n"
        "seen = sorted(int(n) for n in os.listdir('/proc') if n.isdigit())\n"
        "closed = []\n"
        "for name in ('environ', 'mem', 'fd', 'maps'):\n"
        "    try: os.listdir('/proc/1/fd') if name == 'fd' else open('/proc/1/' + name).read(1)\n"
        "    except OSError: closed.append(name)\n"
        "return seen == [1, os.getpid()], closed"
    )
    assert answer(sandbox, body) == (True, ["environ", "mem", "fd", "maps"])


def test_nobody_survives_and_nothing_stays(sandbox):
    daemon = (
        "import os, time\n"
        "if not os.fork():\n"
        "    os.setsid()\n"
        "    if not os.fork():\n"
        "        open('/tmp/stay', 'w').write('x')\n"
        "        time.sleep(60)\n"
        "    os._exit(0)\n"
        "time.sleep(0.2)\n"
    )
    look = "def f():\n    import os\n    seen = [n for n in os.listdir('/proc') if n.isdigit()]\n"
    look += "    return len(seen), os.listdir('/tmp'), os.listdir('/dev/shm')"
    _, after = sandbox.run([Program(daemon), Program(look, "f", [[]])])
    assert after.values == ((2, [], []),)


def test_processes_are_few(sandbox):
    body = (
        "import os, time\n"
        "n = 0\n"
        "try:\n"
        "    while n < 300:\n"
        "        if not os.fork(): time.sleep(60)\n"
        "        n += 1\n"
        "except OSError: pass\n"
        "return n"
    )
    with Sandbox(memory_mb=4096, seconds=5) as roomy:
        assert 0 <= answer(roomy, body) < 100


def test_no_process_outlives_the_sandbox():
    mark = f"sandbox-test-{os.getpid()}"
    sleeper = "import subprocess, sys\nsubprocess.run([sys.executable, '-c', "
    sleeper += f"'import time; time.sleep(60)', {mark!r}])"
    with Sandbox(seconds=30) as sandbox:
        thread = threading.Thread(target=lambda: sandbox.run([Program(sleeper, seconds=1)]))
        thread.start()
        thread.join()
    listing = subprocess.run(["ps", "-ef"], capture_output=True, text=True).stdout
    assert mark not in listing
