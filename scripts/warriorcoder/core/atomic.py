"""Atomic writes: a file is complete or absent."""

import os
from pathlib import Path


class atomic:
    """Context manager that yields a temporary path and renames it to `path` on success."""

    def __init__(self, path: str | Path):
        """Choose the temporary path beside `path`."""
        self.path = Path(path)
        self.temporary = self.path.with_name(f".{self.path.name}.{os.getpid()}.tmp")

    def __enter__(self) -> Path:
        """Create the folder and return the temporary path."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        return self.temporary

    def __exit__(self, kind, *_):
        """Rename the temporary file, or delete it after an error."""
        if kind is None:
            os.replace(self.temporary, self.path)
        else:
            self.temporary.unlink(missing_ok=True)
