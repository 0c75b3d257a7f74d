"""Put ParkPlan, its locked Windows wheels and an embeddable Python into one folder to unzip and run.

Runs on any system; nothing of Windows is needed to build, and nothing but the unzipped folder to run: no
administrator, no network, no registry.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.parser import HeaderParser
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name, parse_wheel_filename

ROOT = Path(__file__).parents[1]
HERE = Path(__file__).parent
LICENCE_TEXT = re.compile(r"\.dist-info/.*(licen[cs]e|copying|notice)[^/]*$", re.IGNORECASE)
PLATFORM = "win_amd64"
SITE = "Lib/site-packages"
ENTRY = ("parkplan.cmd", "ParkPlan.bat", "start.py")
SAMPLE = "sample_shapefiles"
LIST = "MANIFEST.txt"
LICENCES = "LICENCES.txt"
FIELDS = ("Name", "Version", "Requires-Dist", "License", "License-Expression", "Classifier")
FIXED_DATE = (1980, 1, 1, 0, 0, 0)


class Unfit(Exception):
    """What was given cannot become a portable folder; the text says why."""


@dataclass(frozen=True)
class Pin:
    """One entry of the lock.

    Parameters
    ----------
    requirement : Requirement
        Name, exact version and marker.
    hashes : tuple of str
        As pip writes them, ``sha256:…``.
    """

    requirement: Requirement
    hashes: tuple[str, ...]

    @property
    def name(self) -> NormalizedName:
        """The canonical name."""
        return canonicalize_name(self.requirement.name)

    def line(self) -> str:
        """Give the pin without its marker, which pip would hold against this machine."""
        hashes = "".join(f" --hash={value}" for value in self.hashes)
        return f"{self.requirement.name}{self.requirement.specifier}{hashes}"


def windows(version: str) -> dict[str, str]:
    """Give the marker environment of 64-bit Windows under a Python such as ``"3.11"``."""
    return {
        "extra": "",
        "implementation_name": "cpython",
        "implementation_version": f"{version}.0",
        "os_name": "nt",
        "platform_machine": "AMD64",
        "platform_python_implementation": "CPython",
        "platform_release": "10",
        "platform_system": "Windows",
        "platform_version": "",
        "python_full_version": f"{version}.0",
        "python_version": version,
        "sys_platform": "win32",
    }


def applies(requirement: Requirement, environment: dict[str, str]) -> bool:
    """Tell whether a requirement counts in an environment."""
    return requirement.marker is None or requirement.marker.evaluate(environment)


def pins(lock: str, environment: dict[str, str]) -> dict[NormalizedName, Pin]:
    """Read the entries of a lock that count in an environment, by canonical name.

    Raises
    ------
    Unfit
        An entry has no hash.
    """
    found = {}
    for line in lock.replace("\\\n", " ").splitlines():
        text = line.split("#")[0].strip()
        if not text:
            continue
        stated, *hashes = re.split(r"\s+--hash=", text)
        pin = Pin(Requirement(stated), tuple(hashes))
        if not hashes:
            raise Unfit(f"requirements.lock: {stated} has no hash")
        if applies(pin.requirement, environment):
            found[pin.name] = pin
    return found


def metadata(wheel: Path) -> dict[str, list[str]]:
    """Read the fields of a wheel's own description that matter here."""
    with zipfile.ZipFile(wheel) as archive:
        [name] = [n for n in archive.namelist() if re.fullmatch(r"[^/]+\.dist-info/METADATA", n)]
        headers = HeaderParser().parsestr(archive.read(name).decode("utf-8"))
    return {field: headers.get_all(field, []) for field in FIELDS}


def needed(requirements: Iterable[str], environment: dict[str, str]) -> set[NormalizedName]:
    """Name what a list of requirements asks for in an environment."""
    read = map(Requirement, requirements)
    return {canonicalize_name(one.name) for one in read if applies(one, environment)}


