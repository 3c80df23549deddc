"""`warriorcoder pin`, which writes the current commits of hub models into a config file."""

import argparse
from collections.abc import Iterator, Mapping
from functools import reduce

import yaml

from warriorcoder.cli import terminal
from warriorcoder.cli.errors import InputError
from warriorcoder.cli.options import add_config
from warriorcoder.core import inputs


def register(commands) -> None:
    """Add the parser of `pin`."""
    parser = commands.add_parser(
        "pin",
        help="pin the hub models of a config to their current commits",
        description="Ask the hub for the commit of every model without a revision, and write the "
        "revisions into the file. Comments and layout stay.",
    )
    add_config(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Ask the hub for all commits, then write each into the file that names its model.

    Raises:
        FileError: a file cannot be read.
        InputError: the files are invalid, or the hub did not answer. No file is changed.
    """
    from warriorcoder.core.atomic import atomic

    encodings = {path: inputs.encoding(inputs.content(path)) for path in arguments.config}
    texts = {path: inputs.decode(path, inputs.content(path)) for path in arguments.config}
    models = unpinned(texts)
    if not models:
        terminal.say(f"{', '.join(texts)}: every model of the hub has its revision")
        return
    commits = {model: _commit(model) for model in dict.fromkeys(models.values())}
    homes = {key: _home(key, texts) for key in models}
    written = {
        path: pinned(texts[path], {k: commits[m] for k, m in models.items() if homes[k] == path})
        for path in set(homes.values())
    }
    for path, text in written.items():
        with atomic(path) as temporary:
            mark, codec = encodings[path]
            temporary.write_bytes(mark + text.encode(codec))
    for key, model in models.items():
        terminal.say(f"{key}: {model} @ {commits[model]}")


def unpinned(texts: Mapping[str, str]) -> dict[str, str]:
    """Return the hub models without a revision in merged files: config key → id.

    Args:
        texts: Path → YAML text. Later files win.

    Raises:
        InputError: the files are no valid configuration.
    """
    from warriorcoder.config.reading import ConfigError, parse, validate
    from warriorcoder.config.slices import merge
    from warriorcoder.download.hub import on_hub

    try:
        raw = reduce(merge, (parse(text, path) for path, text in texts.items()))
    except ConfigError as error:
        raise InputError(str(error)) from None
    try:
        config = validate(raw)
    except ConfigError as error:
        raise InputError(f"{' + '.join(texts)}: {error}") from None
    named = {
        f"experts.{number}.model": (expert.model, expert.revision)
        for number, expert in enumerate(config.experts)
        if not expert.chats
    }
    named |= {
        f"models.{name}.model": (spec.model, spec.revision)
        for name, spec in config.models.items()
        if not spec.chats
    }
    named["compression.embedder"] = (config.compression.embedder, config.compression.revision)
    named["training.base"] = (config.training.base, config.training.revision)
    return {key: id for key, (id, revision) in named.items() if not revision and on_hub(id)}


def _home(key: str, texts: Mapping[str, str]) -> str:
    """Return the last file that names the model of a config key."""
    section, _, rest = key.partition(".")
    entry = rest.rpartition(".")[0]

    def names(text: str) -> bool:
        found = yaml.safe_load(text).get(section, {})
        return bool(found) and (section != "models" or entry in found)

    return [path for path, text in texts.items() if names(text)][-1]


def pinned(text: str, commits: dict[str, str]) -> str:
    """Return `text` with a `revision` beside the key of each model. All other bytes stay.

    Args:
        text: The YAML text of a configuration.
        commits: Config key of a model (`experts.0.model`) → its commit.

    Raises:
        InputError: YAML anchors or merges hide a model. The message names it and its commit.
    """
    for key, commit in commits.items():
        path, name = _place(key)
        raw, edited = yaml.safe_load(text), text
        section = raw
        for step in path:
            section = section[int(step) if isinstance(section, list) else step]
        section["revision"] = commit
        root = yaml.compose(text, yaml.SafeLoader)
        pairs = _pairs(root, path) if root else {}
        if name in pairs:
            edited = _insert(text, *pairs[name], pairs.get("revision"), commit)
        if yaml.safe_load(edited) != raw:
            raise InputError(f"{key} shares its lines with others. Add revision: {commit} by hand.")
        text = edited
    return text


def _place(key: str) -> tuple[list[str], str]:
    """Return the steps to a section, and the key in it: `models.qwen2.5.model` has two steps."""
    section, _, rest = key.partition(".")
    entry, _, name = rest.rpartition(".")
    return [section, entry] if entry else [section], name


def _pairs(node: yaml.Node, path: list[str]) -> dict[str, tuple[yaml.Node, yaml.Node, bool]]:
    """Return key → (key node, value node, True inside braces) of the mapping at `path`."""
    for step in path:
        listed = isinstance(node, yaml.SequenceNode)
        node = node.value[int(step)] if listed else dict(_items(node))[step]
    in_braces = isinstance(node, yaml.CollectionNode) and bool(node.flow_style)
    return {key.value: (key, value, in_braces) for key, value in node.value}


def _items(node: yaml.Node) -> Iterator[tuple[str, yaml.Node]]:
    return ((key.value, value) for key, value in node.value)


def _insert(text: str, key, value, in_braces: bool, there: tuple | None, commit: str) -> str:
    """Return `text` with a revision after `value`, or in place of an empty revision."""
    commit = yaml.safe_dump(commit).split("\n")[0]  # quoted if YAML would read a number
    if there:
        begin, end = there[1].start_mark.index, there[1].end_mark.index
        return f"{text[:begin]}{commit if begin < end else ' ' + commit}{text[end:]}"
    at = value.end_mark.index
    if in_braces:
        return f"{text[:at]}, revision: {commit}{text[at:]}"
    line = text.find("\n", at)
    newline = "\r\n" if text[line - 1] == "\r" else "\n"
    added = f"{' ' * key.start_mark.column}revision: {commit}"
    if line < 0:
        return f"{text}\n{added}\n"
    return f"{text[: line + 1]}{added}{newline}{text[line + 1 :]}"


def _commit(model: str) -> str:
    """Return the commit of a model's main branch.

    Raises:
        InputError: the hub does not know the model, or cannot be reached.
    """
    import httpx2
    from huggingface_hub import HfApi, constants
    from huggingface_hub.errors import HfHubHTTPError

    try:
        return str(HfApi().model_info(model).sha)
    except HfHubHTTPError as error:
        raise InputError(f"{model}: {error}. Fix the config, or log in (hf auth login).") from None
    except (OSError, httpx2.HTTPError) as error:
        why = "HF_HUB_OFFLINE is set" if constants.is_offline_mode() else error
        raise InputError(
            f"{model}: the hub cannot be reached ({why}). The file is unchanged. Run this on a "
            "machine with network (HF_HUB_OFFLINE=0)."
        ) from None
