"""Nothing that one program leaves reaches the next one."""

import pytest
from unit.evaluation.sandbox.conftest import BWRAP

from warriorcoder.evaluation.sandbox import Program, Sandbox


def test_a_program_leaves_nothing_for_the_next(sandbox):
    dirty = "import builtins, sys, random, math\nbuiltins.len = math.pi = None\nrandom.seed(9)\n"
    dirty += "open('left', 'w').write('x')\n"
    clean = "import math, os, random\n"
    clean += "def f():\n    return len('ab'), math.pi > 3, os.listdir('.'), random.random()"
    with Sandbox(sandbox.isolation, True, workers=1) as own:
        before, _, after = own.run(
            [Program(clean, "f", [[]]), Program(dirty), Program(clean, "f", [[]])]
        )
    assert before.values == after.values and before.values[0][:2] == (2, True)
    assert "left" not in after.values[0][2]


MESSAGES = {  # what a program leaves, what the next returns if it finds that
    "root": ("open('/left', 'w')", "os.path.exists('/left')"),
    "folder above a bind": (
        "os.mkdir(os.path.dirname(os.path.dirname(os.__file__)) + '/left')",
        "os.path.exists(os.path.dirname(os.path.dirname(os.__file__)) + '/left')",
    ),
    "times of /tmp": ("os.utime('/tmp', (7, 7))", "os.stat('/tmp').st_mtime == 7"),
    "mode of /tmp": ("os.chmod('/tmp', 0o711)", "os.stat('/tmp').st_mode & 0o777 == 0o711"),
    "attribute of /tmp": ("os.setxattr('/tmp', 'user.x', b'')", "bool(os.listxattr('/tmp'))"),
    "times of a device": ("os.utime('/dev/null', (7, 7))", "os.stat('/dev/null').st_mtime == 7"),
    "processes": (
        "[os.waitpid(os.fork() or os._exit(0), 0) for _ in range(300)]",
        "os.getpid() > 300",
    ),
    "files": (
        "[os.close(os.open('x', os.O_CREAT)) or os.unlink('x') for _ in range(3000)]",
        "os.fstat(os.open('x', os.O_CREAT)).st_ino > 3000",
    ),
    "nameless files": (
        "[os.close(os.open('.', os.O_TMPFILE | os.O_RDWR)) for _ in range(3000)]",
        "os.fstat(os.open('x', os.O_CREAT)).st_ino > 3000",
    ),
    "port": (
        "s = socket.create_server(('127.0.0.1', 7919))\n"
        "c = socket.create_connection(('127.0.0.1', 7919))\n"
        "a, _ = s.accept(); a.close(); c.close()",
        "socket.socket().bind(('127.0.0.1', 7919))",
    ),
    "packets": (
        "[socket.socket(2, 2).sendto(b'x', ('127.0.0.1', 9)) for _ in range(50)]",
        "int(open('/proc/net/dev').read().split('lo:')[1].split()[1]) >= 50",
    ),
    "connections": (
        "[socket.socket().connect_ex(('10.1.1.1', 9)) for _ in range(50)]",
        "int(open('/proc/net/snmp').read().split('Tcp: ')[2].split()[4]) >= 50",
    ),
    "processor time": (
        "sum(range(10**7))",
        "int(open('/proc/1/stat').read().split()[15]) > 5",
    ),
}


@BWRAP
@pytest.mark.parametrize("channel", MESSAGES)
def test_nothing_carries_a_message_to_the_next_program(channel):
    sent, found = MESSAGES[channel]
    head = "import os, re, socket\n"
    send = f"{head}try:\n" + "".join(f"    {line}\n" for line in sent.split("\n"))
    send += "except OSError: pass\n"
    look = (
        f"{head}def f():\n    try: return bool({found})\n    except PermissionError: return False\n"
    )
    with Sandbox(workers=1) as own:
        before, _, after, last = own.run(
            [Program(look, "f", [[]]), Program(send), *[Program(look, "f", [[]])] * 2]
        )
    assert before.values == after.values == last.values == (False,)


def test_no_program_finds_what_an_earlier_one_was_or_said(sandbox):
    """A right answer to the same task may have run before."""
    earlier = Program(
        "def f():\n    return ''.join(['EARLIER', 'ANSWER', '7', '9', '1', '9'])", "f", [[]]
    )
    source = (
        "import ctypes\ndef f(head, tail):\n    word, found = (head + tail).encode(), 0\n"
        "    for line in open('/proc/self/maps').readlines():\n"
        "        ends, rights, *_, name = line.split()\n"
        "        low, high = [int(end, 16) for end in ends.split('-')]\n"
        "        if rights[:2] == 'rw' and not name.startswith('[v'):\n"
        "            found += ctypes.string_at(low, high - low).count(word)\n"
        "    return found"
    )
    with Sandbox(sandbox.isolation, True) as own:
        assert own.run([earlier])[0].values == ("EARLIERANSWER7919",)
        said, unsaid = own.run(
            [Program(source, "f", [["EARLIERANSWER", tail]]) for tail in ("7919", "7920")]
        )
    assert said.values == unsaid.values and said.values[0] > 0
