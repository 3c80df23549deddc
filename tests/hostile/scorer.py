"""The process that judges: what an attack would like to bring down. One JSON line in, one out.

Run by `suite`; its protocol is on the descriptors that its arguments name, since an unwalled
program shares the others. It holds what attacks look for: the secret in its environment, memory and
an inherited descriptor, expected values, and listeners.
"""

import json
import os
import select
import socket
import sys
from pathlib import Path

from hostile import catalogue


class Listeners:
    """TCP, UDP and two Unix sockets; `contacts` says how often they were reached."""

    def __init__(self, mark: str, path: str):
        tcp = socket.create_server(("127.0.0.1", 0))
        self.port = tcp.getsockname()[1]
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.bind(("127.0.0.1", self.port))
        unix = [socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) for _ in range(2)]
        Path(path).unlink(missing_ok=True)
        for each, address in zip(unix, ("\0" + mark, path), strict=True):
            each.bind(address)
        os.chmod(path, 0o777)
        self.all = [tcp, udp, *unix]

    def contacts(self) -> int:
        count = 0
        while ready := select.select(self.all, [], [], 0)[0]:
            for each in ready:
                count += 1
                each.accept()[0].close() if each is self.all[0] else each.recv(4096)
        return count


def ours(problems: dict, folder: str, memory_mb: int):
    """The project's own judges, over one sandbox."""
    from warriorcoder.evaluation.benchmarks.suites import suite
    from warriorcoder.evaluation.benchmarks.truth import GroundTruth, write
    from warriorcoder.evaluation.sandbox import Sandbox

    with_inputs = [task for _, task in problems.values() if "base_input" in task]
    write("humaneval", with_inputs, "hostile", f"{folder}/truth.parquet")
    truth = GroundTruth(f"{folder}/truth.parquet", "hostile")
    judges = {name: suite(kind, [task], truth) for name, (kind, task) in problems.items()}
    sandbox = Sandbox(memory_mb=memory_mb, seconds=2, preload=("numpy",))

    def judge(name: str, source: str) -> bool:
        verdict = judges[name].judge([(problems[name][1], source)], sandbox)[0]
        return all(status == "pass" for status in verdict.values())

    return judge


def evalplus(problems: dict, folder: str, memory_mb: int):
    """evalplus 0.3.1's checker, with its defaults but for the memory, which is named here."""
    os.environ["EVALPLUS_MAX_MEMORY_BYTES"] = str(memory_mb << 20)
    from evalplus.eval import PASS, untrusted_check
    from evalplus.gen.util import trusted_exec

    answers = {}
    for name, (_, task) in problems.items():
        if "base_input" in task:
            inputs = task["base_input"] + task["plus_input"]
            code = task["prompt"] + task["canonical_solution"]
            answers[name] = inputs, *trusted_exec(code, inputs, task["entry_point"], True)

    def judge(name: str, source: str) -> bool:
        inputs, expected, seconds = answers[name]
        entry_point = problems[name][1]["entry_point"]
        status, _ = untrusted_check(
            "humaneval", source, inputs, entry_point, expected, 0, seconds, fast_check=True
        )
        return status == PASS

    return judge


def main(checker: str, requests: int, replies: int, setup: dict) -> None:
    secret = os.environ["HOSTILE_SECRET"]
    kept = os.open(setup["tmp"], os.O_RDONLY)
    os.set_inheritable(kept, True)
    listeners = Listeners(setup["mark"], setup["socket"])
    judge = {"ours": ours, "evalplus": evalplus}[checker](
        catalogue.problems(secret), setup["scratch"], setup["memory_mb"]
    )
    world = setup | {"port": listeners.port, "scorer": os.getpid()}
    head = f"WORLD = {world!r}\n{catalogue.UNGUARD}"
    reply = {"ready": True}
    with os.fdopen(requests) as lines, os.fdopen(replies, "wb", buffering=0) as out:
        while True:
            out.write((json.dumps(reply | {"nonce": setup["nonce"]}) + "\n").encode())
            if not (line := lines.readline()):
                return
            request = json.loads(line)
            plain = request["problem"].startswith("cruxeval")
            reply = {
                "passed": judge(request["problem"], ("" if plain else head) + request["source"]),
                "next": judge("scale", catalogue.HONEST),
                "clean": judge("probe", head + catalogue.PROBE),
                "contacts": listeners.contacts(),
            }


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), json.loads(sys.argv[4]))
