"""Private PostgreSQL and Redis for tests and benchmarks: own data in a temporary folder, free ports, gone afterwards.

    python -m scripts.services               start them, print their addresses, wait for Ctrl-C
    python -m scripts.services exec -- CMD   run CMD with DATABASE_URL and REDIS_URL set, then stop them

Only the standard library. Missing programs are installed with apt-get where that is allowed; otherwise it says what to type.
"""

import contextlib
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from scripts.guard import Guard

PACKAGES = {
    "postgres": ["postgresql"],
    "redis-server": ["redis-server"],
    "postfix": ["postfix"],
    "smtp-sink": ["postfix"],
    "xgettext": ["gettext"],
    "chromium": ["chromium", "fonts-noto-core", "fonts-noto-cjk"],
}
INTERRUPTED = 130


def find(program: str) -> str | None:
    """The program's path, also where Debian keeps PostgreSQL's; the newest version of several."""
    places = Path("/usr/lib/postgresql").glob(f"*/bin/{program}")
    newest_first = sorted(places, key=lambda place: _numbers(place.parts[4]), reverse=True)
    return next(map(str, newest_first), None) or shutil.which(program)


def _numbers(version: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", version)]


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
    with _services_kept_off():
        for step in (["apt-get", "update"], command):
            done = subprocess.run(step, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            if done.returncode:
                sys.exit(f"{' '.join(step)} failed:\n{done.stdout[-3000:]}")
    still = [program for program in missing if not find(program)]
    if still:
        sys.exit(f"Installed {' '.join(packages)}, but {', '.join(still)} is still not found.")


@contextlib.contextmanager
def _services_kept_off() -> Iterator[None]:
    """Debian starts a server it installs; ours are private, so no other one is wanted."""
    policy = Path("/usr/sbin/policy-rc.d")
    ours = not policy.exists()
    if ours:
        with contextlib.suppress(OSError):
            policy.write_text("#!/bin/sh\nexit 101\n")
            policy.chmod(0o755)
    try:
        yield
    finally:
        if ours:
            policy.unlink(missing_ok=True)


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
def postgres(folder: Path, guard: Guard) -> Iterator[str]:
    """Start PostgreSQL without fsync below `folder`; yields its URL."""
    account = _account()
    data, port = folder / "postgres", free_port()
    data.mkdir(mode=0o700)
    if account:
        os.chown(data, account.pw_uid, account.pw_gid)
    run_as = _as_account(account)
    log = folder / "postgres.log"
    make = [find("initdb") or "initdb", "-D", str(data), "-U", "posthouse", "--auth=trust", "-E", "UTF8"]
    with log.open("wb") as said:
        made = subprocess.run([*make, "--locale=C.UTF-8", "-N"], stdout=said, stderr=said, cwd="/", **run_as)  # type: ignore[call-overload]
    if made.returncode:
        _fail("initdb", log)
    fsync = os.environ.get("POSTHOUSE_FSYNC", "off")
    # No Unix socket: its path may be longer than sockets allow where temporary files lie deep.
    options = {
        "port": port, "listen_addresses": "127.0.0.1", "unix_socket_directories": "",
        "fsync": fsync, "synchronous_commit": fsync, "full_page_writes": fsync,
        "shared_buffers": os.environ.get("POSTHOUSE_SHARED_BUFFERS", "128MB"), "max_connections": 60, "max_wal_size": "4GB",
    }  # fmt: skip
    words = [f"--{name}={value}" for name, value in options.items()]
    command = [find("postgres") or "postgres", "-D", str(data), *words]
    here = ["-h", "127.0.0.1", "-p", str(port), "-U", "posthouse"]
    ready = [find("pg_isready") or "pg_isready", "-q", *here]
    with _server(command, log, guard, signal.SIGINT, run_as) as server:
        _wait_for(lambda: subprocess.run(ready, cwd="/").returncode == 0, server, log)
        subprocess.run([find("createdb") or "createdb", *here, "posthouse"], check=True, cwd="/")
        yield f"postgresql://posthouse@127.0.0.1:{port}/posthouse"


@contextlib.contextmanager
def redis(folder: Path, guard: Guard) -> Iterator[str]:
    """Start Redis, keeping nothing on disk; yields its URL."""
    port = free_port()
    log = folder / "redis.log"
    program = find("redis-server") or "redis-server"
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    with _server(command, log, guard, signal.SIGTERM, {}) as server:
        _wait_for(lambda: _answers_ping(port), server, log)
        yield f"redis://127.0.0.1:{port}/0"


def _answers_ping(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(7) == b"+PONG\r\n"
    except OSError:
        return False


@contextlib.contextmanager
def _server(
    command: list[str], log: Path, guard: Guard, number: int, run_as: dict[str, object]
) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a server in a process group of its own, so that Ctrl-C ends it after those who use it; `number` ends it."""
    with log.open("ab") as words:
        server = subprocess.Popen(command, stdout=words, stderr=words, cwd="/", start_new_session=True, **run_as)  # type: ignore[call-overload]
    guard.watch(server.pid, number)
    try:
        yield server
    finally:
        _stop(server, number)
        guard.forget(server.pid)


def _wait_for(is_ready: Callable[[], bool], server: "subprocess.Popen[bytes]", log: Path, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and server.poll() is None:
        # Asked again whether it lives: what answers may be somebody else's server on the same port.
        if is_ready() and server.poll() is None:
            return
        time.sleep(0.05)
    _fail(log.stem, log)


def _fail(name: str, log: Path) -> None:
    sys.exit(f"{name} did not start:\n{log.read_text(errors='replace')[-2000:]}")


def _stop(server: "subprocess.Popen[bytes]", number: int) -> None:
    server.send_signal(number)
    try:
        server.wait(15)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


@contextlib.contextmanager
def both() -> Iterator[dict[str, str]]:
    """PostgreSQL and Redis together; yields the environment variables that point to them. Nothing stays, even after kill -9."""
    require("postgres", "redis-server")
    with Guard() as guard:
        folder = Path(tempfile.mkdtemp(prefix="posthouse-services-"))
        guard.remove(folder)
        folder.chmod(0o755)
        try:
            with postgres(folder, guard) as database, redis(folder, guard) as store:
                yield {"DATABASE_URL": database, "REDIS_URL": store}
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def run_with(command: list[str], environment: dict[str, str]) -> int:
    """Run a command to its end; interrupted, it is asked to end and waited for, so that nobody loses a server under its feet."""
    process = subprocess.Popen(command, env={**os.environ, **environment})
    try:
        return process.wait()
    except KeyboardInterrupt:
        _stop(process, signal.SIGTERM)
        raise


def _end(*_: object) -> None:
    raise KeyboardInterrupt


def main(arguments: list[str]) -> int:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # a shell's background jobs begin without SIGINT
        signal.signal(number, _end)
    command = arguments[2:] if arguments[:2] == ["exec", "--"] else None
    if arguments and not command:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        with both() as environment:
            if command:
                return run_with(command, environment)
            for name, value in environment.items():
                print(f"export {name}={value}", flush=True)
            print("Running; Ctrl-C stops both.", file=sys.stderr, flush=True)
            while True:
                time.sleep(3600)
    except FileNotFoundError as error:
        print(f"{error.filename} was not found.", file=sys.stderr)
        return 127
    except KeyboardInterrupt:
        return INTERRUPTED if command else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
