# Short names for commands; all work without just. Install just with `pip install rust-just`.

# Lists the recipes.
default:
    @just --list

# Runs the console.
run *arguments:
    cargo run -- {{arguments}}

# Runs the headless engine.
engine *arguments:
    cargo run -p engine -- {{arguments}}

# Sends synthetic contacts to a running engine, for example `just traffic --rate 5`.
traffic *arguments:
    cargo run -p engine -- traffic {{arguments}}

# Runs the test command: format, lints, dependency arrows, all tests.
test *arguments:
    stacks/dev/test {{arguments}}

# Runs the same as CI.
ci:
    .ci/run

# Fuzzes the parsers of external input: `just fuzz`, `just fuzz requests 600`.
fuzz *arguments:
    stacks/fuzz/run {{arguments}}

# Checks a running engine against its OpenAPI document: `just check-api`, `just check-api 300 7`.
check-api *arguments:
    stacks/dev/check-api {{arguments}}

# Measures the store and the API, for example `just bench --rounds 1 --seconds 0.5 ops`.
bench *arguments:
    cargo bench -p engine --bench speed -- {{arguments}}

# Measures the console, for example `just bench-console --agents 50 --waiting 200 --seconds 2`.
bench-console *arguments:
    cargo bench -p tui --bench console -- {{arguments}}

# Measures one frame of the console, with a thousand and with a million contacts waiting.
bench-frame:
    cargo bench -p tui --bench frame

# Measures the rules without a store, with up to 100,000 agents and a million contacts waiting.
bench-core *arguments:
    cargo bench -p shared --bench core -- {{arguments}}

# Redraws the pictures in docs/ with the program itself.
pictures:
    cargo build --release
    target/release/switchboard picture > docs/console.svg
    target/release/switchboard picture --size 80x24 > docs/console-80x24.svg
    target/release/switchboard picture --theme colour-blind > docs/console-colour-blind.svg
    target/release/switchboard picture --of detail > docs/detail.svg
    target/release/switchboard picture --of inject > docs/inject.svg
    target/release/switchboard picture --of help > docs/help.svg
    target/release/switchboard picture --of desk > docs/desk.svg
    target/release/switchboard picture --of wallboard > docs/wallboard.svg

# Injects faults into a floor under load and verifies it: `just chaos`, `just chaos kill --seconds 3600 --rate 200`.
chaos *arguments:
    cargo build --release -p engine
    stacks/chaos/run --engine target/release/switchboard-engine {{arguments}}

# Starts a local Redis with JSON and prints its URL.
redis-up:
    stacks/dev/redis up

# Stops the Redis that redis-up started.
redis-down:
    stacks/dev/redis down

# Starts a whole stack in containers: `just up`, `just up enterprise`, `just up oss --dry-run`.
up *arguments:
    stacks/up {{arguments}}

# Stops it: `just down`, `just down enterprise --volumes`.
down *arguments:
    stacks/down {{arguments}}

# Starts the whole topology on this machine, as network namespaces (needs root).
hosts-up:
    stacks/hosts/up

# Removes it again.
hosts-down:
    stacks/hosts/down

# Injects a fault into each part of it under load, for example `just trials --quick kill-primary`.
trials *arguments:
    stacks/hosts/trials {{arguments}}
