"""One process of `replicas`: `python -m warriorcoder.models.engines.replica FD`.

It takes settings and then pieces of work from a connection, and sends back: the length of its
context, groups of completions with an empty one at the end of each piece, or a text when it fails.
"""

import sys
import traceback
from multiprocessing.connection import Connection


def serve(parent: Connection) -> None:
    try:
        settings = parent.recv()
        from warriorcoder.models.engines.vllm import VLLMEngine

        engine = VLLMEngine(**settings)
        parent.send(engine.context)
        while work := _next(parent):
            for group in engine.generate(*work):
                parent.send(group)
            parent.send([])
    except ConnectionError:
        return  # the job is no more
    except Exception as error:
        traceback.print_exc()
        parent.send(f"{type(error).__name__}: {error}")


def _next(parent: Connection):
    try:
        return parent.recv()
    except EOFError:
        return None  # the job has ended


if __name__ == "__main__":
    serve(Connection(int(sys.argv[1])))
