"""Build the vendored styles and scripts: `make frontend`. Needs node; installing and running Holdfast does not.

Reads the packages pinned in package-lock.json; writes src/holdfast/web/static/vendor with the licences and a
MANIFEST.json of what each file is made from, and axe-core for the browser tests.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
VENDOR = ROOT / "src" / "holdfast" / "web" / "static" / "vendor"
BROWSER_VENDOR = ROOT / "tests" / "browser" / "vendor"
MODULES = HERE / "node_modules"
SHIPPED = ("govuk-frontend", "@ministryofjustice/frontend")


def run(*words: str) -> None:
    subprocess.run(words, cwd=HERE, check=True)


def version(package: str) -> tuple[str, str]:
    about = json.loads((MODULES / package / "package.json").read_text())
    return about["version"], about["license"]


def build() -> None:
    run("npm", "ci", "--no-audit", "--no-fund", "--silent")
    shutil.rmtree(VENDOR, ignore_errors=True)
    VENDOR.mkdir(parents=True)
    run(
        str(MODULES / ".bin" / "sass"), "--style=compressed", "--no-source-map", "--quiet-deps",
        "--load-path=.", "--load-path=node_modules", "app.scss", str(VENDOR / "holdfast.css"),
    )
    run(
        str(MODULES / ".bin" / "esbuild"), "app.mjs", "--bundle", "--minify", "--format=esm", "--target=es2020",
        "--legal-comments=inline", f"--outfile={VENDOR / 'holdfast.mjs'}",
    )
    # The pictures that the styles name, and no others.
    for name in re.findall(r'url\("?(images/[^)"]+)"?\)', (VENDOR / "holdfast.css").read_text()):
        (VENDOR / name).parent.mkdir(exist_ok=True)
        shutil.copy(MODULES / "@ministryofjustice" / "frontend" / "moj" / "assets" / name, VENDOR / name)
    shutil.copy(HERE / "LICENCES.txt", VENDOR / "LICENCES.txt")


def compress() -> None:
    """Beside each style and script its compressed form, which is what a browser is sent: a fifth of the size."""
    for path in sorted(VENDOR.rglob("*")):
        if path.suffix in (".css", ".mjs", ".svg"):
            # No time of making in it: the same input gives the same bytes.
            path.with_name(path.name + ".gz").write_bytes(gzip.compress(path.read_bytes(), 9, mtime=0))


def vendor_axe() -> None:
    BROWSER_VENDOR.mkdir(parents=True, exist_ok=True)
    shutil.copy(MODULES / "axe-core" / "axe.min.js", BROWSER_VENDOR / "axe.min.js")
    shutil.copy(MODULES / "axe-core" / "LICENSE", BROWSER_VENDOR / "axe-core-LICENCE.txt")


def manifest(folder: Path, packages: tuple[str, ...]) -> None:
    made_from = [dict(zip(("package", "version", "licence"), (p, *version(p)), strict=True)) for p in packages]
    files = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "MANIFEST.json"
    }
    text = json.dumps({"made_from": made_from, "sha256": files}, indent=2)
    (folder / "MANIFEST.json").write_text(text + "\n")


if __name__ == "__main__":
    build()
    compress()
    vendor_axe()
    manifest(VENDOR, SHIPPED)
    manifest(BROWSER_VENDOR, ("axe-core",))
    for name in ("holdfast.css", "holdfast.mjs"):
        print(f"{name}: {(VENDOR / name).stat().st_size:,} bytes")
