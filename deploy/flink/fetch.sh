#!/usr/bin/env bash
# Fetch Flink's distribution and Beam's job server for it, checked against the checksums beside this script.
#
#     deploy/flink/fetch.sh [FOLDER]      # .cache/flink of this checkout where none is named
#
# Needs java 17, mvn and a Python with pip; each takes packages from where this machine is set up to take them from.
# FOLDER is left alone where it is whole already.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
folder=${1:-$here/../../.cache/flink}
sums=$(cat "$here/requirements.txt" "$here/jars.sha256" | sha256sum)

if [[ -f $folder/whole && $(<"$folder/whole") == "$sums" ]]; then
    exit 0
fi
for tool in java mvn; do
    command -v "$tool" >/dev/null || { echo "fetch.sh: $tool is missing: install it first" >&2; exit 1; }
done
python=
for one in ${PYTHON:-} "$here/../../.venv/bin/python" python3; do
    if "$one" -m pip --version >/dev/null 2>&1; then
        python=$one
        break
    fi
done
[[ $python ]] || { echo "fetch.sh: no Python with pip: name one with PYTHON=..." >&2; exit 1; }

mkdir -p "$(dirname "$folder")"
part=$(mktemp -d "$folder.XXXXXX")
trap 'rm -rf "$part"' EXIT
"$python" -m pip download --quiet --require-hashes --no-deps --dest "$part/download" --requirement "$here/requirements.txt"
mkdir "$part/flink"
tar -xzf "$part"/download/apache-flink-libraries-*.tar.gz -C "$part/flink" --strip-components=2 --wildcards '*/deps/*'
mvn --quiet --batch-mode --file "$here/pom.xml" dependency:copy-dependencies -DoutputDirectory="$part/job-server"
(cd "$part/job-server" && sha256sum --check --strict --quiet "$here/jars.sha256")
[[ $(find "$part/job-server" -name '*.jar' | wc -l) == $(wc -l <"$here/jars.sha256") ]] ||
    { echo "fetch.sh: Maven brought a jar that jars.sha256 does not list" >&2; exit 1; }
rm -r "$part/download"
echo "$sums" >"$part/whole"
rm -rf "$folder"
mv "$part" "$folder"
