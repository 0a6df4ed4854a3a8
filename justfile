# Short names for commands that work without just. Get just with `pip install rust-just`.

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

# Runs the test command: format, lints, arrows, all tests.
test *arguments:
    stacks/dev/test {{arguments}}

# Runs what CI runs.
ci:
    .ci/run

# Fuzzes what reads foreign input: `just fuzz`, `just fuzz requests 600`.
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

# Measures a frame: built and compared with the one before, on a thousand and on a million waiting.
bench-frame:
    cargo bench -p tui --bench frame

# Measures the rules without a store, on floors of up to 100,000 agents and a million waiting.
bench-core *arguments:
    cargo bench -p shared --bench core -- {{arguments}}

# Draws the pictures in docs/ anew, from the program itself.
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

# Breaks a floor under load and verifies it: `just chaos`, `just chaos kill --seconds 3600 --rate 200`.
chaos *arguments:
    cargo build --release -p engine
    stacks/chaos/run --engine target/release/switchboard-engine {{arguments}}

# Brings up a local Redis with JSON and prints its URL.
redis-up:
    stacks/dev/redis up

# Stops the Redis that redis-up started.
redis-down:
    stacks/dev/redis down

# Brings up a whole stack in containers: `just up`, `just up enterprise`, `just up oss --dry-run`.
up *arguments:
    stacks/up {{arguments}}

# Ends it: `just down`, `just down enterprise --volumes`.
down *arguments:
    stacks/down {{arguments}}

# Brings the whole topology up on this machine, as network namespaces (root).
hosts-up:
    stacks/hosts/up

# Takes it away again.
hosts-down:
    stacks/hosts/down

# Breaks each part of it under load, for example `just trials --quick kill-primary`.
trials *arguments:
    stacks/hosts/trials {{arguments}}
