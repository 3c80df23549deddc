"""An expert behind a server, as tests ask it for rows."""

import sqlite3
from pathlib import Path

from served import WEIGHTS

from warriorcoder.config.experts import Expert
from warriorcoder.core.seeds import seed
from warriorcoder.models import system_prompt
from warriorcoder.models.engines import Request, Sampling
from warriorcoder.models.model import Model

ROWS, TOKENS = 24, 10
KEY = "sk-test-9f8e7d6c5b4a"


def model(cache: Path, url: str, roles=("mine", "answer", "judge"), name="athene", **api) -> Model:
    chats = api.get("protocol") == "chat"
    folder = "not-a-folder-but-a-name" if chats else str(WEIGHTS / name)
    how = {"base_url": url, "model": "served", "timeout": 20, "concurrency": 8} | api
    return Model(Expert(name=Path(name).name, model=folder, roles=roles, api=how), None, cache)


def mining(one: Model, rows: int = ROWS, tokens: int = TOKENS):
    prefix, stops = one.chat.prefix(system_prompt.SYSTEM), one.chat.user_stops(system_prompt.SYSTEM)
    requests = [Request(f"r{row}", prefix, seed("served", row)) for row in range(rows)]
    return requests, Sampling(1.0, 0.99, tokens, stops.ids, stops.texts)


def rows_in(cache: Path) -> int:
    return sqlite3.connect(cache).execute("SELECT count(*) FROM rows").fetchone()[0]
