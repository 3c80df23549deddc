# The library, for the rules and for their jobs, wherever the workflow is started from.

import os
import re
import sys
from pathlib import Path

from snakemake.exceptions import WorkflowError

# In a module `workflow.basedir` is the importing workflow's.
SCRIPTS = Path(workflow.current_basedir.get_path_or_uri(secret_free=True)).parent / "scripts"
if not SCRIPTS.is_dir():
    raise WorkflowError(f"{SCRIPTS} is no folder. Clone the repository and use its Snakefile.")
if re.search(r"\s", sys.executable):
    raise WorkflowError(
        f"Snakemake starts no job with {sys.executable!r}, because the path has a blank. "
        "Make the environment elsewhere: make run VENV=$HOME/.venvs/warriorcoder"
    )
sys.path.insert(0, str(SCRIPTS))
# Jobs import the library from here too, even if another version is installed, because the digests
# in their params are of this one.
os.environ.update(
    PYTHONPATH=os.pathsep.join(filter(None, [str(SCRIPTS), os.environ.get("PYTHONPATH")]))
)

from warriorcoder.core.paths import find
