# `make run` and `make test` do all the set-up themselves; the rest is for those who work on Trapline.

SWIFT ?= swift
PREFIX ?= /usr/local
DESTDIR ?=

# One set of flags for everything that is built as a release: other flags would build it all anew.
# One thread does everything, and the tests check its accesses. A start is short where little is loaded and relocated: a
# fixed address, and the C++ library linked in.
RELEASE := -c release --static-swift-stdlib --disable-local-rpath \
  -Xswiftc -enforce-exclusivity=unchecked \
  -Xswiftc -Xclang-linker -Xswiftc -no-pie -Xswiftc -Xclang-linker -Xswiftc -static-libgcc \
  -Xlinker -L"$(CURDIR)/scripts/link" -Xlinker --gc-sections -Xlinker --icf=safe -Xlinker --no-export-dynamic -Xlinker -s
BIN := .build/release

.PHONY: aarch64 build setup run test test-races fuzz sanitize soak reliability declared-imports tables bpf uapi manual coverage \
  differential bench bench-decode spark-check install uninstall release test-package test-library format-check format \
  clean help

build: ## build the release
	@$(SWIFT) build $(RELEASE) --product trapline
	@$(SWIFT) build $(RELEASE) --product trapline-report

setup: ## install the Debian and PyPI packages that tests need and that are missing, where that is possible
	@scripts/setup test
	@scripts/setup-python
	@scripts/oracle

run: ## install what building needs, build, and trace `ls /`
	@scripts/setup build
	@$(MAKE) --no-print-directory build
	$(BIN)/trapline ls /

# `make test ONLY=PATTERN` runs the tests whose names match.
ONLY ?= .

# The tests' own copy of the modules has the debugging checks, and is optimised, or the hostile ones would take an hour; the
# program they run is the release.
test: setup build format-check declared-imports ## set up, build, and run every test
	@{ TRAPLINE="$(CURDIR)/$(BIN)/trapline" $(SWIFT) test -Xswiftc -O --filter '$(ONLY)'; echo $$? >.build/status; } 2>&1 \
	  | awk -v skips=Tests/skips.txt -f scripts/check-skips.awk && exit $$(cat .build/status)

# How often each race is run, and how many made-up histories of threads the engine goes through.
RACES ?= 300
HISTORIES ?= 10000
test-races: setup build ## run what depends on who comes first again and again: RACES= HISTORIES=
	@TRAPLINE="$(CURDIR)/$(BIN)/trapline" RACES=$(RACES) HISTORIES=$(HISTORIES) \
	  $(SWIFT) test -Xswiftc -O --filter 'RaceTests|HistoryTests'

# `make fuzz TARGET=decoder SECONDS=600 SEED=7`; all targets in turn where none is named. `INPUT=FILE` runs one input again.
TARGET ?= decoder tables options expressions conditions report
SECONDS ?= 60
INPUT ?=
fuzz: ## give made-up and mutated input to what takes foreign input: TARGET= SECONDS= SEED= INPUT=
	@$(SWIFT) build $(RELEASE) --product fuzz
	@set -e; for target in $(TARGET); do \
	  $(BIN)/fuzz $$target $(if $(INPUT),$(INPUT),seconds=$(SECONDS) $(if $(SEED),seed=$(SEED)) save=.build/fuzz-$$target.input); done

# Sanitizers on the unit tests and on the inputs of FuzzTests: memory, and what C does not define.
sanitize: ## run the unit tests and the fuzzed input with the address and the undefined-behaviour sanitizer
	@TRAPLINE=/nowhere $(SWIFT) test --scratch-path .build/sanitize --sanitize=address --sanitize=undefined -Xswiftc -O \
	  --skip EndToEndTests

MINUTES ?= 30
soak: build ## trace work of all kinds, and hold each trace against what is known of the work: MINUTES= SEED=
	@TRAPLINE="$(CURDIR)/$(BIN)/trapline" python3 fixtures/soak/run.py $(MINUTES) $(if $(SEED),--seed=$(SEED))

# The rows of docs/RELIABILITY.md; `make reliability CASE=kills` runs one.
CASE ?=
reliability: build ## run what ought to break a tracer under strace 7.2 and both engines: CASE=
	@scripts/oracle
	@TRAPLINE="$(CURDIR)/$(BIN)/trapline" python3 fixtures/reliability/run.py $(if $(CASE),$(CASE),--write)

declared-imports: ## check that each target declares what it imports
	@scripts/declared-imports

# `make uapi SUITE=trixie` takes Debian's headers of another suite, `make uapi LINUX=FOLDER` those of a kernel tree.
uapi: ## make tables/uapi again from the kernel's headers
	@if [ -n "$(LINUX)" ]; then $(MAKE) -C "$(LINUX)" headers_install ARCH=x86 INSTALL_HDR_PATH="$(CURDIR)/.cache/uapi/tree"; fi
	@scripts/uapi $(if $(LINUX),--headers .cache/uapi/tree) $(if $(SUITE),--suite $(SUITE))

tables: ## compile tables/ to Sources/CSyscallTables/generated
	@$(SWIFT) build $(RELEASE) --product TableCompiler
	@$(BIN)/TableCompiler

manual: ## write the declared options into the manual page
	@$(SWIFT) build $(RELEASE) --product ManualCompiler
	@$(BIN)/ManualCompiler docs/trapline.1

