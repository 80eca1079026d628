# Everything a developer types. `make help` lists it.
SHELL := /bin/bash
.DEFAULT_GOAL := help
SOURCES := Package.swift Sources Tests

.PHONY: help build libcurl fmt lint check test chaos-test fuzz bench demo demo-stop pre-commit

help: ## list these commands
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/:.*## /\t/' | column -t -s "$$(printf '\t')"

build: ## release build of fledx-cp, fledx-agent and fledx (in .build/release)
	@packaging/setup.sh build
	@packaging/build.sh

libcurl: ## a static libcurl with only what the programs use, for every build after it (Debian; smaller agents)
	@packaging/setup.sh libcurl
	@packaging/libcurl.sh

fmt: ## format all sources in place
	swift format --in-place --recursive $(SOURCES)

lint: ## formatting and documentation rules, strict
	swift format lint --strict --recursive $(SOURCES)

check: ## compile everything, tests too, without running
	@packaging/setup.sh build
	swift build --build-tests

test: ## every test in its short form (at most 20 minutes on 2 cores)
	@packaging/setup.sh test
	@packaging/test.sh

chaos-test: ## every test in its long form (at most 90 minutes)
	@FLEDX_RUN_CHAOS=1 $(MAKE) test

fuzz: ## fuzz the parsers with libFuzzer and the address sanitizer, five minutes each
	@packaging/setup.sh build
	@packaging/fuzz.sh 300

bench: ## measure speed and footprint against nginx and docker (release build)
	@packaging/setup.sh bench
	@packaging/bench.sh

demo: ## build, start everything, deploy two replicas and curl them; ONCE=1 tears down again
	@packaging/setup.sh demo
	@packaging/demo.sh

demo-stop: ## end what `make demo` left running: fledx-cp, its containers, its private dockerd
	@packaging/demo.sh stop

pre-commit: lint test ## what must be green before a commit