def fetch(wanted: Iterable[Pin], folder: Path, python: str, wheels: Path | None) -> None:
    """Let pip fetch exactly the pinned wheels for Windows, hashes checked.

    Raises
    ------
    Unfit
        A wheel is not there, or is not what the lock says.
    """
    listed = folder / "selection.txt"
    listed.write_text("\n".join(sorted(pin.line() for pin in wanted)) + "\n", encoding="utf-8")
    offline = ["--no-index", "--find-links", str(wheels)] if wheels else []
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    command += ["--no-input", "--platform", PLATFORM, "--python-version", python]
    command += ["--only-binary=:all:", "--no-deps", "--require-hashes", "-r", str(listed), "-d", str(folder)]
    done = subprocess.run(command + offline, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        raise Unfit(f"the Windows wheels could not be fetched:\n{done.stderr.strip()}")


def collect(requirements: list[str], lock: str, folder: Path, python: str, wheels: Path | None) -> list[Path]:
    """Fetch the wheels that the program needs on Windows, and those that they need.

    What a wheel needs is read in the wheel itself, so that nothing depends on what this machine has.

    Returns
    -------
    list of Path
        The wheels, sorted by name.

    Raises
    ------
    Unfit
        Something needed is not in the lock, or its wheel is not there.
    """
    environment = windows(python)
    locked = pins(lock, environment)
    found: dict[NormalizedName, Path] = {}
    asked = needed(requirements, environment)
    while asked:
        if absent := sorted(asked - locked.keys()):
            raise Unfit(f"not in requirements.lock for Windows: {', '.join(absent)}")
        fetch((locked[name] for name in asked), folder, python, wheels)
        fetched = {canonicalize_name(parse_wheel_filename(w.name)[0]): w for w in folder.glob("*.whl")}
        new = {name: fetched[name] for name in asked}
        found |= new
        further = (needed(metadata(wheel)["Requires-Dist"], environment) for wheel in new.values())
        asked = set().union(*further) - found.keys()
    return [found[name] for name in sorted(found)]


def own_wheel(root: Path, folder: Path) -> Path:
    """Build the program's own wheel, without a network."""
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--no-build-isolation", "--wheel-dir", str(folder), str(root)]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        raise Unfit(f"the program's own wheel could not be built:\n{done.stderr.strip()}")
    [wheel] = folder.glob("*.whl")
    return wheel


def unpack_python(embed: Path, target: Path) -> str:
    """Unzip the embeddable Python and let it find the packages.

    Returns
    -------
    str
        Its version, such as ``"3.11"``.

    Raises
    ------
    Unfit
        The archive is not an embeddable Python.
    """
    try:
        with zipfile.ZipFile(embed) as archive:
            paths = [name for name in archive.namelist() if re.fullmatch(r"python3\d+\._pth", name)]
            if len(paths) != 1 or "python.exe" not in archive.namelist():
                raise Unfit(f"{embed} is not an embeddable Python: python.exe or python3xx._pth is not in it")
            archive.extractall(target)
    except (OSError, zipfile.BadZipFile) as error:
        raise Unfit(f"{embed} cannot be opened as the archive of an embeddable Python: {error}") from error
    [digits] = re.findall(r"python3(\d+)", paths[0])
    # site stays off: neither the user's own packages nor the registry are looked at
    lines = [f"python3{digits}.zip", ".", SITE.replace("/", "\\")]
    (target / paths[0]).write_bytes(("\r\n".join(lines) + "\r\n").encode("ascii"))
    return f"3.{digits}"


def unpack_wheel(wheel: Path, site: Path) -> None:
    """Unzip a wheel's packages; its scripts are not needed, the entry script stands for them.

    Raises
    ------
    Unfit
        A name in the wheel leads outside, or it needs start-up code (``.pth``), which stays off here.
    """
    with zipfile.ZipFile(wheel) as archive:
        for info in archive.infolist():
            place = re.sub(r"^[^/]+\.data/(purelib|platlib)/", "", info.filename)
            if info.is_dir() or re.match(r"[^/]+\.data/", place):
                continue
            path = (site / place).resolve()
            if not path.is_relative_to(site.resolve()):
                raise Unfit(f"{wheel.name}: {info.filename} leads outside")
            if re.fullmatch(r"[^/]+\.pth", place):
                raise Unfit(f"{wheel.name} needs {place}, which is not read here")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(archive.read(info))


def licence_of(wheel: Path) -> str:
    """Give one line for a package: name, version, licence, and where its text lies."""
    fields = metadata(wheel)
    kind = next(iter(fields["License-Expression"]), "")
    classified = [c.rsplit(" :: ", 1)[1] for c in fields["Classifier"] if c.startswith("License ::")]
    short = [text for text in fields["License"] if "\n" not in text and len(text) < 80]
    kind = kind or ", ".join(short or classified) or "see its dist-info folder"
    with zipfile.ZipFile(wheel) as archive:
        texts = filter(LICENCE_TEXT.search, archive.namelist())
        places = ", ".join(sorted(f"{SITE}/{name}" for name in texts))
    return f"{fields['Name'][0]} {fields['Version'][0]}: {kind}" + (f" ({places})" if places else "")


def digest(path: Path) -> str:
    """Give a file's SHA-256."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def listed(folder: Path) -> Iterator[tuple[str, str]]:
    """Give SHA-256 and relative path of every file in a folder but the list itself, sorted by path."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    for path in files:
        if (name := path.relative_to(folder).as_posix()) != LIST:
            yield digest(path), name


def pack(folder: Path) -> Path:
    """Zip a folder beside itself; the same files give the same bytes."""
    target = folder.with_name(f"{folder.name}.zip")
    with zipfile.ZipFile(target, "w") as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            info = zipfile.ZipInfo(path.relative_to(folder.parent).as_posix(), FIXED_DATE)
            archive.writestr(info, path.read_bytes(), zipfile.ZIP_DEFLATED, 6)
    return target


def build(embed: Path, out: Path, root: Path = ROOT, wheels: Path | None = None) -> Path:
    """Make the folder and its archive.

    Parameters
    ----------
    embed : Path
        The archive of an embeddable Python for 64-bit Windows.
    out : Path
        Where the folder and its archive go; an older one of the same name is replaced.
    root : Path
        The working copy.
    wheels : Path, optional
        A folder that holds the wheels, instead of the package index.

    Returns
    -------
    Path
        The archive.

    Raises
    ------
    Unfit
        Something given does not fit; nothing is left in ``out`` then.
    """
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out) as temporary:
        work = Path(temporary)
        stage, fetched, own = work / "stage", work / "wheels", work / "own"
        for folder in (stage, fetched, own):
            folder.mkdir()
        python = unpack_python(embed, stage)
        requirements = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
        lock = (root / "requirements.lock").read_text("utf-8")
        packages = collect(requirements, lock, fetched, python, wheels)
        program = own_wheel(root, own)
        for wheel in (*packages, program):
            unpack_wheel(wheel, stage / SITE)
        furnish(stage, root, [*packages, program])
        target = out / f"ParkPlan-{metadata(program)['Version'][0]}-windows"
        shutil.rmtree(target, ignore_errors=True)
        stage.rename(target)
        return pack(target)


