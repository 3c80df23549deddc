"""Configuration files of the private cluster's daemons."""

import socket
from pathlib import Path

GPUS = 4  # per GPU node
HOST = socket.gethostname().split(".")[0]


def slurm_conf(folder: Path, user: str, nodes: dict[str, int], ports: list[int]) -> str:
    """No cgroups and no CPU binding, so that it works in containers; sizes are declared."""
    lines = [
        f"NodeName={node} NodeHostname={HOST} NodeAddr=127.0.0.1 Port={port} CPUs=64 "
        f"RealMemory=2000000 {f'Gres=gpu:h200:{gpus}' if gpus else ''} State=UNKNOWN"
        for (node, gpus), port in zip(nodes.items(), ports[2:], strict=True)
    ]
    partitions = [
        f"PartitionName={name} Nodes={','.join(n for n in nodes if n.startswith(name))} "
        f"Default={'YES' if name == 'cpu' else 'NO'} MaxTime=7-0 State=UP"
        for name in ("cpu", "gpu", "spare")
    ]
    return f"""\
ClusterName=tests
SlurmctldHost={HOST}(127.0.0.1)
SlurmctldPort={ports[0]}
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={folder}/munge/socket,cred_expire=30
CredType=cred/munge
StateSaveLocation={folder}/spool/state
SlurmdSpoolDir={folder}/spool/%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.%n.pid
SlurmctldLogFile={folder}/log/slurmctld.log
SlurmdLogFile={folder}/log/slurmd.%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
SlurmdParameters=config_overrides
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
GresTypes=gpu
AccountingStorageType=accounting_storage/slurmdbd
AccountingStorageHost=127.0.0.1
AccountingStoragePort={ports[1]}
AccountingStoragePass={folder}/munge/socket
AccountingStorageTRES=gres/gpu,gres/gpu:h200
AccountingStoreFlags=job_comment
DefMemPerCPU=2000
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=task=2
JobAcctGatherParams=UsePss,OverMemoryKill
MinJobAge=3600
SchedulerType=sched/backfill
SchedulerParameters=batch_sched_delay=0,sched_interval=1,bf_interval=1
CompleteWait=0
KillWait=5
MailProg=/bin/true
MessageTimeout=20
SlurmctldTimeout=30
SlurmdTimeout=20
ReturnToService=1
JobRequeue=0
OverTimeLimit=0
PropagateResourceLimits=NONE
{chr(10).join(lines)}
{chr(10).join(partitions)}
"""


def gres_conf(folder: Path, nodes: dict[str, int]) -> str:
    """GPUs must be character devices: links to /dev/null are."""
    return "".join(
        f"NodeName={node} Name=gpu Type=h200 File={folder}/devices/{node}-[0-{gpus - 1}]\n"
        for node, gpus in nodes.items()
        if gpus
    )


def slurmdbd_conf(folder: Path, user: str, port: int) -> str:
    return f"""\
AuthType=auth/munge
AuthInfo=socket={folder}/munge/socket
DbdHost={HOST}
DbdAddr=127.0.0.1
DbdPort={port}
SlurmUser={user}
PidFile={folder}/slurmdbd.pid
LogFile={folder}/log/slurmdbd.log
DebugLevel=info
StorageType=accounting_storage/mysql
StorageHost=localhost
StorageUser={user}
StorageLoc=slurm_acct_db
"""
