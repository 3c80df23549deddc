"""One process of `replicas`: `python -m warriorcoder.models.engines.replica FD`.

The process reads settings and then pieces of work from a connection. It sends the length of its
context, then groups of completions. An empty group ends a piece. A text reports a failure.
"""

import sys
import traceback
from multiprocessing.connection import Connection


def serve(parent: Connection) -> None:
    """Run the engine on the work that comes from `parent` until the connection closes."""
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
        return  # the job ended
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
