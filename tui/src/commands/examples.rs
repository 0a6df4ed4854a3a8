//! The examples and exit codes at the end of the help of one-shot commands.

pub(super) const INJECT_EXAMPLES: &str = "\
Examples:
  switchboard inject --skills English,Billing
  switchboard inject --skills Sales --priority 0 --count 10 | cut -f 1
      Ten contacts that are served before all others; prints only their keys.
  switchboard inject --type billing
      A contact with the skills and the priority of its type.
  switchboard inject --skills English --count 20 --per-minute 60 > keys
      One contact per second, with a progress bar on the terminal.
Prints a line for each contact, separated by tabs: its key, `assigned` or `queued`, its agent or `-`.

Exit codes: 0 done, 1 refused, 2 wrong usage or no usable store, 3 the connection to the store
was lost.";

pub(super) const SET_EXAMPLES: &str = "\
Examples:
  switchboard set
      Prints what is set.
  switchboard set short_abandon_s=10 reasons=lunch,break
  switchboard set reasons=
      Removes the list: agents may give any reason.
  switchboard set offer_timeout_s=20 wrap_up=timed:30
      Agents have 20 seconds to accept a contact, and 30 seconds of wrap-up; also wrap_up=manual.
Each setting is a word: its name, `=`, and its value, which is read as JSON, as a text, or as a list
of texts separated by commas. A wrong name is answered with those there are.

Exit codes: 0 done, 1 refused, 2 wrong usage or no usable store, 3 the connection to the store
was lost.";

pub(super) const TYPE_EXAMPLES: &str = "\
Examples:
  switchboard type billing skills=English,Billing priority=3
      Creates the type, or changes these two settings of it.
  switchboard type billing
      Prints what is set.
  switchboard type billing --create
      Creates the type, with all as the floor has it.
  switchboard type billing priority=
      Removes the setting: it is as the floor has it.
  switchboard type billing --delete
      Refused while contacts of the type have not ended.
Settings are written as for `switchboard set`; `switchboard types` lists the types.

Exit codes: 0 done, 1 refused, 2 wrong usage or no usable store, 3 the connection to the store
was lost.";

pub(super) const STATUS_EXAMPLES: &str = "\
Examples:
  switchboard status
  switchboard status --json | jq .overview.waiting
  switchboard status --json --watch
      A line of JSON at each change, at most one per second, until Ctrl-C. Times are in
      milliseconds since 1970, durations in milliseconds.

Exit codes: 0 done, 2 wrong usage or no usable store, 3 the connection to the store was lost.";

pub(super) const EXIT_CODES: &str = "\
Exit codes: 0 done, 1 refused, 2 wrong usage or no usable store, 3 the connection to the store
was lost.";
