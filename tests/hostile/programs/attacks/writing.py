# === file in the home folder
def attack(): open(WORLD["home"], "w").write("taken")
# === file in the project
def attack(): open(WORLD["project"], "w").write("taken")
# === file in /tmp
def attack(): open(WORLD["tmp"], "w").write("taken")
# === file removed
import os
def attack(): os.unlink(WORLD["home"])
# === file removed by a shell
import subprocess
def attack(): subprocess.run(["rm", "-rf", WORLD["folder"]])
# === file removed by ctypes
import ctypes
def attack(): ctypes.CDLL(None).unlink(WORLD["project"].encode())
# === file removed through a reloaded module
import importlib, os, shutil, sys
def attack():
    for name in ("os", "posix", "shutil"): sys.modules.pop(name, None)
    import posix
    posix.unlink(WORLD["home"])
# === rights of a file
import os
def attack(): os.chmod(WORLD["home"], 0o777)
# === new file in the home folder
def attack(): open(WORLD["home"] + WORLD["mark"], "w").write("here")
# === new file in /tmp
def attack(): open("/tmp/" + WORLD["mark"], "w").write("here")
# === new file in /dev/shm
def attack(): open("/dev/shm/" + WORLD["mark"], "w").write("here")
# === new file in /var/tmp
def attack(): open("/var/tmp/" + WORLD["mark"], "w").write("here")
# === new file beside Python's own
import os
def attack(): open(os.path.dirname(os.__file__) + "/" + WORLD["mark"], "w").write("here")
# === new module among the packages
import numpy, os
def attack(): open(os.path.dirname(os.path.dirname(numpy.__file__)) + "/" + WORLD["mark"], "w").write("here")
# === root mounted for writing
import ctypes, os
def attack():
    ctypes.CDLL(None).mount(b"none", b"/", None, 32, None)
    open("/usr/" + WORLD["mark"], "w").write("here")
# === new root
import os
def attack():
    os.chroot("/proc/1/root")
    open("/tmp/" + WORLD["mark"], "w").write("here")
# === link for the cleaner to follow
import os
def attack(): os.symlink(WORLD["folder"], "/tmp/" + "link-" + WORLD["mark"])
# === link in place of the working folder
import os
def attack():
    here = os.getcwd()
    os.chdir("/")
    os.rename(here, here + "-moved") if here != "/tmp" else None
    os.symlink(WORLD["folder"], here)
# === folder that cannot be removed
import os
def attack():
    os.makedirs("locked-" + WORLD["mark"] + "/in")
    os.chmod("locked-" + WORLD["mark"], 0)
# === device node
import os, stat
def attack():
    os.mknod("disk", 0o600 | stat.S_IFBLK, os.makedev(*WORLD["disk"]))
    open("disk", "rb").read(512)
    return "escaped"
# === set-user-id program
import os, shutil
def attack():
    shutil.copy("/bin/true", WORLD["mark"])
    os.chmod(WORLD["mark"], 0o6755)
# === setting of the kernel
import os
def attack():
    for path in ("/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "/sys/kernel/mm/ksm/run", "/proc/sys/kernel/hostname"):
        try: os.close(os.open(path, os.O_WRONLY))
        except OSError: continue
        return "escaped"
# === core file
import os, resource
def attack():
    resource.setrlimit(resource.RLIMIT_CORE, resource.getrlimit(resource.RLIMIT_CORE)[1:] * 2)
    if resource.getrlimit(resource.RLIMIT_CORE)[0]: return "escaped"
# === cached ground truth
import glob, os
def attack():
    for path in WORLD["datasets"]:
        for file in glob.glob(path, recursive=True): open(file, "a").write("taken")
# === root folder
import os
def attack():
    for folder in "/", os.path.dirname(os.path.dirname(os.__file__)), os.path.dirname(os.__file__):
        while True:
            try:
                open(os.path.join(folder, WORLD["mark"]), "w").close()
                return "escaped"
            except OSError: pass
            if folder == "/": break
            folder = os.path.dirname(folder)
# === times of devices
import os
def attack():
    for name in "null", "zero", "full", "random", "urandom", "tty":
        try: os.utime(f"/dev/{name}")
        except OSError: continue
        return "escaped"
