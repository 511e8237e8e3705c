// Makes the configuration of a machine of Talos as `talosctl gen config` does, applies patches, and validates it.
//
// A tool for tests/go_judges.rs: go run . VERSION controlplane|worker PATCH...
package main

import (
	"fmt"
	"os"
	"time"

	"github.com/siderolabs/talos/pkg/machinery/config"
	"github.com/siderolabs/talos/pkg/machinery/config/configpatcher"
	"github.com/siderolabs/talos/pkg/machinery/config/generate"
	"github.com/siderolabs/talos/pkg/machinery/config/generate/secrets"
	"github.com/siderolabs/talos/pkg/machinery/config/machine"
)

type mode struct{}

func (mode) String() string        { return "cloud" }
func (mode) RequiresInstall() bool { return true }
func (mode) InContainer() bool     { return false }

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func main() {
	contract, err := config.ParseContractFromVersion(os.Args[1])
	fail(err)
	kind, err := machine.ParseType(os.Args[2])
	fail(err)
	bundle, err := secrets.NewBundle(secrets.NewFixedClock(time.Unix(1700000000, 0)), contract)
	fail(err)
	input, err := generate.NewInput("test", "https://192.0.2.1:6443", "1.35.0",
		generate.WithVersionContract(contract), generate.WithSecretsBundle(bundle), generate.WithInstallDisk("/dev/sda"))
	fail(err)
	made, err := input.Config(kind)
	fail(err)
	var named []string
	for _, file := range os.Args[3:] {
		named = append(named, "@"+file)
	}
	patches, err := configpatcher.LoadPatches(named)
	fail(err)
	patched, err := configpatcher.Apply(configpatcher.WithConfig(made), patches)
	fail(err)
	result, err := patched.Config()
	fail(err)
	warnings, err := result.Validate(mode{})
	fail(err)
	for _, warning := range warnings {
		fmt.Fprintln(os.Stderr, "warning:", warning)
	}
	text, err := result.Bytes()
	fail(err)
	_, err = os.Stdout.Write(text)
	fail(err)
}
