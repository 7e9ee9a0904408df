"""Other accounts of this machine, as whom a test may start programs."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Whoever they are: two accounts with no rights of their own, which every Unix has.
FIRST, SECOND = "daemon", "nobody"
BECOME = """
import os, sys
user, group, *command = sys.argv[1:]
os.setgroups([])
os.setgid(int(group))
os.setuid(int(user))
os.execvp(command[0], command)
"""
# Python may lie in a home that only root may enter. In this process's view of the disks, and nobody else's, that home then holds just
# what is needed. Arguments: an empty folder, the closed home, how many folders are needed, these, and the command.
OPEN_UP = """
set -e
spare=$1 closed=$2 count=$3
shift 3
number=0
mount -t tmpfs -o mode=755 tmpfs "$spare"
for folder in "$@"; do
    [ $number -lt $count ] || break
    mkdir "$spare/$number"
    mount --bind "$folder" "$spare/$number"
    number=$((number + 1))
done
mount -t tmpfs -o mode=755 tmpfs "$closed"
number=0
while [ $number -lt $count ]; do
    mkdir -p "$1"
    mount --bind "$spare/$number" "$1"
    number=$((number + 1))
    shift
done
umount -l "$spare"
exec "$@"
"""


class Accounts:
    """Starts programs as other accounts. `folder`: one that all of them may enter."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._spare = folder / "spare"
        self._spare.mkdir()

    def new_folder(self, account: str, mode: int = 0o755) -> Path:
        """Return a new folder that belongs to an account."""
        folder = self.folder / f"{account}-{len(list(self.folder.iterdir()))}"
        folder.mkdir()
        shutil.chown(folder, account)
        folder.chmod(mode)
        return folder

    def start(self, account: str, *command: str, **options) -> subprocess.Popen:
        """Start a command in the root of the repository as an account. The process's number is the command's own."""
        import pwd

        about = pwd.getpwnam(account)
        become = [sys.executable, "-c", BECOME, str(about.pw_uid), str(about.pw_gid), *command]
        return subprocess.Popen([*self._opened_up(), *become], cwd=ROOT, **options)

    def _opened_up(self) -> list[str]:
        needed = sorted({Path(sys.base_prefix).resolve(), Path(sys.prefix).resolve(), ROOT.resolve()})
        closed = next(
            (part for path in needed for part in [*path.parents][::-1] if not part.stat().st_mode & 0o001), None
        )
        if closed is None:
            return []
        inside = [str(path) for path in needed if path.is_relative_to(closed)]
        enter = ["unshare", "--mount", "--propagation", "private", "sh", "-c", OPEN_UP, "sh"]
        return [*enter, str(self._spare), str(closed), str(len(inside)), *inside]


@contextmanager
def other_accounts() -> Iterator[Accounts]:
    """Find them; skip where this user may not become others."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        pytest.skip("only root may start programs as another account")
    folder = Path(tempfile.mkdtemp(prefix="accounts-"))
    folder.chmod(0o755)
    try:
        accounts = Accounts(folder)
        for account in (FIRST, SECOND):
            trial = accounts.start(account, sys.executable, "-c", "import mnistlab", stderr=subprocess.PIPE, text=True)
            _, said = trial.communicate()
            if trial.returncode:
                pytest.skip(f"Python cannot be started as {account}: {said.strip()[-200:]}")
        yield accounts
    finally:
        shutil.rmtree(folder, ignore_errors=True)
