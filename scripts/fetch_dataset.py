"""Fetch a file and keep it only if its sha256 is the expected one."""

import hashlib
import shutil
import urllib.request

from warriorcoder import job, tables

log = job.start(snakemake.log[0])
source = snakemake.params.source
with tables.atomic(snakemake.output[0]) as temporary:
    log.info("fetching %s", source["url"])
    with urllib.request.urlopen(source["url"]) as response, temporary.open("wb") as file:
        shutil.copyfileobj(response, file)
    sha256 = hashlib.sha256(temporary.read_bytes()).hexdigest()
    if sha256 != source["sha256"]:
        raise SystemExit(
            f"{source['url']}: sha256 is {sha256}, the config expects {source['sha256']}: "
            "the source has changed, or the download broke; try again, then mend the config"
        )
