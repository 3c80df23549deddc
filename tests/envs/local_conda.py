"""Stands in for `conda` where no channel can be reached: rattler's solver and installer, and pip.

It answers what Snakemake asks, and makes environments as `conda env create` does: packages of the
channel are solved and linked, then the `pip:` section goes to pip as a requirements file. The
channel is a folder, `$CONDA_CHANNEL_ALIAS/conda-forge`. Needs py-rattler and pyyaml.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import rattler
import yaml


def create(file: Path, prefix: Path) -> None:
    wanted = yaml.safe_load(file.read_text())
    packages = [each for each in wanted["dependencies"] if isinstance(each, str)]
    (pip,) = [each["pip"] for each in wanted["dependencies"] if isinstance(each, dict)]
    alias = os.environ["CONDA_CHANNEL_ALIAS"]
    channels = [f"{alias}/{name}" for name in wanted["channels"] if name != "nodefaults"]
    asyncio.run(install(channels, packages, prefix))
    requirements = file.with_name(f"condaenv.{prefix.name}.requirements.txt")
    requirements.write_text("\n".join(pip))
    command = [prefix / "bin/python", "-m", "pip", "install", "-U", "-r", requirements]
    subprocess.run(command, check=True)


async def install(channels: list[str], packages: list[str], prefix: Path) -> None:
    records = await rattler.solve(
        sources=[rattler.Channel(channel) for channel in channels],
        specs=packages,
        platforms=["linux-64", "noarch"],
        virtual_packages=rattler.VirtualPackage.detect(),
    )
    await rattler.install(
        records, target_prefix=prefix, cache_dir=prefix.parent / "packages", show_progress=False
    )


def main() -> None:
    match sys.argv[1:]:
        case ["--version"]:
            print("conda 24.7.1")
        case ["info", "--json"]:
            home = Path(__file__).resolve().parents[1]
            print(json.dumps({"conda_prefix": str(home), "platform": "linux-64"}))
        case ["config", "--get", "channel_priority", "--json"]:
            print(json.dumps({"get": {"channel_priority": "strict"}}))
        case ["env", "create", *options]:
            parser = argparse.ArgumentParser()
            parser.add_argument("--quiet", action="store_true")
            parser.add_argument("--no-default-packages", action="store_true")
            parser.add_argument("--file", type=Path, required=True)
            parser.add_argument("--prefix", type=Path, required=True)
            asked = parser.parse_args(options)
            create(asked.file, asked.prefix)
        case ["clean", "-y", "--tarballs"]:
            pass  # rattler's cache lies beside the environments
        case other:
            sys.exit(f"unknown: conda {' '.join(other)}")


if __name__ == "__main__":
    main()
