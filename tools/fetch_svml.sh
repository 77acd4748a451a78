#!/usr/bin/env bash
# Fetches Intel's SVML, which the benchmark of the elementary functions compares with; nothing else uses it.
#
#     cargo bench --bench math -- --svml "$(tools/fetch_svml.sh FOLDER)"
#
# Downloads the wheel `intel-cmplr-lib-rt` with pip, unpacks libsvml.so and the library that it needs into
# the folder, and prints the path to pass. Needs python3 with pip, and Linux on x86-64. The library is Intel's, under
# the licence in the wheel (Intel End User License Agreement for Developer Tools).
set -euo pipefail

folder=${1:?usage: tools/fetch_svml.sh FOLDER}
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)

if [[ ! -e $folder/libsvml.so ]]; then
    wheel=$(mktemp -d)
    trap 'rm -rf "$wheel"' EXIT
    python3 -m pip download --quiet --no-deps --only-binary :all: --dest "$wheel" intel-cmplr-lib-rt >&2
    python3 - "$wheel" "$folder" <<'PYTHON'
import pathlib, sys, zipfile

wheel, folder = map(pathlib.Path, sys.argv[1:])
with zipfile.ZipFile(next(wheel.glob("*.whl"))) as archive:
    for name in archive.namelist():
        file = pathlib.PurePosixPath(name).name
        if file in ("libsvml.so", "libintlc.so.5"):
            (folder / file).write_bytes(archive.read(name))
PYTHON
fi
echo "$folder/libsvml.so"
