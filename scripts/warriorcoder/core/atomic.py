"""Atomic writes: a file is complete or absent.

Every result is written here. A link stays a link, and an existing file keeps its mode and owner.
Devices, pipes and standard output (`-`) receive the bytes of the complete file.
"""

import errno
import os
import shutil
import stat
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

STANDARD = "-"  # standard output; a file of this name is `./-`
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class WriteError(OSError):
    """A file cannot be written. The message names it, the reason and the fix."""


class ClosedPipe(BrokenPipeError):
    """The reader of standard output is gone, for example `head`."""


class atomic:
    """Context manager that yields a temporary path and publishes its content on success.

    Raises:
        WriteError: the disk is full, or the links of `path` form a circle.
        ClosedPipe: `path` is `-`, and nobody reads standard output.
    """

    def __init__(self, path: str | Path):
        """Find what `path` is, and choose the temporary path: beside it if it is a file."""
        self.path = path
        self.found = None if path == STANDARD else status(path)
        self.plain = path != STANDARD and (
            self.found is None or stat.S_IFMT(self.found.st_mode) in (stat.S_IFREG, stat.S_IFDIR)
        )
        self.target = Path(os.path.realpath(path))
        folder = self.target.parent if self.plain else Path(tempfile.gettempdir())
        self.temporary = folder / f".{self.target.name[:60]}.{os.getpid()}.tmp"

    def __enter__(self) -> Path:
        """Create the folder and return the temporary path."""
        self.temporary.parent.mkdir(parents=True, exist_ok=True)
        return self.temporary

    def __exit__(self, kind, error, _):
        """Publish the temporary file, or delete it after an error."""
        try:
            if kind is None:
                self._publish()
        except OSError as failed:
            error = failed
            if not _is_full(failed):
                raise
        finally:
            self.temporary.unlink(missing_ok=True)
        if _is_full(error):
            name = "standard output" if self.path == STANDARD else self.path
            raise WriteError(
                f"{name}: cannot be written ({os.strerror(error.errno)}). Free some space, or "
                "write to another disk."
            ) from None

    def _publish(self) -> None:
        if self.path == STANDARD:
            _print(self.temporary)
        elif not self.plain:
            with self.temporary.open("rb") as made, open(self.path, "wb") as file:
                shutil.copyfileobj(made, file)
        else:
            if self.found and stat.S_ISREG(self.found.st_mode):
                with suppress(PermissionError):
                    os.chown(self.temporary, self.found.st_uid, self.found.st_gid)
                os.chmod(self.temporary, stat.S_IMODE(self.found.st_mode))
            os.replace(self.temporary, self.target)


def status(path: str | Path) -> os.stat_result | None:
    """Return the status of what a path leads to, None if it does not exist."""
    try:
        return os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise WriteError(f"{path}: cannot be written ({error.strerror}). Fix the path.") from None


def _print(made: Path) -> None:
    """Copy a file to standard output."""
    if sys.stdout is None:
        raise WriteError("standard output is closed. Give a file.")
    try:
        sys.stdout.flush()
        with made.open("rb") as file:
            shutil.copyfileobj(file, sys.stdout.buffer)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise ClosedPipe from None


def _is_full(error: BaseException | None) -> bool:
    return isinstance(error, OSError) and error.errno in FULL
