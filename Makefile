# `make run` and `make test` do all the set-up themselves; the rest is for those who work on Trapline.

SWIFT ?= swift
PREFIX ?= /usr/local
DESTDIR ?=

# One set of flags for everything that is built as a release: other flags would build it all anew.
RELEASE := -c release --static-swift-stdlib --disable-local-rpath
BIN := .build/release

.PHONY: build setup run test tables coverage bench bench-decode spark-check install uninstall format-check clean help

build: ## build the release
	@$(SWIFT) build $(RELEASE) --product trapline
	@$(SWIFT) build $(RELEASE) --product trapline-report

setup: ## install the Debian and PyPI packages that are missing, where that is possible
	@scripts/setup
	@scripts/setup-python

run: setup build ## set up, build, and trace `ls /`
	$(BIN)/trapline ls /

# `make test ONLY=PATTERN` runs the tests whose names match.
ONLY ?= .

# The tests' own copy of the rooms has the debugging checks, and is optimised, or the hostile ones would take an hour; the
# program they run is the release.
test: setup build ## set up, build, and run every test
	@TRAPLINE="$(CURDIR)/$(BIN)/trapline" $(SWIFT) test -Xswiftc -O --filter '$(ONLY)'

tables: ## compile tables/ to Sources/CSyscallTables/generated
	@$(SWIFT) build $(RELEASE) --product TableCompiler
	@$(BIN)/TableCompiler

coverage: ## what is described, what is decoded in Swift, and what is not covered
	@$(SWIFT) build $(RELEASE) --product TableCompiler
	@$(BIN)/TableCompiler --coverage

bench: build ## measure beside strace and a loop that does nothing but stop
	@python3 fixtures/bench/run.py

spark-check: setup build ## run the questions of docs/ANALYSIS.md with Spark in local mode (needs Java; fetches PySpark)
	@fixtures/analysis/spark-check $(BIN)/trapline

bench-decode: ## measure what decoding and formatting a call cost
	@$(SWIFT) build $(RELEASE) --product bench-decode
	@$(BIN)/bench-decode fixtures/bench/decode/stops.txt

install: build ## install under PREFIX (/usr/local), below DESTDIR
	install -d "$(DESTDIR)$(PREFIX)/bin"
	install -m 755 $(BIN)/trapline "$(DESTDIR)$(PREFIX)/bin/trapline"
	install -m 755 $(BIN)/trapline-report "$(DESTDIR)$(PREFIX)/bin/trapline-report"
	install -d "$(DESTDIR)$(PREFIX)/share/man/man1"
	install -m 644 docs/trapline.1 "$(DESTDIR)$(PREFIX)/share/man/man1/trapline.1"
	install -d "$(DESTDIR)$(PREFIX)/share/bash-completion/completions" "$(DESTDIR)$(PREFIX)/share/zsh/site-functions" \
	  "$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d"
	$(BIN)/trapline --completions bash >"$(DESTDIR)$(PREFIX)/share/bash-completion/completions/trapline"
	$(BIN)/trapline --completions zsh >"$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_trapline"
	$(BIN)/trapline --completions fish >"$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/trapline.fish"

uninstall: ## remove what `install` put there
	rm -f "$(DESTDIR)$(PREFIX)/bin/trapline" "$(DESTDIR)$(PREFIX)/bin/trapline-report" "$(DESTDIR)$(PREFIX)/share/man/man1/trapline.1" \
	  "$(DESTDIR)$(PREFIX)/share/bash-completion/completions/trapline" \
	  "$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_trapline" \
	  "$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/trapline.fish"

format-check: ## check the layout of the Swift sources
	@$(SWIFT) format lint --strict --parallel --recursive Package.swift Sources Tests

clean: ## remove everything that was built
	rm -rf .build

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' $(MAKEFILE_LIST) | expand -t 14
