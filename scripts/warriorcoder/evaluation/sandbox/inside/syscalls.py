"""A seccomp filter that answers system calls which no honest program needs with EPERM.

It closes what namespaces and limits leave open: new user namespaces, tracing, a second way to other
processes' limits and priorities, memory that no limit counts (memfd, System V), message queues that
outlive a program, kernel interfaces with a history of holes, and socket families that a network
namespace does not isolate (AF_VSOCK reaches a virtual machine's host). On machines other than
x86-64 and aarch64 there is no filter.
"""

import ctypes
import errno
import os
import struct

# Name: number on x86-64, on aarch64 (0: there is none).
DENIED = {
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "process_madvise": (440, 440), "kcmp": (312, 272), "pidfd_getfd": (438, 438),
    "unshare": (272, 97), "setns": (308, 268), "mount": (165, 40), "umount2": (166, 39),
    "pivot_root": (155, 41), "chroot": (161, 51), "open_tree": (428, 428),
    "move_mount": (429, 429), "fsopen": (430, 430), "fsconfig": (431, 431),
    "fsmount": (432, 432), "fspick": (433, 433), "mount_setattr": (442, 442),
    "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265), "quotactl": (179, 60),
    "fanotify_init": (300, 262), "swapon": (167, 224), "acct": (163, 89), "reboot": (169, 142),
    "init_module": (175, 105), "finit_module": (313, 273), "delete_module": (176, 106),
    "kexec_load": (246, 104), "kexec_file_load": (320, 294), "syslog": (103, 116),
    "add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219), "bpf": (321, 280),
    "perf_event_open": (298, 241), "userfaultfd": (323, 282), "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426), "io_uring_register": (427, 427), "memfd_create": (319, 279),
    "memfd_secret": (447, 447), "shmget": (29, 194), "semget": (64, 190), "msgget": (68, 186),
    "mq_open": (240, 180), "setpriority": (141, 140), "ioprio_set": (251, 30),
    "migrate_pages": (256, 238), "move_pages": (279, 239), "personality": (135, 92),
    "modify_ldt": (154, 0), "iopl": (172, 0), "ioperm": (173, 0),
}  # fmt: skip
OWN = {  # allowed on the calling process itself, whose id is then 0
    "prlimit64": (302, 261), "sched_setaffinity": (203, 122), "sched_setscheduler": (144, 119),
    "sched_setparam": (142, 118), "sched_setattr": (314, 274),
}  # fmt: skip
CLONE, CLONE3, SOCKET = (56, 220), (435, 435), (41, 198)
NAMESPACES = 0x7E020000  # CLONE_NEW*
FAMILIES = (1, 2, 10, 16)  # AF_UNIX, AF_INET, AF_INET6, AF_NETLINK
MACHINES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}  # AUDIT_ARCH_*, column
X32 = 0x40000000
LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
NUMBER, ARCHITECTURE, FIRST_ARGUMENT = 0, 4, 16  # offsets in struct seccomp_data
ALLOW, REFUSE = 0x7FFF0000, 0x00050000


def install() -> None:
    """Install the filter in this process and all its descendants, for good.

    Raises:
        OSError: the kernel has no seccomp filters.
    """
    if os.uname().machine not in MACHINES:
        return
    code = _program(*MACHINES[os.uname().machine])
    libc = ctypes.CDLL(None, use_errno=True)
    area = ctypes.create_string_buffer(code)
    program = struct.pack("HxxxxxxP", len(code) // 8, ctypes.addressof(area))
    libc.prctl(38, 1, 0, 0, 0)  # PR_SET_NO_NEW_PRIVS
    if libc.prctl(22, 2, program, 0, 0):  # PR_SET_SECCOMP, SECCOMP_MODE_FILTER
        raise OSError(ctypes.get_errno(), "the kernel takes no seccomp filter")


def _program(architecture: int, column: int) -> bytes:
    refuse = (RETURN, 0, 0, REFUSE | errno.EPERM)
    lines = [(LOAD, 0, 0, ARCHITECTURE), (EQUAL, 1, 0, architecture), refuse]
    lines += [(LOAD, 0, 0, NUMBER), (AT_LEAST, 0, 1, X32), refuse]
    for numbers in DENIED.values():
        if numbers[column]:
            lines += [(EQUAL, 0, 1, numbers[column]), refuse]
    lines += [(EQUAL, 0, 1, CLONE3[column]), (RETURN, 0, 0, REFUSE | errno.ENOSYS)]  # then clone
    checks = {numbers: [(EQUAL, 1, 0, 0), refuse] for numbers in OWN.values()}
    checks[CLONE] = [(ANY_BIT, 0, 1, NAMESPACES), refuse]
    checks[SOCKET] = [(EQUAL, len(FAMILIES) - i, 0, one) for i, one in enumerate(FAMILIES)]
    checks[SOCKET].append(refuse)
    for numbers, check in checks.items():
        body = [(LOAD, 0, 0, FIRST_ARGUMENT), *check, (RETURN, 0, 0, ALLOW)]
        lines += [(EQUAL, 0, len(body), numbers[column]), *body]
    lines.append((RETURN, 0, 0, ALLOW))
    return b"".join(struct.pack("HBBI", *line) for line in lines)
