"""Run of one program in a process, which reports typed values, one JSON record per line.

Records: {"v": value} or {"e": error} per input, {"f": error} if the program does not load, {"d": 1}
at the end. The program shares this process and can forge every record. So the reader takes only
values from them, and compares the values itself.
"""

import json
import os
import resource
import sys
import time
import types

from .values import decode, encode


def run(request: bytes, seconds: float, pipe: int, clock, limits: dict) -> None:
    """Execute the request {source, entry_point, inputs} and write records to `pipe`.

    While a call is under way, `clock` holds its beginning (monotonic nanoseconds), its number and
    the processor time before it (nanoseconds).
    """
    write, dumps, stop, getpid, own = os.write, json.dumps, os._exit, os.getpid, os.getpid()

    def report(record: dict) -> None:
        if getpid() != own:  # a fork of the program that ran on into this code
            stop(0)
        line = memoryview((dumps(record) + "\n").encode())
        while line:
            line = line[write(pipe, line) :]

    try:
        program = json.loads(request)
        os.chdir(limits["folders"][0])
        _limit(seconds, limits)
        for name in "random", "numpy.random":  # a fork draws new entropy; programs draw none
            if name in sys.modules:
                sys.modules[name].seed(0)
        module = types.ModuleType("solution")
        sys.modules["solution"] = module  # dataclasses look their module up
        exec(compile(program["source"], "<solution>", "exec"), module.__dict__)
        if program["entry_point"] is not None:
            function = module.__dict__[program["entry_point"]]
            for number, item in enumerate(program["inputs"]):
                report(_call(function, item, clock, number))
        report({"d": 1})
    except BaseException as error:
        report({"f": _describe(error)})
    stop(0)


def _call(
    function, encoded, clock, number: int, now=time.monotonic_ns, used=time.process_time_ns
) -> dict:
    """Call a function on fresh arguments, which no earlier call has mutated."""
    arguments = decode(encoded)
    clock[1], clock[2] = number, used()
    clock[0] = now()
    try:
        value = function(*arguments)
        clock[0] = 0
        return {"v": encode(value)}
    except BaseException as error:
        return {"e": _describe(error)}
    finally:
        clock[0] = 0


def _describe(error: BaseException) -> str:
    try:
        return f"{type(error).__name__}: {error}"[:300]
    except BaseException:
        return type(error).__name__[:300]


def _limit(seconds: float, limits: dict) -> None:
    megabyte = 1 << 20
    for what, amount in {
        resource.RLIMIT_AS: limits["memory_mb"] * megabyte,
        resource.RLIMIT_CPU: int(seconds) + 10,
        resource.RLIMIT_FSIZE: limits["disk_mb"] * megabyte,
        resource.RLIMIT_NPROC: limits["processes"],
        resource.RLIMIT_NOFILE: 256,
        resource.RLIMIT_CORE: 0,
    }.items():
        _, most = resource.getrlimit(what)
        amount = amount if most == resource.RLIM_INFINITY else min(amount, most)
        resource.setrlimit(what, (amount, amount))
