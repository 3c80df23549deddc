"""Snakemake with polls of SLURM in each second: python hasty.py ARGUMENTS

The executor waits ten seconds more after each poll that finds nothing ended. No option changes it.
"""

import asyncio

from snakemake import cli
from snakemake_executor_plugin_slurm import Executor


async def sleep(self) -> None:
    await asyncio.sleep(1)


if __name__ == "__main__":
    Executor.sleep = sleep
    cli.main()
