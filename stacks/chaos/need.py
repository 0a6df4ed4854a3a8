"""What is fetched from PyPI, once, into .local: the Redis client of Python."""

import subprocess
import sys
from pathlib import Path

LOCAL = Path(__file__).resolve().parent / ".local"
# Pinned, so that every machine runs the same.
CLIENT = "redis==8.1.0"


def need_client():
    """Fetches it if it is not there; says SKIPPED, and gives False, if it cannot be had."""
    if not (LOCAL / "redis").exists():
        done = subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--no-deps",
                               "--root-user-action", "ignore", "--target", LOCAL, CLIENT])
        if done.returncode:
            print(f"    SKIPPED: {CLIENT} cannot be fetched from PyPI")
            return False
    sys.path.insert(0, str(LOCAL))
    return True
