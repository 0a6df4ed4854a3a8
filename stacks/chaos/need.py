"""Installs the Python client of Redis from PyPI into .local, once."""

import subprocess
import sys
from pathlib import Path

LOCAL = Path(__file__).resolve().parent / ".local"
# Pinned, so that every machine uses the same.
CLIENT = "redis==8.1.0"


def need_client():
    """Installs it if it is missing; prints SKIPPED and returns False if it cannot."""
    if not (LOCAL / "redis").exists():
        done = subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--no-deps",
                               "--root-user-action", "ignore", "--target", LOCAL, CLIENT])
        if done.returncode:
            print(f"    SKIPPED: {CLIENT} cannot be fetched from PyPI")
            return False
    sys.path.insert(0, str(LOCAL))
    return True
