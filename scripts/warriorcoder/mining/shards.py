"""Files of mined rows: a shard per (expert, sampling config), cut into parts."""

ENTERED = "file"  # instead of a sampling config: rows that a file of instructions brings in


def sampling_name(temperature: float, top_p: float) -> str:
    """Return the name of a sampling config in paths and ids, for example `t1.0-p0.995`."""
    return f"t{float(temperature)}-p{float(top_p)}"


def part_names(parts: int) -> list[str]:
    """Return the names of the parts of a shard, for example `1-of-4`."""
    return [f"{part}-of-{parts}" for part in range(1, parts + 1)]


def part_rows(part: str, per_config: int, multiple: int) -> range:
    """Return the global rows of a part. Cuts are multiples of the batch size, for equal batches."""
    number, parts = map(int, part.split("-of-"))
    batches = -(-per_config // multiple)
    cuts = [min(per_config, batches * n // parts * multiple) for n in (number - 1, number)]
    return range(*cuts)
