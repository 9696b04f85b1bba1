"""Take screenshots of the site with the sample city: `make screenshots`. Needs chromium.

Writes docs/screenshots/*.png at desktop and phone width, light and dark; the README shows some of them.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parent.parent
PAGES = {
    "home": "/",
    "events": "/events/?region=VA&time=evening",
    "search": "/search/?q=pyton",
    "groups": "/groups/",
    "feeds": "/feeds/",
}
SIZES = {"desktop": "1200,1000", "phone": "390,1000"}
SCHEMES = {"light": "1", "dark": "0"}
CHROMIUM = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--hide-scrollbars",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def main() -> None:
    browser = shutil.which("chromium") or sys.exit("chromium is needed: apt-get install chromium")
    with tempfile.TemporaryDirectory(prefix="dctech-screenshots-") as data:
        site, port = start(data)
        try:
            for name, address in PAGES.items():
                for size, pixels in SIZES.items():
                    for scheme, number in SCHEMES.items():
                        shoot(
                            browser,
                            f"http://127.0.0.1:{port}{address}",
                            FOLDER / f"{name}-{size}-{scheme}.png",
                            [
                                f"--window-size={pixels}",
                                f"--blink-settings=preferredColorScheme={number}",
                            ],
                        )
        finally:
            site.terminate()
            manage("localdb", "stop", data=data, port=port)


def start(data: str) -> tuple[subprocess.Popen[bytes], int]:
    """Run the site on a free port; return its process and port once it answers."""
    port = free_port()
    command = [sys.executable, "manage.py", "run", "--port", str(port)]
    site = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment(data, port),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    while site.poll() is None:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/about/")
        except OSError:
            time.sleep(0.2)
        else:
            return site, port
    sys.exit("the site did not start")


def shoot(browser: str, address: str, target: Path, options: list[str]) -> None:
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(
            [
                browser,
                *CHROMIUM,
                *options,
                f"--user-data-dir={profile}",
                f"--screenshot={target}",
                address,
            ],
            check=True,
            stderr=subprocess.DEVNULL,
        )
    print(target.relative_to(ROOT))


def manage(*arguments: str, data: str, port: int) -> None:
    command = [sys.executable, "manage.py", *arguments]
    subprocess.run(command, cwd=ROOT, env=environment(data, port), check=True)


def environment(data: str, port: int) -> dict[str, str]:
    """Return settings under which the site disturbs no other one on this machine."""
    return os.environ | {
        "DATA_DIR": data,
        "LOCALDB_PORT": str(port + 1),
        "SITE_URL": f"http://127.0.0.1:{port}",
    }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1]) - 1


if __name__ == "__main__":
    main()
