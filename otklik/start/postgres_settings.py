"""How the embedded PostgreSQL is set: for a small machine that it shares with us."""

from pathlib import Path

SETTINGS = {
    # Reached over the socket only; its folder is closed to others.
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    # The web process, the workers, the listeners and a person with psql together stay far below.
    "max_connections": "100",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "maintenance_work_mem": "128MB",
    # Disks of today seek as fast as they read on.
    "random_page_cost": "1.1",
    # Compiling a plan costs more than our short queries take.
    "jit": "off",
    # The shared memory of a container is small, and our queries are too short to be split.
    "max_parallel_workers_per_gather": "0",
    # A checkpoint makes whole pages be logged anew: seldom ones keep the log small under load.
    "checkpoint_timeout": "15min",
    "max_wal_size": "2GB",
    "wal_compression": "on",
    "wal_buffers": "16MB",
    # A queue's and a counter's rows change all the time: dead ones must go early.
    "autovacuum_naptime": "20s",
    "autovacuum_vacuum_scale_factor": "0.05",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # Only what ends a session or the server; statements hold people's messages and are never logged.
    "log_min_messages": "fatal",
    "log_min_error_statement": "panic",
    "log_line_prefix": "",
}

# For what is thrown away after the run.
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def arguments(socket: Path, *, durable: bool) -> list[str]:
    # A list of folders by PostgreSQL's rules, in which quotes protect spaces and commas.
    folder = '"' + str(socket).replace('"', '""') + '"'
    settings = SETTINGS | {"unix_socket_directories": folder} | ({} if durable else FORGETFUL)
    return [f"--{name}={value}" for name, value in settings.items()]
