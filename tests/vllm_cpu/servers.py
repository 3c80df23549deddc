"""Other projects' servers of OpenAI's protocol, as processes on this machine."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ENVIRONMENT = {
    "VLLM_ENABLE_V1_MULTIPROCESSING": "0",
    "VLLM_CPU_KVCACHE_SPACE": "1",
    "VLLM_NO_USAGE_STATS": "1",
    "HF_HUB_OFFLINE": "1",
    "OMP_NUM_THREADS": "1",
}
# Seeded requests crash vLLM on a CPU with chunked prefill; a checkpoint's own defaults for sampling
# (generation_config.json) are no part of the method.
OPTIONS = "--dtype float32 --enforce-eager --no-enable-chunked-prefill --generation-config vllm"


class Server:
    """A server's process, always at the same port."""

    def __init__(self, log: Path, *command: str):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.log, self.url = log, f"http://127.0.0.1:{self.port}/v1"
        self.command = [*command, "--host", "127.0.0.1", "--port", str(self.port)]
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", *self.command],
            env=os.environ | ENVIRONMENT,
            stdout=self.log.open("a"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def wait(self) -> None:
        for _ in range(600):
            assert self.process.poll() is None, self.log.read_text()[-5000:]
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health", timeout=5)
                return
            except OSError:
                time.sleep(0.5)
        raise AssertionError(f"the server did not come up: {self.log.read_text()[-5000:]}")

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def vllm(log: Path, model: Path) -> Server:
    """vLLM's own server of one model, under the name `served`."""
    module, batched = "vllm.entrypoints.openai.api_server", ("--max-num-batched-tokens", "8192")
    named = ("--model", str(model), "--served-model-name", "served")
    return Server(log, module, *OPTIONS.split(), *batched, *named)


def transformers(log: Path) -> Server:
    """`transformers serve`, which loads the model whose folder a request names."""
    options = "serve --device cpu --dtype float32"
    return Server(log, "transformers.cli.transformers", *options.split())