def furnish(stage: Path, root: Path, wheels: list[Path]) -> None:
    """Add entry scripts, the sample, licences, and the list of it all."""
    for name in ENTRY:
        text = (HERE / name).read_text("utf-8")
        (stage / name).write_text(text, "utf-8", newline="\r\n")  # cmd misreads labels with bare line feeds
    for name in ("LICENSE", "README.md"):
        shutil.copy(root / name, stage / f"ParkPlan-{name}")
    if (root / SAMPLE).is_dir():
        shutil.copytree(root / SAMPLE, stage / SAMPLE, ignore=shutil.ignore_patterns("__pycache__", "*.py"))
    licences = "\n".join(map(licence_of, wheels))
    (stage / LICENCES).write_text(f"{licences}\n", encoding="utf-8")
    lines = "".join(f"{value}  {name}\n" for value, name in listed(stage))
    (stage / LIST).write_text(lines, encoding="utf-8")


def main() -> int:
    """Build from the command line; 2 when something given does not fit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--embed", required=True, help="archive of an embeddable Python")
    parser.add_argument("--out", type=Path, default=Path("dist"))
    parser.add_argument("--wheels", type=Path, help="take the wheels from this folder, not from the index")
    given = parser.parse_args()
    if not given.embed:
        print("Name the archive: PYTHON_EMBED=/path/to/python-3.11.9-embed-amd64.zip", file=sys.stderr)
        return 2
    try:
        archive = build(Path(given.embed), given.out, wheels=given.wheels)
    except Unfit as fault:
        print(fault, file=sys.stderr)
        return 2
    size_mb = archive.stat().st_size / 1e6
    print(f"{archive} ({size_mb:.0f} MB); not yet run on Windows: see windows/CHECKLIST.md")
    return 0


if __name__ == "__main__":
    sys.exit(main())
