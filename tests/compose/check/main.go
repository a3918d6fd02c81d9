// Reads docker-compose.yml, Dockerfile and .dockerignore as Docker itself does, by its own libraries,
// and prints what they come to as JSON; where they are wrong it says so and ends with 1.
//
//	check compose FOLDER ENVFILE   the project, with an override beside it: schema, variables, references
//	check dockerfile FILE          the instructions of each stage, and what the linter says of them
//	check context FOLDER           the files that .dockerignore lets through
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/linter"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"
)

func main() {
	checks := map[string]func([]string) (any, error){
		"compose": compose, "dockerfile": dockerfile, "context": buildContext,
	}
	found, err := checks[os.Args[1]](os.Args[2:])
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(found)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func compose(words []string) (any, error) {
	files := []string{filepath.Join(words[0], "docker-compose.yml")}
	override := filepath.Join(words[0], "docker-compose.override.yml")
	if _, err := os.Stat(override); err == nil {
		files = append(files, override)
	}
	options, err := cli.NewProjectOptions(
		files,
		cli.WithWorkingDirectory(words[0]),
		cli.WithEnvFiles(words[1]),
		cli.WithDotEnv,
		cli.WithResolvedPaths(true),
	)
	if err != nil {
		return nil, err
	}
	return options.LoadProject(context.Background())
}

type step struct {
	Stage int    `json:"stage"`
	Name  string `json:"name"`
	Text  string `json:"text"`
}

type read struct {
	Steps    []step   `json:"steps"`
	Warnings []string `json:"warnings"`
}

func dockerfile(words []string) (any, error) {
	file, err := os.Open(words[0])
	if err != nil {
		return nil, err
	}
	defer file.Close()
	parsed, err := parser.Parse(file)
	if err != nil {
		return nil, err
	}
	found := read{Warnings: []string{}}
	for _, it := range parsed.Warnings {
		found.Warnings = append(found.Warnings, it.Short)
	}
	warn := func(rule, _, _, text string, _ []parser.Range) {
		found.Warnings = append(found.Warnings, rule+": "+text)
	}
	stages, _, err := instructions.Parse(parsed.AST, linter.New(&linter.Config{Warn: warn}))
	if err != nil {
		return nil, err
	}
	for number, stage := range stages {
		for _, it := range stage.Commands {
			text := fmt.Sprint(it)
			if run, ok := it.(*instructions.RunCommand); ok {
				text = run.CmdLine[0]
			}
			found.Steps = append(found.Steps, step{number, it.Name(), text})
		}
	}
	return found, nil
}

func buildContext(words []string) (any, error) {
	file, err := os.Open(filepath.Join(words[0], ".dockerignore"))
	if err != nil {
		return nil, err
	}
	defer file.Close()
	patterns, err := ignorefile.ReadAll(file)
	if err != nil {
		return nil, err
	}
	matcher, err := patternmatcher.New(patterns)
	if err != nil {
		return nil, err
	}
	files := []string{}
	err = filepath.WalkDir(words[0], func(path string, it fs.DirEntry, err error) error {
		if err != nil || it.IsDir() {
			return err
		}
		name, err := filepath.Rel(words[0], path)
		if err != nil {
			return err
		}
		ignored, err := matcher.MatchesOrParentMatches(filepath.ToSlash(name))
		if err == nil && !ignored {
			files = append(files, filepath.ToSlash(name))
		}
		return err
	})
	return files, err
}
