//go:build tools

// Package s3server names the program that tests build and start.
package s3server

import _ "github.com/johannesboyne/gofakes3/cmd/gofakes3"
