// Loads a configuration as the program does that it is for, with the discoveries that dvgen writes.
//
// A tool for tests/go_judges.rs: go run . prometheus|alertmanager FILE
package main

import (
	"fmt"
	"log/slog"
	"os"

	alertmanager "github.com/prometheus/alertmanager/config"
	prometheus "github.com/prometheus/prometheus/config"
	_ "github.com/prometheus/prometheus/discovery/consul"
	_ "github.com/prometheus/prometheus/discovery/dns"
	_ "github.com/prometheus/prometheus/discovery/file"
)

func main() {
	var err error
	switch os.Args[1] {
	case "prometheus":
		_, err = prometheus.LoadFile(os.Args[2], false, slog.New(slog.DiscardHandler))
	case "alertmanager":
		_, err = alertmanager.LoadFile(os.Args[2])
	default:
		err = fmt.Errorf("neither prometheus nor alertmanager: %s", os.Args[1])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
