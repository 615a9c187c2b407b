"""Private PostgreSQL and Redis for tests and benchmarks: own data in a temporary folder, free ports, gone afterwards.

    services.py               start them, print their addresses, wait for Ctrl-C
    services.py exec -- CMD   run CMD with DATABASE_URL and REDIS_URL set, then stop them

Only the standard library. Missing programs are installed with apt-get where that is allowed; otherwise it says what to type.
"""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

PACKAGES = {
    "postgres": ["postgresql"],
    "redis-server": ["redis-server"],
    "chromium": ["chromium", "fonts-noto-core", "fonts-noto-cjk"],
}


def find(program: str) -> str | None:
    """The program's path, also where Debian keeps PostgreSQL's."""
    newest_first = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"), reverse=True)
    places = [str(path) for path in newest_first]
    return next(iter(places), None) or shutil.which(program)


def require(*programs: str) -> None:
    """Install what is missing, or end with the command that would."""
    missing = [program for program in programs if not find(program)]
    if not missing:
        return
    packages = [package for program in missing for package in PACKAGES[program]]
    command = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        sys.exit(f"{', '.join(missing)} not found, and this user may not install it. As root:\n  {' '.join(command)}")
    print(f"Installing {' '.join(packages)}…", file=sys.stderr, flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    _keep_services_off()
    for step in (["apt-get", "update"], command):
        done = subprocess.run(step, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode:
            sys.exit(f"{' '.join(step)} failed:\n{done.stdout[-3000:]}")
    still = [program for program in missing if not find(program)]
    if still:
        sys.exit(f"Installed {' '.join(packages)}, but {', '.join(still)} is still not found.")


def _keep_services_off() -> None:
    """Debian starts a server it installs; ours are private, so no other one is wanted."""
    policy = Path("/usr/sbin/policy-rc.d")
    if not policy.exists() and not Path("/run/systemd/system").exists():
        with contextlib.suppress(OSError):
            policy.write_text("#!/bin/sh\nexit 101\n")
            policy.chmod(0o755)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _account() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root: the account it runs as instead."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    sys.exit("PostgreSQL must not run as root, and there is neither a user postgres nor nobody.")


def _as_account(account: pwd.struct_passwd | None) -> dict[str, object]:
    if account is None:
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


@contextlib.contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """Start PostgreSQL without fsync below `folder`; yields its URL."""
    account = _account()
    data, port = folder / "postgres", free_port()
    data.mkdir(mode=0o700)
    if account:
        os.chown(data, account.pw_uid, account.pw_gid)
    run_as = _as_account(account)
    log = (folder / "postgres.log").open("wb")
    initdb = [
        find("initdb") or "initdb",
        "-D",
        str(data),
        "-U",
        "posthouse",
        "--auth=trust",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
        "-N",
    ]
    subprocess.run(initdb, check=True, stdout=log, stderr=log, cwd="/", **run_as)  # type: ignore[call-overload]
    fsync = os.environ.get("POSTHOUSE_FSYNC", "off")
    options = {
        "port": port, "listen_addresses": "127.0.0.1", "unix_socket_directories": str(data), "fsync": fsync,
        "synchronous_commit": fsync, "full_page_writes": fsync, "shared_buffers": os.environ.get("POSTHOUSE_SHARED_BUFFERS", "128MB"),
        "max_connections": 60, "max_wal_size": "4GB",
    }  # fmt: skip
    command = [
        find("postgres") or "postgres",
        "-D",
        str(data),
        *(f"--{name}={value}" for name, value in options.items()),
    ]
    server = subprocess.Popen(command, stdout=log, stderr=log, cwd="/", **run_as)  # type: ignore[call-overload]
    try:
        _wait_for(port, server, folder / "postgres.log")
        createdb = [find("createdb") or "createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "posthouse", "posthouse"]
        subprocess.run(createdb, check=True, cwd="/")
        yield f"postgresql://posthouse@127.0.0.1:{port}/posthouse"
    finally:
        _stop(server, signal.SIGINT)


@contextlib.contextmanager
def redis(folder: Path) -> Iterator[str]:
    """Start Redis, keeping nothing on disk; yields its URL."""
    port = free_port()
    log = (folder / "redis.log").open("wb")
    command = [
        find("redis-server") or "redis-server",
        "--port",
        str(port),
        "--bind",
        "127.0.0.1",
        "--save",
        "",
        "--dir",
        str(folder),
    ]
    server = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        _wait_for(port, server, folder / "redis.log")
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        _stop(server, signal.SIGTERM)


def _wait_for(port: int, server: "subprocess.Popen[bytes]", log: Path, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and server.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            time.sleep(0.3)
            return
        time.sleep(0.1)
    sys.exit(f"{server.args[0]} did not start:\n{log.read_text(errors='replace')[-2000:]}")  # type: ignore[index]


def _stop(server: "subprocess.Popen[bytes]", number: int) -> None:
    server.send_signal(number)
    try:
        server.wait(15)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


@contextlib.contextmanager
def both() -> Iterator[dict[str, str]]:
    """PostgreSQL and Redis together; yields the environment variables that point to them."""
    require("postgres", "redis-server")
    folder = Path(tempfile.mkdtemp(prefix="posthouse-services-"))
    folder.chmod(0o755)
    try:
        with postgres(folder) as database, redis(folder) as store:
            yield {"DATABASE_URL": database, "REDIS_URL": store}
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _end(*_: object) -> None:
    raise KeyboardInterrupt


def main(arguments: list[str]) -> int:
    signal.signal(signal.SIGTERM, _end)
    with contextlib.suppress(KeyboardInterrupt), both() as environment:
        if arguments[:2] == ["exec", "--"]:
            return subprocess.run(arguments[2:], env={**os.environ, **environment}).returncode
        for name, value in environment.items():
            print(f"export {name}={value}", flush=True)
        print("Running; Ctrl-C stops both.", file=sys.stderr, flush=True)
        while True:
            time.sleep(3600)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
