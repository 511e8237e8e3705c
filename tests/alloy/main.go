// Parses an Alloy configuration, checks that the formatter leaves it as it is, and prints its strings as JSON.
//
// A tool for tests/config_readers.rs: go run . FILE
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strconv"

	"github.com/grafana/alloy/syntax/ast"
	"github.com/grafana/alloy/syntax/parser"
	"github.com/grafana/alloy/syntax/printer"
	"github.com/grafana/alloy/syntax/token"
)

type collector struct{ found []string }

func (c *collector) Visit(node ast.Node) ast.Visitor {
	if literal, ok := node.(*ast.LiteralExpr); ok && literal.Kind == token.STRING {
		text, err := strconv.Unquote(literal.Value)
		fail(err)
		c.found = append(c.found, text)
	}
	return c
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func main() {
	source, err := os.ReadFile(os.Args[1])
	fail(err)
	file, err := parser.ParseFile(os.Args[1], source)
	fail(err)
	var formatted bytes.Buffer
	fail(printer.Fprint(&formatted, file))
	if formatted.String()+"\n" != string(source) && formatted.String() != string(source) {
		fail(fmt.Errorf("the formatter would write:\n%s", formatted.String()))
	}
	found := &collector{found: []string{}}
	ast.Walk(found, file)
	fail(json.NewEncoder(os.Stdout).Encode(found.found))
}
