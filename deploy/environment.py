"""Two environments beside the project: `site`, what goes to Lambda, and `tools`, where Zappa itself runs."""

import hashlib
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from deploy import trim

PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
"""The package is for the version of Python that makes it."""

GLIBC = {(3, 11): 26}
"""Lambda's glibc, 2.x, by version of Python: Amazon Linux 2 has 2.26."""

GLIBC_SINCE_3_12 = 34
OLDEST_GLIBC = 5

HANDLER_NEEDS = ("zappa", "werkzeug", "markupsafe", "durationpy")
"""What Zappa's handler imports; its command line needs 20 packages more."""

NAME = re.compile(r"^([A-Za-z0-9._-]+)==", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Environment:
    """The environments of one version of Python and one set of requirements."""

    folder: Path

    @property
    def tools(self) -> Path:
        return self.folder / "tools"

    @property
    def zappa(self) -> Path:
        return self.tools / "bin/zappa"

    @property
    def virtual_env(self) -> Path:
        """What Zappa takes for the project's own environment."""
        return self.folder / "runtime"

    @property
    def site(self) -> Path:
        return self.virtual_env / f"lib/python{PYTHON}/site-packages"


def prepared(root: Path, build: Path, architecture: str) -> Environment:
    """Return the environments, made anew where the requirements, Python or what is trimmed has changed."""
    files = root / "requirements"
    sources = [files / "runtime.txt", files / "deploy.txt", *sorted(files.glob("lambda-*.txt"))]
    sources += [Path(__file__), Path(trim.__file__)]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:12]
    found = Environment(build / f"{sys.implementation.cache_tag}-{architecture}-{digest}")
    made = found.folder / "made"
    if not made.exists():
        _install_tools(found, files / "deploy.txt")
        _install_site(found, files, architecture)
        trim.site(found.site)
        compiled(found.site)
        made.touch()
    return found


def compiled(folder: Path) -> None:
    """Compile what is below a folder. Zappa dates every file 1980: bytecode that is checked by date would be stale."""
    command = [sys.executable, "-m", "compileall", "-q", "-j", "0"]
    command += ["--invalidation-mode", "unchecked-hash", "-s", str(folder), str(folder)]
    subprocess.run(command, check=True)  # noqa: S603 - our own words


def _install_tools(environment: Environment, requirements: Path) -> None:
    subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-m", "venv", "--clear", str(environment.tools)], check=True
    )
    _pip(environment, "--require-hashes", "-r", str(requirements))


def _install_site(environment: Environment, files: Path, architecture: str) -> None:
    wanted = _pins(files / "runtime.txt")
    handler = _pins(files / "deploy.txt")
    wanted |= {name: handler[name] for name in HANDLER_NEEDS}
    instead = files / f"lambda-python{PYTHON}.txt"
    if instead.exists():
        wanted |= _pins(instead)
    pinned = environment.folder / "runtime.txt"
    pinned.write_text("".join(wanted.values()), "utf-8")
    # No script of a package runs here, and what is installed suits Lambda's machine, whatever this one is.
    target = ["--target", str(environment.site), "--upgrade", "--no-compile", "--no-deps"]
    target += ["--only-binary=:all:", "--require-hashes", "--implementation", "cp"]
    target += [f"--platform={name}" for name in _platforms(architecture)]
    target += ["--python-version", PYTHON]
    _pip(environment, *target, "-r", str(pinned))


def _pip(environment: Environment, *arguments: str) -> None:
    python = environment.tools / "bin/python"
    command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*command, *arguments], check=True)  # noqa: S603 - our own words


def _platforms(architecture: str) -> list[str]:
    machine = {"arm64": "aarch64"}.get(architecture, architecture)
    newest = GLIBC.get(sys.version_info[:2], GLIBC_SINCE_3_12)
    versions = range(newest, OLDEST_GLIBC - 1, -1)
    return [f"manylinux_2_{minor}_{machine}" for minor in versions] + [
        f"manylinux2014_{machine}",
        "any",
    ]


def _pins(path: Path) -> dict[str, str]:
    """Return a file of requirements by package, each with its version and hashes."""
    text = path.read_text("utf-8")
    starts = [*NAME.finditer(text)]
    ends = [start.start() for start in starts[1:]] + [len(text)]
    return {start[1]: text[start.start() : end] for start, end in zip(starts, ends, strict=True)}
