"""Unpack Debian's Kannel and the libraries it lacks here into var/kannel/, for the tests.

Nothing is installed, and apt looks after itself in a folder of our own, so that neither root nor a
fresh package list is needed.  Where there is no apt the tests of Kannel are left out, and say so.
"""

import shutil
import subprocess
import sys
from pathlib import Path

KANNEL = Path("var/kannel")


def main() -> None:
    """Fetch the packages that are missing on this machine, and unpack them."""
    if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        print("Kannel is not fetched: it comes from Debian, and there is no apt-get here.")
        KANNEL.mkdir(parents=True, exist_ok=True)
        return
    state, cache = (KANNEL / "apt" / name for name in ("state", "cache"))
    for folder in (state / "lists" / "partial", cache / "archives" / "partial"):
        folder.mkdir(parents=True, exist_ok=True)
    settings = {
        "Dir::State": state.resolve(),
        "Dir::State::status": "/var/lib/dpkg/status",  # what is here already is not fetched
        "Dir::Cache": cache.resolve(),
        "Debug::NoLocking": "true",  # nobody else works in these folders
        "APT::Sandbox::User": "root",  # its own user may not enter a home
        "APT::Update::Post-Invoke::": "",
    }
    apt = ["apt-get", "-q", "-y"]
    apt += [part for name, value in settings.items() for part in ("-o", f"{name}={value}")]
    _run([*apt, "update"])
    _run([*apt, "--download-only", "--no-install-recommends", "--reinstall", "install", "kannel"])
    root = KANNEL / "root"
    for package in sorted((cache / "archives").glob("*.deb")):
        _run(["dpkg-deb", "-x", str(package), str(root)])
    shutil.rmtree(KANNEL / "apt")


def _run(command: list[str]) -> None:
    """Run one command; say what it said only if it fails."""
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{command[0]} failed:\n{done.stdout}{done.stderr}")


if __name__ == "__main__":
    main()
