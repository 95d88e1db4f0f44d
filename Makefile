# `make` runs the editor. `make test` is all that CI does; it installs what it needs.
.PHONY: run dev test soak tools lint bench build

run: ## the editor at http://127.0.0.1:3000/, sessions in the database alone
	go run .

dev: ## the same with Redis: compose's, or make dev REDIS_URL=redis://host:6379/0
	@if [ -z "$$REDIS_URL" ]; then set -x; docker compose up -d redis; fi
	REDIS_URL="$${REDIS_URL:-redis://127.0.0.1:6379/0}" go run .

# -count=1: the e2e tests build the binary themselves, so Go cannot know when their last result is out of date.
test: tools lint ## the linters and every test, with the race detector
	go test -race -count=1 -timeout 20m ./...

soak: tools ## the long tests in full, an hour and more; `make test` runs a share of each
	SOAK=1 go test -count=1 -timeout 6h -v -run '$(or $(RUN),.)' ./...
	SOAK=1 go test -timeout 1h -run '^$$' -bench '^BenchmarkSave$$' -benchtime 30000x ./db
	SOAK=1 go test -timeout 2h -run '^$$' -bench Expiry -benchtime 1x ./sweep

tools: ## what tests need besides Go, gcc and git: a Redis and a browser
	@missing=""; \
	command -v redis-server >/dev/null || missing="redis-server"; \
	for b in headless-shell headless_shell chromium chromium-browser google-chrome google-chrome-stable ""; do \
		if [ -z "$$b" ]; then missing="$$missing chromium"; \
		elif command -v $$b >/dev/null; then break; fi; \
	done; \
	if [ -n "$$missing" ] && command -v apt-get >/dev/null; then \
		sudo=""; [ "$$(id -u)" = 0 ] || sudo="sudo"; \
		echo "installing $$missing"; \
		$$sudo apt-get update -qq && \
		$$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $$missing; \
	elif [ -n "$$missing" ]; then \
		echo "please install $$missing: tests fail without" >&2; exit 1; \
	fi

lint: ## gofmt, vet, staticcheck
	@unformatted=$$(gofmt -l .); if [ -n "$$unformatted" ]; then echo "gofmt would change:"; echo "$$unformatted"; exit 1; fi
	go vet ./...
	go run honnef.co/go/tools/cmd/staticcheck@v0.8.2 ./...

bench: ## the benchmarks, with allocations
	go test -run '^$$' -bench . -benchmem -timeout 30m ./...

build: ## ./cardstock, one file without dependencies besides the C library
	go build -trimpath -ldflags "-s -w" -o cardstock .
