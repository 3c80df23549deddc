# === TCP
import socket
def attack(): socket.create_connection(("127.0.0.1", WORLD["port"]), 1)
# === UDP
import socket
def attack(): socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"here", ("127.0.0.1", WORLD["port"]))
# === IPv6
import socket
def attack(): socket.socket(socket.AF_INET6, socket.SOCK_DGRAM).sendto(b"here", ("::ffff:127.0.0.1", WORLD["port"]))
# === abstract Unix socket
import socket
def attack(): socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b"here", "\0" + WORLD["mark"])
# === Unix socket in a folder
import socket
def attack(): socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b"here", WORLD["socket"])
# === by a shell
import subprocess
def attack(): subprocess.run(["bash", "-c", f"echo here > /dev/udp/127.0.0.1/{WORLD['port']}"])
# === socket to the host of the machine
import socket
def attack():
    socket.socket(40, socket.SOCK_STREAM)
    return "escaped"
# === packet socket
import socket
def attack():
    socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 3)
    return "escaped"
# === kernel's crypto socket
import socket
def attack():
    socket.socket(38, socket.SOCK_SEQPACKET)
    return "escaped"
# === address of another machine
import fcntl, socket, struct
def attack():
    probe = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    probe.connect(("192.0.2.1", 9))
    return "escaped"
# === other interfaces
import socket
def attack(): return "escaped" if len(socket.if_nameindex()) > 1 else None
