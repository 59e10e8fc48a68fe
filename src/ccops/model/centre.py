"""The tables of the centre beside its calls: schedules, people, attendance, quality, opinions, money, cases."""

from __future__ import annotations

from ccops.model.columns import ORIGIN, PLACE, Table, columns
from ccops.settings import PAUSES

SHIFTS = Table(
    "shifts", "the published schedule: one line per agent without overlap, cut at the business day",
    key=("agent", "started_at"), at="started_at", beside=True, personal=True,
    columns=columns("""
agent       text     the agent
activity    text     off, lunch, break, meeting, training, other, work; work is scheduled to be available
queue       text     the queues that the work is planned for, parted by ;, if the schedule says
started_at  instant  from
ended_at    instant  to
overlap     flag     the same was planned twice at once, or break and lunch together: one of them shows
""" + ORIGIN),
)

EMPLOYEES = Table(
    "employees", "who works or worked here: one row per employment, as the latest list that names the person says",
    key=("agent", "nth"), at="", beside=True, personal=True,
    columns=columns("""
agent            text      the agent, as in the other tables
nth              count     1 for the person's first employment, 2 for the second after a return, …
name             text      the person's name
team             text      the team
skills           text      queues or skills, parted by ;
contract_ms      duration  agreed working time per week
employed_from    day       first day of employment
employed_to      day       last day of employment; null while employed
productive_from  day       first day on calls after training; null when not known
role             text      what the person does: agent, trainee, lead, quality, planning, other
shift            text      the shift or pattern that the person usually works
hiring_source    text      where the person was found: referral, agency, campus, …
leave_reason     text      why the employment ended, in the list's words
leave_kind       text      voluntary, involuntary, internal (moved within the company); null: as the settings say
wage             money     pay per hour or per month
wage_per         text      hour or month
currency         text      currency of the wage
overlap          flag      the person was employed already when this employment began
""" + PLACE),
)

ATTENDANCE = Table(
    "attendance", "hours attended and paid, per person and kind of time, as HR books them",
    key=("agent", "started_at", "kind", "reason"), at="started_at", beside=True, personal=True,
    columns=columns("""
agent        text      the person
kind         text      work, overtime, training, meeting, leave, sick, absent, other
reason       text      why, in the export's words
started_at   instant   when it began; local noon where the export names the day alone
ended_at     instant   when it ended; null where the export names the day alone
attended_ms  duration  time spent at work; 0 for leave, sickness, absence
paid_ms      duration  time that is paid; null when the export has none
""" + ORIGIN),
)

EVALUATIONS = Table(
    "evaluations", "one row per evaluation of a contact by one evaluator",
    key=("evaluation_id",), at="evaluated_at", beside=True, personal=True,
    columns=columns("""
evaluation_id  text     its id; made of contact, evaluator and time where the export has none
contact_id     text     the contact that was listened to
agent          text     who was evaluated
queue          text     the queue, if the export says
evaluator      text     who evaluated
form           text     the form that was filled in
session        text     the calibration session; null for an ordinary evaluation
master         flag     the agreed score of a calibration session
evaluated_at   instant  when
score          number   0-1: by its questions and their weights, else as the export gives it
failed         flag     marked as failed, or a critical question was failed; null where nothing says either way
""" + ORIGIN),
)

EVALUATION_ITEMS = Table(
    "evaluation_items", "one row per question of an evaluation",
    key=("evaluation_id", "section", "question"), at="evaluated_at", beside=True, personal=True,
    columns=columns("""
evaluation_id   text     the evaluation
agent           text     who was evaluated
evaluator       text     who evaluated
section         text     the section of the form
question        text     the question
section_weight  number   weight of the section in the form; null: its questions' weights alone count
weight          number   weight of the question within its section
points          number   points given; null when not applicable
most            number   points that could be given
not_applicable  flag     the question did not apply to this contact
critical        text     customer, business, compliance: an error here is critical; null for an ordinary question
failed          flag     the critical question was failed
evaluated_at    instant  when
""" + ORIGIN),
)

SURVEYS = Table(
    "surveys", "one row per customer asked for an opinion, answered or not",
    key=("survey_id",), at="sent_at", beside=True,
    columns=columns("""
survey_id      text     its id; made of contact and time where the export has none
contact_id     text     the contact it is about
customer_key   key      as in contacts
customer_mask  text     the number with its middle hidden
queue          text     the queue, if the export says
agent          text     the agent, if the export says
sent_at        instant  when the customer was asked
responded_at   instant  when the customer answered; null if never
csat           number   satisfaction, on the form's scale ([quality] csat_scale)
nps            number   likelihood to recommend, 0-10
ces            number   effort, on the form's scale ([quality] ces_scale)
""" + ORIGIN),
)

LEDGER = Table(
    "ledger", "what was spent and what was budgeted, per month and category",
    key=("month", "kind", "category", "team", "queue"), at="", beside=True,
    columns=columns("""
month     day     first day of the month
kind      text    actual, budget
category  text    what it was for: wages, overtime, telecom, …; or a quantity: contacts, handled, handled_minutes,
    paid_hours, productive_hours
team      text    the team, if it is one team's
queue     text    the queue, if it is one queue's
amount    money   money spent or budgeted; null for a quantity
currency  text    currency of the amount
quantity  number  a quantity, such as contacts or paid hours; null for money
""" + PLACE),
)

CASES = Table(
    "cases", "one row per case of the CRM, with its reason",
    key=("case_id",), at="opened_at", beside=True,
    columns=columns("""
case_id        text     its id
contact_id     text     the contact that opened it, if the CRM knows
customer_key   key      as in contacts
customer_mask  text     the number with its middle hidden
queue          text     the queue, if the CRM says
agent          text     who opened it
category       text     the group of reasons
reason         text     why the customer called
opened_at      instant  when it was opened
closed_at      instant  when it was closed; null while open
resolved       flag     closed as solved; null when the CRM does not say
""" + ORIGIN),
)

ACTIVITIES = ("off", *PAUSES, "work")  # here too: a pause is cut out of work
EMPLOYMENT_ROLES = ("agent", "trainee", "lead", "quality", "planning", "other")
LEAVE_KINDS = ("voluntary", "involuntary", "internal")
ATTENDANCE_KINDS = ("work", "overtime", "training", "meeting", "leave", "sick", "absent", "other")
CRITICAL_KINDS = ("customer", "business", "compliance")
LEDGER_KINDS = ("actual", "budget")