bpf: ## compile the programs that record calls in the kernel to Sources/CBPF/generated
	@scripts/bpf-object

coverage: ## what is described, what is decoded in Swift, and what is not covered
	@$(SWIFT) build $(RELEASE) --product TableCompiler
	@$(BIN)/TableCompiler --coverage

# Options of `make differential`; what is not said is chosen by the seed.
SEED ?=
COUNT ?= 100
CALLS ?=
ABI ?=
STYLE ?=
PAIRS ?=
differential: build ## compare with strace 7.2 on calls made up from the tables: SEED= COUNT= CALLS= ABI= STYLE= PAIRS=
	@scripts/oracle
	@$(SWIFT) build $(RELEASE) --product differential
	@$(BIN)/differential .build/oracle/strace "$(CURDIR)/$(BIN)/trapline" "$(CURDIR)" \
	  'seed=$(SEED)' 'count=$(COUNT)' 'calls=$(CALLS)' 'abi=$(ABI)' 'style=$(STYLE)' 'pairs=$(PAIRS)'

bench: build ## measure beside strace and a loop that does nothing but stop
	@scripts/oracle
	@python3 fixtures/bench/run.py
	@python3 fixtures/bench/server.py

spark-check: setup build ## run the questions of docs/ANALYSIS.md with Spark in local mode (needs Java; fetches PySpark)
	@fixtures/analysis/spark-check $(BIN)/trapline

bench-decode: ## measure what decoding and formatting a call cost
	@$(SWIFT) build $(RELEASE) --product bench-decode
	@$(BIN)/bench-decode fixtures/bench/decode/stops.txt

# Where things are installed, below DESTDIR.
BINDIR := $(DESTDIR)$(PREFIX)/bin
MANDIR := $(DESTDIR)$(PREFIX)/share/man/man1
BASH_COMPLETIONS := $(DESTDIR)$(PREFIX)/share/bash-completion/completions
ZSH_COMPLETIONS := $(DESTDIR)$(PREFIX)/share/zsh/site-functions
FISH_COMPLETIONS := $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d
PROGRAMS := trapline trapline-report
# The programs that are installed: those of another machine do not run here, and say no completions.
BUILT ?= $(BIN)

install: ## install what `make build` built under PREFIX (/usr/local), below DESTDIR
	@for program in $(PROGRAMS); do \
	  test -x $(BUILT)/$$program || { echo "install: $(BUILT)/$$program is not built: run \`make build\` first" >&2; exit 1; }; done
	install -d "$(BINDIR)" "$(MANDIR)" "$(BASH_COMPLETIONS)" "$(ZSH_COMPLETIONS)" "$(FISH_COMPLETIONS)"
	@set -e; for program in $(PROGRAMS); do set -x; \
	  install -m 755 $(BUILT)/$$program "$(BINDIR)/$$program"; \
	  install -m 644 docs/$$program.1 "$(MANDIR)/$$program.1"; \
	  $(BIN)/$$program --completions bash >"$(BASH_COMPLETIONS)/$$program"; \
	  $(BIN)/$$program --completions zsh >"$(ZSH_COMPLETIONS)/_$$program"; \
	  $(BIN)/$$program --completions fish >"$(FISH_COMPLETIONS)/$$program.fish"; { set +x; } 2>/dev/null; done

uninstall: ## remove what `install` put there
	@for program in $(PROGRAMS); do \
	  rm -fv "$(BINDIR)/$$program" "$(MANDIR)/$$program.1" "$(BASH_COMPLETIONS)/$$program" \
	    "$(ZSH_COMPLETIONS)/_$$program" "$(FISH_COMPLETIONS)/$$program.fish"; done

release: build ## pack what is built: a tarball and a Debian package in .build/packages; for arm64 too, after `make aarch64`
	@scripts/package
	@if [ -e .cache/aarch64/host.done ]; then \
	  scripts/aarch64/build trapline trapline-report && scripts/package arm64 .build/aarch64/release; fi

# `make aarch64 WHAT=programs` compares the programs of fixtures/conformance as well.
WHAT ?= cases
aarch64: ## build for aarch64, and compare with strace 7.2 in an emulated machine: WHAT=cases|programs
	@scripts/aarch64/build trapline
	@scripts/aarch64/machine $(WHAT)
	@fixtures/aarch64/report.py .build/aarch64/machine/console fixtures/aarch64/differences.tsv

test-package: release ## install the Debian package in a bare Debian (debootstrap, root), and trace with it
	@scripts/test-package

test-library: ## build a package in another folder that depends on the library by its version
	@scripts/test-library

format-check: ## check the layout of the Swift sources and of the tables' descriptions
	@$(SWIFT) format lint --strict --parallel --recursive Package.swift Sources Tests
	@$(SWIFT) build $(RELEASE) --product TableCompiler
	@$(BIN)/TableCompiler --check-format

format: ## lay out the Swift sources and the tables' descriptions
	@$(SWIFT) format --in-place --parallel --recursive Package.swift Sources Tests
	@$(SWIFT) build $(RELEASE) --product TableCompiler
	@$(BIN)/TableCompiler --format

clean: ## remove everything that was built
	rm -rf .build

help: ## this list
	@sed -n 's/^\([a-z0-9-]*\):.*## /\1	/p' $(MAKEFILE_LIST) | expand -t 14
