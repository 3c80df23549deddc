"""A model for all stages: chat template, row cache, and an engine loaded at the first miss."""

import json
import logging
import time
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from pathlib import Path

from transformers import AutoConfig

from warriorcoder.config.experts import Engine as EngineConfig
from warriorcoder.config.experts import Expert
from warriorcoder.core import devices, inputs
from warriorcoder.core.atomic import atomic
from warriorcoder.core.progress import Progress
from warriorcoder.core.seeds import digest
from warriorcoder.download import snapshots
from warriorcoder.models import fit, reasoning, shapes
from warriorcoder.models.engines import Completion, Engine, EngineError, Request, Sampling
from warriorcoder.models.engines.failures import explained
from warriorcoder.models.reader import Reader
from warriorcoder.models.reasoning import Reply
from warriorcoder.models.rowcache import CACHE, RowCache
from warriorcoder.provenance.digests import fingerprint

log = logging.getLogger("warriorcoder")
WRAPPING = 32  # tokens of a JSON object around a choice


@dataclass
class Rows:
    """The work and the cost of a job's model.

    `gpu_seconds` counts every GPU that the job held. `repaired` counts the completions that were no
    whole text.
    """

    loads: int = 0
    generated: int = 0
    reused: int = 0
    repaired: int = 0
    prompt_tokens: int = 0
    new_tokens: int = 0
    load_seconds: float = 0.0
    generate_seconds: float = 0.0
    gpu_seconds: float = 0.0


