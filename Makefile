# `make` runs the editor. `make test` is all that CI does; it installs what it needs.
.PHONY: run dev test test-from-outside test-undetected fuzz soak tools lint bench build screens

run: ## the editor at http://127.0.0.1:3000/, sessions in the database alone
	go run .

dev: ## the same with Redis: compose's, or make dev REDIS_URL=redis://host:6379/0
	@if [ -z "$$REDIS_URL" ]; then set -x; docker compose up -d redis; fi
	REDIS_URL="$${REDIS_URL:-redis://127.0.0.1:6379/0}" go run .

# Tests that begin with undetected(t) or (f) measure, or go through very much in one goroutine: the race detector finds nothing there and makes them
# many times as long, so they run without it. The random test does a part of its work with it. Those of e2e look at a running server from outside.
UNDETECTED = $(shell grep -h -B1 '^	undetected([tf])' handlers/*_test.go card/format/*_test.go | sed -n 's/^func \([FT][a-z]*[A-Z][A-Za-z]*\).*/\1/p' | paste -sd '|' -)

# -count=1: the e2e tests build the binary themselves, so Go cannot know when their last result is out of date. They wait more than they compute, so
# they run beside the others that need no detector.
test: tools lint ## the linters and every test; with the race detector where one process does several things at once
	go test -race -count=1 -timeout 20m $$(go list ./... | grep -v '/e2e$$')
	@$(MAKE) --no-print-directory -j2 --keep-going --output-sync test-from-outside test-undetected
	@$(MAKE) --no-print-directory fuzz FUZZTIME=4s GUIDED=

test-from-outside: ## the servers the tests start, browsers, and every kind of Redis
	go test -count=1 -timeout 20m ./e2e

test-undetected:
	go test -count=1 -timeout 20m -run '^(TestSessionsSeeTheirOwnAndNothingElse|$(UNDETECTED))$$' ./handlers ./card/format

# GUIDED=-fuzz=. lets the fuzzer see which code an input reaches, and builds all of it once more for that; with nothing there the tests' own
# build does, and tries ten times as much in its seconds as with the race detector, with which some do not get through their seeds. On a slow machine Go calls it a failure that the time ran out in the middle of an input; that is none.
FUZZTIME ?= 10s
GUIDED ?= -fuzz=.
fuzz: ## each fuzz target for FUZZTIME; an input that fails is then in testdata/fuzz, to be committed with the cure
	@set -e; tmp=$$(mktemp -d); trap 'rm -rf "$$tmp"' EXIT; \
	for dir in $$(grep -lr --include='*_test.go' '^func Fuzz' . | xargs -n1 dirname | sort -u); do \
		go test -c $(GUIDED) -o "$$tmp/fuzz.test" "$$dir"; \
		for target in $$("$$tmp/fuzz.test" -test.list '^Fuzz'); do \
			echo "$$dir $$target for $(FUZZTIME)"; \
			(cd "$$dir" && "$$tmp/fuzz.test" -test.run '^$$' -test.fuzz "^$$target\$$" -test.fuzztime $(FUZZTIME) -test.fuzzminimizetime 20x \
				-test.fuzzcachedir "$$(go env GOCACHE)/fuzz/cardstock/$$target" 2>&1 || true) | tee "$$tmp/out"; \
			grep -q '^PASS$$' "$$tmp/out" || { grep -q '^    context deadline exceeded' "$$tmp/out" && ! grep -q 'Failing input' "$$tmp/out"; } || exit 1; \
		done; \
	done

soak: tools ## the long tests in full, an hour and more; `make test` runs a share of each
	SOAK=1 go test -count=1 -timeout 6h -v -run '$(or $(RUN),.)' ./...
	SOAK=1 go test -timeout 1h -run '^$$' -bench '^BenchmarkSave$$' -benchtime 30000x ./db
	SOAK=1 go test -timeout 2h -run '^$$' -bench Expiry -benchtime 1x ./sweep

tools: ## what tests need besides Go, gcc and git: a Redis, a browser, and npm for axe-core
	@missing=""; \
	for b in redis-server npm; do command -v $$b >/dev/null || missing="$$missing $$b"; done; \
	for b in chromium-headless-shell headless-shell headless_shell chromium chromium-browser google-chrome google-chrome-stable ""; do \
		if [ -z "$$b" ]; then missing="$$missing chromium"; \
		elif command -v $$b >/dev/null; then break; fi; \
	done; \
	if [ -n "$$missing" ] && command -v apt-get >/dev/null; then \
		sudo=""; [ "$$(id -u)" = 0 ] || sudo="sudo"; \
		echo "installing $$missing"; \
		$$sudo apt-get update -qq && \
		$$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $$missing || exit 1; \
		case "$$missing" in *chromium*) $$sudo env DEBIAN_FRONTEND=noninteractive \
			apt-get install -qq -y --no-install-recommends chromium-headless-shell || echo "without it browser tests take longer";; esac; \
	elif [ -n "$$missing" ]; then \
		echo "please install $$missing: tests fail without" >&2; exit 1; \
	fi

lint: ## gofmt, vet, staticcheck
	@unformatted=$$(gofmt -l .); if [ -n "$$unformatted" ]; then echo "gofmt would change:"; echo "$$unformatted"; exit 1; fi
	go vet ./...
	go run honnef.co/go/tools/cmd/staticcheck@v0.8.2 ./...

screens: tools ## pictures of the main states in DIR (default screens/), light and dark, wide to 320 px
	SCREENS=$(abspath $(or $(DIR),screens)) go test -count=1 -run '^TestScreens$$' ./e2e

bench: ## the benchmarks, with allocations
	go test -run '^$$' -bench . -benchmem -timeout 30m ./...

build: ## ./cardstock, one file without dependencies besides the C library
	go build -trimpath -ldflags "-s -w" -o cardstock .
