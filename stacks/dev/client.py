"""Uses a client generated from /openapi.json: every operation, against a running engine.

Usage: TOKEN=... client.py ADDRESS, with the client on PYTHONPATH."""

import os
import sys
import time

from switchboard_client import AuthenticatedClient, Client
from switchboard_client.api.acd import (
    change_settings, get_acd, get_stats, list_past_events, set_acd_state)
from switchboard_client.api.agent import (
    add_agent_skill, change_wrap_up, create_agent, delete_agent, get_agent, list_agents,
    remove_agent_skill, rename_agent, set_agent_state)
from switchboard_client.api.contact import (
    accept_offer, cancel_contact, complete_contact, complete_contact_with, create_contact,
    explain_contact, get_contact, list_queue, reject_offer, requeue_contact,
    set_contact_disposition, set_contact_priority)
from switchboard_client.api.skill import delete_skill, list_skills
from switchboard_client.api.type_ import (
    delete_contact_type, get_contact_type, list_contact_types, put_contact_type)
from switchboard_client import models
from switchboard_client.types import UNSET

address = sys.argv[1]
client = AuthenticatedClient(base_url=address + "/v1", token=os.environ["TOKEN"])
stranger = Client(base_url=address + "/v1")
done = set()


def call(operation, status, *path, client=client, **arguments):
    """Calls an operation, and checks its status and that its answer was parsed."""
    done.add(operation.__name__.rsplit(".", 1)[1])
    answer = operation.sync_detailed(*path, client=client, **arguments)
    assert answer.status_code == status, (operation.__name__, answer)
    assert answer.parsed is not None, (operation.__name__, answer)
    return answer.parsed


def refused(operation, status, code, *path, **arguments):
    problem = call(operation, status, *path, **arguments)
    assert isinstance(problem, models.Problem) and problem.code == code, problem
    return problem.detail


# An agent, and all changes of one.
name = {"fname": "Ada", "lname": "Lovelace"}
made = call(create_agent, 201, "agent:7", body=models.CreateAgent(skills=["English"], **name))
assert made.agent_key == "agent:7"
refused(create_agent, 409, "agent_exists", "agent:7",
        body=models.CreateAgent(skills=[], fname="Eve", lname="Else"))
call(rename_agent, 200, "agent:7", body=models.RenameAgent(fname="Ada", lname="King"))
call(add_agent_skill, 200, "agent:7", body=models.AddSkill(skill="Billing"))
call(add_agent_skill, 200, "agent:7", body=models.AddSkill(skill="French"))
call(remove_agent_skill, 200, "agent:7", "Billing")
agent = call(get_agent, 200, "agent:7")
assert (agent.lname, agent.skills) == ("King", ["English", "French"]), agent
assert agent.presence == models.Presence.UNAVAILABLE and agent.activity == models.Activity.IDLE

# Contacts: one that waits, in a list that is paged, and one that is served.
keys = [call(create_contact, 201, body=models.CreateContact(skills=["Klingon"])).contact_key
        for _ in range(5)]
seen, cursor = [], UNSET
while True:
    page = call(list_queue, 200, limit=2, cursor=cursor)
    seen += [contact.contact_key for contact in page.items]
    assert page.total == 5
    if page.next_ is None:
        break
    cursor = page.next_
assert seen == keys, (seen, keys)
call(set_contact_priority, 200, keys[4], body=models.SetPriority(priority=0))
assert call(list_queue, 200).items[0].contact_key == keys[4]
why = call(explain_contact, 200, keys[0])
assert why.unstaffed == ["Klingon"] and why.sentence, why

call(set_agent_state, 200, "agent:7", body=models.SetAgentState(state=1))
attributes = models.CreateContactAttributesType0.from_dict({"caller": "+49 30"})
served = call(create_contact, 201, body=models.CreateContact(
    skills=["English"], priority=1, attributes=attributes), idempotency_key="order 66")
assert (served.state, served.agent) == (2, "agent:7"), served
again = call(create_contact, 201, body=models.CreateContact(
    skills=["English"], priority=1, attributes=attributes), idempotency_key="order 66")
assert again.contact_key == served.contact_key
assert call(get_contact, 200, served.contact_key).attributes["caller"] == "+49 30"
refused(delete_agent, 409, "agent_busy", "agent:7")
back = call(requeue_contact, 200, served.contact_key, body=models.Requeue(agent="agent:7"))
assert back.state == 1, back
call(set_agent_state, 200, "agent:7", body=models.SetAgentState(state=1))
call(complete_contact, 200, served.contact_key)
ended = call(get_contact, 200, served.contact_key)
assert (ended.state, ended.outcome) == (3, models.Outcome.HANDLED), ended
call(cancel_contact, 200, keys[0])
assert call(get_contact, 200, keys[0]).outcome == models.Outcome.CANCELLED

