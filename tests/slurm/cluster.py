"""A private SLURM cluster on this machine: GPU nodes without devices, a CPU node, accounting.

`with Cluster() as cluster:` starts munge, MariaDB, slurmdbd, slurmctld and one slurmd per node in
the foreground, as children of this process: leaving the block ends exactly these, and should this
process be killed, the kernel ends them. Runs as root or as any user, who then owns all jobs.
"""

import getpass
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from slurm.conf import GPUS, gres_conf, slurm_conf, slurmdbd_conf

NODES = {"gpu1": GPUS, "gpu2": GPUS, "cpu1": 0, "cpu2": 0} | {f"spare{n}": 1 for n in range(1, 6)}
PATIENCE = 60  # seconds that a daemon may take to come up
SBIN = os.pathsep.join([os.environ["PATH"], "/usr/sbin", "/sbin"])


class ClusterError(RuntimeError):
    """The cluster did not come up; the message holds the end of the daemon's log."""


class Cluster:
    """`environment` is what a process needs to use it; `folder` holds all its files."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="slurm-"))  # short: it holds sockets
        self.user = getpass.getuser()
        self.daemons: dict[str, subprocess.Popen] = {}
        self.environment = os.environ | {
            "SLURM_CONF": str(self.folder / "slurm.conf"),
            "PATH": os.pathsep.join([str(self.folder / "bin"), SBIN]),
        }

    def __enter__(self) -> "Cluster":
        try:
            self._configure()
            self._start_accounting()
            self._start_nodes()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_) -> None:
        try:
            if "slurmctld" in self.daemons:
                self.call("scancel", f"--user={self.user}", check=False)
                self.await_("jobs to end", lambda: not self.call("squeue", "-h", check=False))
        finally:
            for name in reversed(list(self.daemons)):
                self._stop(name)
            self._end_strays()
            shutil.rmtree(self.folder, ignore_errors=True)

    # --- for tests ------------------------------------------------------------------------------

    def call(self, *command: str, check: bool = True) -> str:
        """Run a SLURM command and give its output."""
        done = subprocess.run(
            command, env=self.environment, capture_output=True, text=True, timeout=60
        )
        if check and done.returncode:
            raise ClusterError(f"{' '.join(command)}: {done.stdout}{done.stderr}")
        return done.stdout

    def jobs(self) -> list[dict[str, str]]:
        """Return the accounting record of each submitted job, oldest first."""
        fields = ["JobIDRaw", "State", "Partition", "AllocTRES", "NodeList", "Comment"]
        fields += ["TimelimitRaw", "ReqMem", "WorkDir"]
        lines = self.call(
            "sacct", "-X", "-n", "-P", "-D", "-S", "now-1days", "-o", ",".join(fields)
        ).splitlines()
        return [dict(zip(fields, line.split("|"), strict=True)) for line in lines]

    def start_node(self, node: str) -> None:
        (self.folder / f"spool/{node}").mkdir(parents=True, exist_ok=True)
        self._start(f"slurmd.{node}", "slurmd", "-D", "-N", node)

    def await_(self, what: str, ready, seconds: float | None = None) -> None:
        """Poll until `ready()`; the error says which daemons ended and their last words."""
        end = time.time() + (seconds or PATIENCE)
        while not ready():
            dead = [name for name, daemon in self.daemons.items() if daemon.poll() is not None]
            if dead or time.time() > end:
                logs = "\n".join(self._tail(name) for name in dead or self.daemons)
                raise ClusterError(f"waited in vain for {what}\n{logs}")
            time.sleep(0.1)

    # --- daemons ----------------------------------------------------------------------------------

    def _configure(self) -> None:
        folder = self.folder
        for name in ("bin", "log", "mysql", "munge", "spool/state", "devices"):
            (folder / name).mkdir(parents=True)
        (folder / "munge").chmod(0o700)
        key = folder / "munge/key"
        key.write_bytes(os.urandom(128))
        key.chmod(0o400)
        ports = free_ports(len(NODES) + 2)
        for node, gpus in NODES.items():
            for gpu in range(gpus):
                (folder / f"devices/{node}-{gpu}").symlink_to("/dev/null")
        (folder / "slurm.conf").write_text(slurm_conf(folder, self.user, NODES, ports))
        (folder / "gres.conf").write_text(gres_conf(folder, NODES))
        accounting = folder / "slurmdbd.conf"
        accounting.touch(0o600)
        accounting.write_text(slurmdbd_conf(folder, self.user, ports[1]))
        # Snakemake's job step forgets SLURM_CONF, which only a cluster outside /etc/slurm needs.
        shim = folder / "bin/srun"
        srun = shutil.which("srun", path=SBIN)
        if not srun:
            raise ClusterError("SLURM is not installed: make system-slurm")
        shim.write_text(f'#!/bin/sh\nSLURM_CONF={folder}/slurm.conf exec {srun} "$@"\n')
        shim.chmod(0o755)

    def _start_accounting(self) -> None:
        folder = self.folder
        self._start(
            "munge", "munged", "--foreground", "--force", f"--socket={folder}/munge/socket",
            f"--key-file={folder}/munge/key", f"--pid-file={folder}/munge/pid",
            f"--seed-file={folder}/munge/seed", f"--log-file={folder}/log/munged.log",
        )  # fmt: skip
        self._run(
            "mariadb-install-db", "--no-defaults", f"--user={self.user}",
            f"--datadir={folder}/mysql", "--skip-test-db", "--skip-name-resolve",
            "--auth-root-authentication-method=socket", f"--auth-root-socket-user={self.user}",
        )  # fmt: skip
        self._start(
            "mariadb", "mariadbd", "--no-defaults", f"--user={self.user}",
            f"--datadir={folder}/mysql", f"--socket={folder}/mysql.socket",
            f"--pid-file={folder}/mysql.pid", "--skip-networking", "--skip-log-bin",
            "--innodb-buffer-pool-size=64M", "--innodb-lock-wait-timeout=900",
            "--innodb-flush-log-at-trx-commit=0",
        )  # fmt: skip
        query = ["mariadb", "--no-defaults", f"--socket={folder}/mysql.socket", "-e"]
        self.await_("mariadb", lambda: self._ok(*query, "create database slurm_acct_db"))
        self.environment["MYSQL_UNIX_PORT"] = f"{folder}/mysql.socket"
        self._start("slurmdbd", "slurmdbd", "-D", conf="slurmdbd.conf")
        self.await_("slurmdbd", lambda: self._ok("sacctmgr", "-n", "list", "cluster"))
        for entity in (
            ["cluster", "tests"],
            ["account", "lab"],
            ["user", self.user, "account=lab", "defaultaccount=lab"],
        ):
            self._ok("sacctmgr", "-i", "add", *entity)
        self._ok("sacctmgr", "-i", "modify", "user", self.user, "set", "defaultaccount=lab")

    def _start_nodes(self) -> None:
        self._start("slurmctld", "slurmctld", "-D")
        self.await_("slurmctld", lambda: "UP" in self.call("scontrol", "ping", check=False))
        for node in NODES:
            self.start_node(node)
        idle = lambda: self.call("sinfo", "-h", "-N", "-o", "%T").split() == ["idle"] * len(NODES)  # noqa: E731
        self.await_("nodes", idle)

    def _start(self, name: str, program: str, *arguments: str, conf: str = "slurm.conf") -> None:
        environment = self.environment | {"SLURM_CONF": str(self.folder / conf)}
        with (self.folder / f"log/{name}.out").open("w") as log:
            self.daemons[name] = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", "--", program, *arguments],
                env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True,  # a Ctrl-C is ours to handle, in order
            )  # fmt: skip

    def _stop(self, name: str) -> None:
        daemon = self.daemons.pop(name)
        daemon.terminate()
        try:
            daemon.wait(20)
        except subprocess.TimeoutExpired:
            daemon.kill()
            daemon.wait()

    def _end_strays(self) -> None:
        """End what jobs left on a node that was set down: nobody else would."""
        for path in Path("/proc").glob("[0-9]*/environ"):
            try:
                if f"{self.folder}/slurm.conf".encode() in path.read_bytes():
                    os.kill(int(path.parent.name), signal.SIGKILL)
            except OSError:  # it ended meanwhile, or is not ours
                pass

    def _tail(self, name: str) -> str:
        return f"{name}:\n" + (self.folder / f"log/{name}.out").read_text()[-2000:]

    def _ok(self, *command: str) -> bool:
        return subprocess.run(command, env=self.environment, capture_output=True).returncode == 0

    def _run(self, *command: str) -> None:
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True)
        if done.returncode:
            raise ClusterError(f"{command[0]}: {done.stdout}{done.stderr}")


def free_ports(number: int) -> list[int]:
    """TCP ports that nobody listens on."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    ports = [listening.getsockname()[1] for listening in sockets]
    for listening in sockets:
        listening.close()
    return ports
