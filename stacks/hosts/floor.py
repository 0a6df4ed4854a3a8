"""Checks the store after a trial: whether anything was lost, or given to two agents.

Asks the database through the virtual address. Each question is one script, so traffic may continue.
"""

import json

# What is wrong with these contacts, and with the lists of the whole floor.
INSPECT = r"""
local acd, wrong = '{acd}:', {}
local function say(text) wrong[#wrong + 1] = text end
local function document(kind, id)
  local text = redis.call('JSON.GET', acd .. kind .. ':' .. id)
  return text and cjson.decode(text)
end
local function inspect(id)
  local contact = document('contact', id)
  if not contact then return nil, say('lost: contact ' .. id) end
  local queued = redis.call('ZSCORE', acd .. 'queue', id)
  local agent = contact.agent and document('agent', contact.agent)
  local held = agent and agent.contact == id
  local right
  if contact.outcome then right = not held and not queued and contact.ended
  elseif contact.agent then right = held and not queued and contact.assigned
  else right = queued end
  if not right then say('torn: contact ' .. id .. ' with agent ' .. tostring(contact.agent) ..
    ' and outcome ' .. tostring(contact.outcome)) end
  return contact
end
for _, id in ipairs(redis.call('ZRANGE', acd .. 'queue', 0, -1)) do inspect(id) end
for _, name in ipairs(redis.call('ZRANGE', acd .. 'busy', 0, -1)) do
  local agent = document('agent', name)
  if not (agent and agent.contact) then say('torn: busy agent ' .. name .. ' has no contact')
  else
    local contact = inspect(agent.contact)
    if contact and contact.agent ~= name then say('torn: agent ' .. name .. ' is on another\'s') end
  end
end
for _, argument in ipairs(ARGV) do
  local id, finished = string.sub(argument, 2), string.sub(argument, 1, 1) == 'f'
  local contact = inspect(id)
  if contact and finished and not contact.outcome then say('undone: contact ' .. id) end
end
return cjson.encode({ wrong = wrong })
"""

EVENTS = r"""
local all = {}
for _, entry in ipairs(redis.call('XRANGE', '{acd}:events', ARGV[1], '+')) do
  local texts = {}
  for text in string.gmatch(entry[2][4], '[^\n]+') do texts[#texts + 1] = text end
  -- The entry's id is the number of its last event.
  local before = tonumber(string.match(entry[1], '^%d+')) - #texts
  for i, text in ipairs(texts) do
    if before + i >= (tonumber(ARGV[1]) or 0) then all[#all + 1] = { before + i, text } end
  end
end
return cjson.encode({ all = all })
"""

OVERDUE = r"""
local now = redis.call('TIME')
local first = redis.call('ZRANGE', '{acd}:deadlines', 0, 0, 'WITHSCORES')
return cjson.encode({ first = tonumber(first[2]), now = now[1] * 1000 + now[2] / 1000 })
"""


class Floor:
    """Follows the events of the store from trial to trial."""

    def __init__(self, lab):
        self.lab = lab
        self.last = (0, None)
        self.contacts = {}
        self.agents = {}

    def ask(self, script, *arguments):
        return json.loads(self.lab.redis("eval", script, "1", "{acd}:meta", *arguments))

    def deadline(self):
        """Returns the seconds until something is due; below 0 it is overdue."""
        answer = self.ask(OVERDUE)
        return (answer["first"] - answer["now"]) / 1000

    def lost(self, ledger):
        """Returns what is wrong with acknowledged contacts of the visitors, as sentences."""
        finished = {line["contact"] for line in ledger if line["kind"] == "finished"}
        created = {line["contact"] for line in ledger if line["kind"] == "created"}
        arguments = [
            ("f" if contact in finished else "c") + contact.removeprefix("contact:")
            for contact in sorted(created)
        ]
        wrong = list(self.ask(INSPECT, *arguments)["wrong"])
        wrong += [f"gave up: {line['what']} ({line['why']})" for line in ledger if line["kind"] == "gave_up"]
        return sorted(set(wrong))

    def twice(self, ledger):
        """Returns contacts or agents that were assigned twice, by the events since the last call."""
        number, text = self.last
        wrong = []
        for event in self.ask(EVENTS, str(number or "-"))["all"]:
            if event[0] == number:
                if event[1] != text:
                    wrong.append(f"lost: event {number} is another than it was")
                continue
            if number and event[0] != number + 1:
                wrong.append(f"lost: after event {number} comes {event[0]}")
            number, text = event
            self.follow(json.loads(text), wrong)
        if number < self.last[0]:
            wrong.append(f"lost: events end before {self.last[0]}")
        self.last = (number, text)
        for line in ledger:
            if line["kind"] == "agent":
                seen = self.contacts.get(line["contact"].removeprefix("contact:"))
                if not seen or line["agent"] not in seen["served"]:
                    wrong.append(f"{line['contact']} was with {line['agent']}, says its visitor only")
        return wrong

    def follow(self, event, wrong):
        """Replays an event."""
        kind, id, agent = event["type"], event.get("contact"), event.get("agent")
        if kind == "contact_created":
            if id in self.contacts:
                wrong.append(f"contact {id} was created twice")
            self.contacts[id] = {"agent": None, "served": set()}
        elif kind == "contact_assigned":
            contact = self.contacts.setdefault(id, {"agent": None, "served": set()})
            if contact["agent"]:
                wrong.append(f"contact {id} is with {contact['agent']} and given to {agent}")
            if self.agents.get(agent):
                wrong.append(f"agent {agent} is on {self.agents[agent]} and gets {id}")
            contact["agent"] = agent
            contact["served"].add(agent)
            self.agents[agent] = id
        elif kind in ("contact_requeued", "contact_completed"):
            contact = self.contacts.setdefault(id, {"agent": None, "served": set()})
            if contact["agent"] == "ended":
                wrong.append(f"contact {id} ended twice")
            if contact["agent"]:
                self.agents.pop(contact["agent"], None)
            contact["agent"] = None if kind == "contact_requeued" else "ended"
