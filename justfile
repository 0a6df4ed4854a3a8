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

# Measures the console, for example `just bench-console --agents 50 --waiting 200 --seconds 2`.
bench-console *arguments:
    cargo bench -p tui --bench console -- {{arguments}}

# Draws the README's picture of the console anew, from the program itself.
picture:
    cargo run --release -- picture --size 120x36 > docs/console.svg

# Brings up a local Redis with JSON and prints its URL.
redis-up:
    stacks/dev/redis up

# Stops the Redis that redis-up started.
redis-down:
    stacks/dev/redis down

# Brings the whole topology up on this machine, as network namespaces (root).
hosts-up:
    stacks/hosts/up

# Takes it away again.
hosts-down:
    stacks/hosts/down

# Breaks each part of it under load, for example `just trials --quick kill-primary`.
trials *arguments:
    stacks/hosts/trials {{arguments}}
