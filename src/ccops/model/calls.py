"""The tables that call records fill: what callers met, and what agents did."""

from __future__ import annotations

from ccops.model.columns import ORIGIN, Table, columns

CONTACTS = Table(
    "contacts", "one row per customer contact, however many queues and agents it met",
    key=("system", "contact_id"), at="started_at",
    columns=columns("""
system         text     the switch
contact_id     text     the switch's id of the whole contact
channel        text     voice, chat, email, …
direction      text     in, out, internal
started_at     instant  when the contact began
ended_at       instant  when it ended; null if that was not seen
customer_key   key      keyed hash of the caller's number or id; null when unknown
customer_mask  text     the number with its middle hidden
outcome        text     answered, abandoned, connected (the switch answered; an agent is not proven), unanswered, busy,
    failed, ivr_hangup, ivr_completed, open, or a visit's flow-out
reason         text     why the customer called, if the source says
ivr_ms         duration time in the voice menu; null when the contact met none or it is not known
""" + ORIGIN),
)

QUEUE_VISITS = Table(
    "queue_visits", "one row per entry of a contact into a queue: the grain of every queue KPI",
    key=("system", "contact_id", "queue", "nth"), at="entered_at",
    columns=columns("""
system         text     the switch
contact_id     text     the contact
queue          text     the queue or skill group
nth            count    1 for the contact's first entry into this queue, 2 for its second, …
channel        text     voice, chat, email, …
direction      text     in, out
entered_at     instant  when the contact entered the queue
answered_at    instant  when an agent answered; null if none did
ended_at       instant  when the visit ended; null if that was not seen
wait_ms        duration from entering to the answer or to leaving; null when open
ring_ms        duration the answering agent's ringing, part of the wait
talk_ms        duration talk without hold; null when not answered or not known
hold_ms        duration hold; null when the source has none
acw_ms         duration after-call work; null when the source has none
agent          text     who answered (or was greeting, for an abandon in the announcement)
outcome        text     answered, abandoned, timeout, overflow, exit_key, exit_empty, callback, voicemail,
    withdrawn, refused, dropped, open
abandon_phase  text     queue, ring, announcement; null unless abandoned
released_by    text     customer, agent, system; who ended it
transferred    flag     the agent passed the contact on; null when the source cannot say
truncated      flag     the file began or the switch restarted in the middle of it
customer_key   key      as in contacts
""" + ORIGIN),
)

SEGMENTS = Table(
    "segments", "one row per stretch of one agent's time on one contact, unanswered ringing included",
    key=("system", "contact_id", "nth"), at="started_at", personal=True,
    columns=columns("""
system       text      the switch
contact_id   text      the contact
nth          count     order within the contact
agent        text      the agent
queue        text      the queue, if it came from one
kind         text      talk, hold, consult, wrap, no_answer (rang and was not answered)
started_at   instant   when it began
duration_ms  duration  how long it lasted; null when not known
""" + ORIGIN),
)

AGENT_STATES = Table(
    "agent_states", "what each agent was doing: one line per agent without overlap, cut at the business day",
    key=("agent", "started_at"), at="started_at", personal=True,
    columns=columns("""
agent         text     the agent
state         text     available, ring, talk, hold, wrap, aux, offline
reason        text     the aux reason
started_at    instant  from
ended_at      instant  to
login_source  text     how the login time is known: log, inferred, roster
""" + ORIGIN),
)

INTERVAL_STATS = Table(
    "interval_stats", "interval reports as another system computed them, kept beside our own figures",
    key=("system", "queue", "started_at", "interval_ms"), at="started_at",
    columns=columns("""
system             text      the switch
queue              text      the queue or skill group
started_at         instant   start of the interval
interval_ms        duration  its length
offered_n          count     offered
answered_n         count     answered
abandoned_n        count     abandoned
answered_within_n  count     answered within the other system's threshold
wait_ms            duration  waiting time of answered contacts, summed
talk_ms            duration  talk, summed
hold_ms            duration  hold, summed
acw_ms             duration  after-call work, summed
login_ms           duration  signed-in time, summed over agents
available_ms       duration  ready time, summed over agents
aux_ms             duration  not-ready time, summed over agents
""" + ORIGIN),
)

ANSWERED = ("answered",)
ABANDONED = ("abandoned",)
FLOW_OUTS = ("timeout", "overflow", "exit_key", "exit_empty", "callback", "voicemail")
OTHER_ENDS = ("withdrawn", "refused", "dropped")
OPEN = ("open",)
VISIT_OUTCOMES = ANSWERED + ABANDONED + FLOW_OUTS + OTHER_ENDS + OPEN
AGENT_STATE_NAMES = ("talk", "hold", "wrap", "ring", "aux", "available", "offline")  # the earlier wins an overlap