# A contact type, from which a contact takes its skills and priority.
settings = models.SetType(skills=["Swahili"], priority=9)
call(put_contact_type, 201, "sales chat", body=settings)
assert call(put_contact_type, 200, "sales chat", body=settings).skills == ["Swahili"]
assert call(get_contact_type, 200, "sales chat").settings.priority == 9
assert [one.name for one in call(list_contact_types, 200).types] == ["sales chat"]
typed = call(create_contact, 201, body=models.CreateContact(type_="sales chat")).contact_key
taken = call(get_contact, 200, typed)
assert (taken.type_, taken.skills, taken.priority) == ("sales chat", ["Swahili"], 9), taken
refused(delete_contact_type, 409, "type_in_use", "sales chat")
call(complete_contact, 200, typed)
assert call(delete_contact_type, 200, "sales chat").skills == ["Swahili"]
refused(get_contact_type, 404, "unknown_type", "sales chat")

# A contact that is offered, rejected, accepted, and ended with a disposition.
wrap_up = models.WrapUp(mode=models.WrapUpMode.TIMED, seconds=60)
call(change_settings, 200, body=models.SettingsChange(
    offer_timeout_s=60, penalty_s=0, wrap_up=wrap_up, dispositions=["sold"]))
made = call(create_contact, 201, body=models.CreateContact(skills=["English"]))
offer = made.offer
assert (made.state, made.agent, offer.agent) == (4, None, "agent:7"), made
body = {"agent": "agent:7", "offer": offer.number}
call(reject_offer, 200, made.contact_key, body=models.RejectOffer(**body))
# A dispatcher ends their penalty.
while (again := call(get_contact, 200, made.contact_key)).state != 4:
    time.sleep(0.1)
assert again.offer.number > offer.number, again
refused(accept_offer, 409, "stale_offer", made.contact_key, body=models.AcceptOffer(**body))
body["offer"] = again.offer.number
taken = call(accept_offer, 200, made.contact_key, body=models.AcceptOffer(**body))
assert (taken.state, taken.agent) == (2, "agent:7"), taken
call(complete_contact_with, 200, made.contact_key, body=models.CompleteContact(agent="agent:7"))
agent = call(get_agent, 200, "agent:7")
assert agent.activity == models.Activity.WRAP_UP and agent.until_ms, agent
call(set_contact_disposition, 200, made.contact_key, body=models.SetDisposition(disposition="sold"))
assert call(get_contact, 200, made.contact_key).disposition == "sold"
call(change_wrap_up, 200, "agent:7", body=models.ChangeWrapUp(done=True))
refused(change_wrap_up, 409, "not_in_wrap_up", "agent:7", body=models.ChangeWrapUp(extend_s=60))
call(change_settings, 200, body=models.SettingsChange(offer_timeout_s=None, wrap_up=None))

# Refusals are parsed as problems.
detail = refused(create_contact, 422, "invalid", body=models.CreateContact(skills=["*"]))
assert "'*'" in detail, detail
detail = refused(set_agent_state, 422, "invalid", "agent:7", body=models.SetAgentState(state=7))
assert "use 1 or 0" in detail, detail
refused(get_contact, 404, "unknown_contact", "contact:01890a5d-ac96-774b-bcce-b302099a8057")
refused(get_acd, 401, "unauthorized", client=stranger)
assert call(set_acd_state, 201, body=models.SetAcd(state=0)).acd_state == 0
refused(create_contact, 409, "acd_closed", body=models.CreateContact(skills=[]))
call(set_acd_state, 201, body=models.SetAcd(state=1))

# The floor, its figures and its events.
floor = call(get_acd, 200)
assert (floor.waiting, floor.agents, floor.totals.created) == (4, 1, 8), floor
assert (floor.totals.offers, floor.totals.rejected, floor.totals.accepted) == (2, 1, 1), floor
stats = call(get_stats, 200, window="60m", within="10")
assert stats.window.service_level_within_ms == 10_000, stats.window
assert [agent.agent_key for agent in call(list_agents, 200, limit=500).items] == ["agent:7"]
assert {skill.skill for skill in call(list_skills, 200).items} >= {"English", "Klingon"}
call(delete_skill, 200, "French")
kinds, after = [], 0
while True:
    events = call(list_past_events, 200, after=after, limit=10).items
    if not events:
        break
    kinds += [type(event) for event in events]
    after = events[-1].number
assert kinds[0] is models.AgentCreatedEvent and models.ContactRequeuedEvent in kinds, kinds
assert all(kind.__name__.endswith("Event") for kind in kinds), kinds
call(delete_agent, 200, "agent:7")
refused(get_agent, 404, "unknown_agent", "agent:7")
print(f"    a generated client does {len(done)} operations")
