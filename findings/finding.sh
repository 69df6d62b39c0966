# Sourced by every script here. A script calls, in this order:
#   finding NODE PACKAGE@VERSION ...   a fresh folder with these packages, and a Node of at least that major version
#   expect_output <<'EOF' ... EOF      what the run prints as long as the behaviour is the recorded one
#   run_check <<'EOF' ... EOF          an ES module that plays the behaviour
# Exit 0: as recorded. Exit 1: it changed (or could not be run). The folder is removed in every case.
# Needs bash, npm and Node >= 20 in PATH. Packages come from the npm registry; their install scripts do not run.
set -euo pipefail

NODE_24=24.21.0

finding() {
  local wanted=$1 package
  shift
  case "$(node -p 'Number(process.versions.node.split(".")[0]) >= 20')" in
    true) ;;
    *) echo "Node >= 20 is needed, PATH has $(node --version)" >&2 && exit 1 ;;
  esac
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  cd "$work"
  echo '{"private":true,"type":"module"}' > package.json
  run_node=node
  local node_package=""
  if [ "$(node -p "Number(process.versions.node.split('.')[0]) >= $wanted")" = false ]; then
    node_package="node-$(node -p 'process.platform + "-" + process.arch')"
    run_node="$work/node_modules/$node_package/bin/node"
    node_package="$node_package@$NODE_24"
  fi
  npm install --save-exact --ignore-scripts --no-audit --no-fund --loglevel=error "$@" $node_package > npm.log 2>&1 ||
    { cat npm.log >&2 && exit 1; }
  echo "$(basename "$0" .sh)"
  for package in "$@"; do
    package=${package%@*}
    package=${package%@npm:*}
    echo "  $package $(node -p "JSON.parse(fs.readFileSync('node_modules/$package/package.json', 'utf8')).version")"
  done
  echo "  on Node $("$run_node" --version)"
}

expect_output() {
  cat > expected.txt
}

run_check() {
  cat > check.mjs
  NO_COLOR=1 "$run_node" --no-warnings check.mjs > seen.txt 2> errors.txt || { cat seen.txt errors.txt >&2 && exit 1; }
  sed 's/^/  | /' seen.txt
  if ! diff -u expected.txt seen.txt; then
    echo "CHANGED: it no longer behaves as recorded" >&2
    exit 1
  fi
  echo "as recorded"
}
