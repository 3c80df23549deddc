"""A conda channel in a folder, of the Python that runs this and of pip from the registry."""

import hashlib
import io
import json
import os
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from pathlib import Path

LEFT_OUT = ("site-packages", "__pycache__", "test", "idlelib", "tkinter", "ensurepip")


def pack(folder: Path, index: dict, files: dict[str, Path | bytes]) -> None:
    """One package as `.tar.bz2`, `files` by their paths in the environment."""
    index = {"build": "0", "build_number": 0, "depends": [], "subdir": "linux-64"} | index
    folder = folder / index["subdir"]
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{index['name']}-{index['version']}-{index['build']}.tar.bz2"
    with tarfile.open(folder / name, "w:bz2", compresslevel=1) as archive:
        paths = []
        for path, source in files.items():
            if isinstance(source, Path) and source.is_symlink():
                archive.add(source, path, recursive=False)
                paths.append({"_path": path, "path_type": "softlink"})
                continue
            data = source if isinstance(source, bytes) else source.read_bytes()
            executable = isinstance(source, Path) and os.access(source, os.X_OK)
            _add(archive, path, data, 0o755 if executable else 0o644)
            digest = hashlib.sha256(data).hexdigest()
            paths.append(
                {
                    "_path": path,
                    "path_type": "hardlink",
                    "sha256": digest,
                    "size_in_bytes": len(data),
                }
            )
        _add(archive, "info/index.json", json.dumps(index).encode())
        listed = {"paths_version": 1, "paths": paths}
        _add(archive, "info/paths.json", json.dumps(listed).encode())
        if index.get("noarch") == "python":
            link = {"noarch": {"type": "python", "entry_points": []}, "package_metadata_version": 1}
            _add(archive, "info/link.json", json.dumps(link).encode())
    _list(folder, name, index)


def python(folder: Path, version: str) -> None:
    """This interpreter without its packages."""
    home = Path(sys.base_prefix)
    library = Path(sysconfig.get_path("stdlib"))
    sources = [home / "bin" / f"python{sys.version_info[0]}.{sys.version_info[1]}"]
    sources += home.glob("lib/libpython3*.so*")
    sources += [
        path
        for path in library.rglob("*")
        if (path.is_file() or path.is_symlink())
        and not set(LEFT_OUT) & set(path.relative_to(library).parts)
        and path.suffix not in (".a", ".o")
    ]
    files = {str(path.relative_to(home)): path for path in sources}
    binary = files[f"bin/python{sys.version_info[0]}.{sys.version_info[1]}"]
    pack(folder, {"name": "python", "version": version}, files | {"bin/python": binary})


def pip(folder: Path, version: str) -> None:
    """A wheel of the registry, as conda-forge packs it."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder]
    subprocess.run([*command, f"pip=={version}"], check=True)
    (wheel,) = folder.glob("pip-*.whl")
    with zipfile.ZipFile(io.BytesIO(wheel.read_bytes())) as archive:
        files = {f"site-packages/{name}": archive.read(name) for name in archive.namelist()}
    wheel.unlink()
    index = {"name": "pip", "version": version, "depends": ["python"], "noarch": "python"}
    pack(folder, index | {"subdir": "noarch"}, files)


def _list(folder: Path, name: str, index: dict) -> None:
    """Write a package's entry to the channel's `repodata.json`."""
    data = (folder / name).read_bytes()
    facts = {
        "md5": hashlib.md5(data).hexdigest(),
        "sha256": hashlib.sha256(data).hexdigest(),
        "size": len(data),
    }
    listed = {"info": {"subdir": folder.name}, "packages": {name: index | facts}}
    (folder / "repodata.json").write_text(json.dumps(listed | {"packages.conda": {}}))


def _add(archive: tarfile.TarFile, path: str, data: bytes, mode: int = 0o644) -> None:
    entry = tarfile.TarInfo(path)
    entry.size, entry.mode = len(data), mode
    archive.addfile(entry, io.BytesIO(data))