@dataclass
class Model(Reader):
    """An expert or the target, ready to generate.

    Args:
        spec: the model and the ways to reach it.
        engine: the settings of a local engine; None for the server of `spec.api`.
        cache: the file of the row cache.
        rows: the count of the work.
    """

    engine: EngineConfig | None
    cache: Path
    rows: Rows = field(default_factory=Rows)

    @classmethod
    def of(cls, record: dict, stage: str, gpus: int, running: dict) -> "Model":
        """Return the model of a record's `expert` and `engine`, with the row cache of its stage.

        Args:
            record: the rule's record.
            stage: the folder of the row cache.
            gpus: the number of GPUs of the job.
            running: runtime settings that do not affect rows. `engine` holds further keys of the
                engine. `api` holds the section of an expert behind a server, whose record has no
                `engine`.
        """
        served = {"api": running["api"]} if "api" in running else {}
        spec = Expert(**record["expert"] | served, gpus=gpus)
        engine = None if served else EngineConfig(**record["engine"] | running["engine"])
        return cls(spec, engine, CACHE / stage / f"{spec.name}.sqlite")

    @cached_property
    def folder(self) -> str:
        """The folder of the weights, which is a local one or a snapshot of the hub's."""
        return snapshots.folder(self.spec.model, self.spec.revision)

    @cached_property
    def context(self) -> int | None:
        """The largest sum of prompt and new tokens, None if it is unknown."""
        if self.engine and self.engine.max_model_len:
            return self.engine.max_model_len
        if self.spec.chats:
            return None
        try:
            config = AutoConfig.from_pretrained(self.description)
        except (OSError, ValueError):  # only a tokenizer is here, a server has the model
            return None
        return getattr(config.get_text_config(), "max_position_embeddings", None)

    def generate(self, requests: list[Request], sampling: Sampling) -> list[Completion]:
        """Return one completion per request, in order. Only cache misses are generated."""
        done: dict[str, Completion] = {}
        progress = Progress(len(requests))
        for batch in self._batches(requests):
            keys = self._keys(batch, sampling)
            known = self._cache.get(keys, [request.id for request in batch])
            missing = [i for i, completion in enumerate(known) if completion is None]
            if missing and self._whole_batches:
                missing = list(range(len(batch)))
            self.rows.reused += len(batch) - len(missing)
            progress.reuse(len(batch) - len(missing))
            done.update((hit.id, hit) for hit in known if hit)
            if missing:
                asked, under = [batch[i] for i in missing], [keys[i] for i in missing]
                done.update((made.id, made) for made in self._run(asked, sampling, under, progress))
        return [self._whole(done[request.id]) for request in requests]

    def reply(
        self,
        requests: list[Request],
        temperature: float,
        top_p: float,
        max_tokens: int,
        texts: tuple[str, ...] = (),
    ) -> list[Reply]:
        """Return replies up to the end of the turn, split into final answer and raw text.

        A reply may also stop at one of `texts`, unless the model thinks first: a thought may hold
        them.
        """
        stops, family = self.chat.reply_stops(), self.spec.reasoning
        ends = stops.texts if family != "none" else (*stops.texts, *texts)
        completions = self.generate(
            requests, Sampling(temperature, top_p, max_tokens, stops.ids, ends)
        )
        opened = family != "none" and reasoning.opened(family, self.chat.opening())
        return [reasoning.heard(completion, family, opened) for completion in completions]

    def choose(
        self, requests: list[Request], choices: tuple[str, ...], max_tokens: int
    ) -> list[Reply]:
        """Return replies that are one of `choices` each, the likeliest.

        A server may write thoughts before it, and an object around it, within `max_tokens`.
        """
        tokens = max(len(choice.encode()) for choice in choices) + 1
        if self.spec.api:
            tokens = max(max_tokens, tokens + WRAPPING)
        how = Sampling(0.0, 1.0, tokens, self.chat.reply_stops().ids, choices=choices)
        completions = self.generate(requests, how)
        return [reasoning.heard(each, self.spec.reasoning, opened=False) for each in completions]

    def report(self, path: str | Path) -> None:
        """Write the counts of loads, rows, tokens and seconds as JSON."""
        seconds = self.rows.load_seconds + self.rows.generate_seconds
        self.rows.gpu_seconds = (self.spec.gpus or 0) * seconds
        made = {"model": self.spec.name} | asdict(self.rows)
        with atomic(path) as temporary:
            temporary.write_text(json.dumps(made) + "\n")
        log.info("%s: %s", self.spec.name, asdict(self.rows))

    def _run(self, batch, sampling, keys, progress: Progress) -> list[Completion]:
        engine, begun = self._loaded, time.time()
        made: dict[str, Completion] = {}
        asked = {request.id: (request, key) for request, key in zip(batch, keys, strict=True)}
        for group in engine.generate(batch, sampling):
            self._cache.put([asked[completion.id][1] for completion in group], group)
            made.update((completion.id, completion) for completion in group)
            self.rows.generated += len(group)
            progress.add(len(group))
            self.rows.prompt_tokens += sum(
                len(asked[c.id][0].prompt) if c.prompt_tokens is None else c.prompt_tokens
                for c in group
            )
            self.rows.new_tokens += sum(completion.n_tokens for completion in group)
        self.rows.generate_seconds += time.time() - begun
        return [made[request.id] for request in batch]

    def _whole(self, completion: Completion) -> Completion:
        """Return a completion as whole text: some servers send half of a surrogate pair."""
        text = inputs.whole(completion.text)
        if text.count("\ufffd") > completion.text.count("\ufffd"):
            self.rows.repaired += 1
            log.warning("%s: half of a character was replaced by U+FFFD", completion.id)
        return replace(completion, text=text)

    def _batches(self, requests: list[Request]) -> list[list[Request]]:
        """Return canonical batches, by length and then in the given order.

        An engine whose rows do not depend on their neighbours gets all requests in one batch.
        """
        if self._whole_batches:
            requests, size = sorted(requests, key=lambda r: len(r.prompt)), self._local.batch_size
        else:
            size = max(len(requests), 1)
        return [requests[i : i + size] for i in range(0, len(requests), size)]

    def _keys(self, batch: list[Request], sampling: Sampling) -> list[str]:
        """Return one hash per request over everything that decides its completion."""
        api = self.spec.api
        if api:
            how = ["openai", api.model or self.spec.model, api.protocol, api.body]
            how += ["text"] if api.prompt == "text" else []
        else:
            how = [self._local.kind, self._local.dtype, *filter(None, [self._local.extra])]
        decides = [self._identity, *how, sampling.decides]
        rows = [[request.prompt, request.seed] for request in batch]
        if self._whole_batches:
            whole = digest(*decides, rows)
            return [digest(whole, position) for position in range(len(batch))]
        return [digest(*decides, row) for row in rows]

    @property
    def _local(self) -> EngineConfig:
        """The settings of a local engine."""
        if self.engine is None:
            raise EngineError(f"{self.spec.name}: it has no api, so it needs an engine")
        return self.engine

    @property
    def _whole_batches(self) -> bool:
        """True if rows depend on their neighbours, so that batches are generated whole."""
        return not self.spec.api and self._local.kind == "transformers"

    @cached_property
    def _identity(self) -> str:
        return self.spec.revision or str(fingerprint(self.spec.model))

    @cached_property
    def _cache(self) -> RowCache:
        return RowCache(self.cache)

    @cached_property
    def _loaded(self) -> Engine:
        log.info("loading %s from %s", self.spec.name, self.spec.model)
        self.rows.loads += 1
        spec = self.spec
        folder = "" if spec.api else self.folder
        begun = time.time()
        with explained(spec.name, spec.model):
            engine = self._load(spec, folder)
        self.rows.load_seconds += time.time() - begun
        return engine

    def _load(self, spec: Expert, folder: str) -> Engine:
        if spec.api:
            from warriorcoder.models.engines.openai import OpenAIEngine

            return OpenAIEngine(spec, None if spec.chats else self.tokenizer)
        engine = self._local
        if engine.kind == "vllm":
            if devices.visible() and not spec.gpus:
                raise EngineError(
                    f"{spec.name}: the job asks for no GPU, and vLLM would take them all. Give the "
                    "number under its `gpus`, or for all models under cluster.gpus"
                )
            from warriorcoder.models.engines.replicas import Replicas

            return Replicas(
                spec.name,
                spec.gpus or 0,
                engine.tensor_parallel or self._width(folder),
                model=folder,
                dtype=engine.dtype,
                max_model_len=engine.max_model_len,
                gpu_memory_utilization=engine.gpu_memory_utilization,
                max_num_seqs=engine.max_num_seqs,
                max_num_batched_tokens=engine.max_num_batched_tokens,
                extra=engine.extra,
            )
        from warriorcoder.models.engines.transformers import TransformersEngine

        return TransformersEngine(folder, self.tokenizer, engine.dtype, engine.batch_size)

    def _width(self, folder: str) -> int | None:
        """Return the GPUs that share a copy; None, all of them, if memory or shape is unknown."""
        found, shape = devices.gpus(), shapes.read(folder)
        if not (self.spec.gpus and found and shape):
            return None
        least = min(gpu.total for gpu in found)
        fitted = fit.fit(shape, self._local, self.spec.gpus, least)
        log.info(
            "%s: %d copies, each on %d GPUs: %.1f GB of weights, room for %.1f whole contexts",
            *(self.spec.name, fitted.copies, fitted.width, fitted.weights / 1e9, fitted.contexts),
        )
        return fitted.width
