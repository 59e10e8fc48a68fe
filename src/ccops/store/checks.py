"""What in the data deserves a look before its figures are defended: each check one SELECT, each finding with its fix.

A check's SELECT gives `n` (how many), `detail` (an example or the worst case), and nothing when all is well.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ccops.model import TABLES, Scope
from ccops.safe_text import printable
from ccops.settings import Settings
from ccops.store.connection import Connection, quoted

# Longer than this is a missed hang-up or a clock that jumped, not work.
LONGEST_HOURS = 4


@dataclass(frozen=True)
class Check:
    """`level` is error where figures are wrong until it is mended, warning where they may be, info where it is good
    to know. `one` is `what` of a single row."""

    code: str
    level: str
    one: str
    what: str
    sql: str
    fix: str


@dataclass(frozen=True)
class Finding:
    code: str
    level: str
    n: int
    what: str
    detail: str
    fix: str


_LONG = f"{LONGEST_HOURS * 3_600_000}"

CHECKS: tuple[Check, ...] = (
    Check(
        "rejected_lines", "warning",
        "line of the exports could not be used",
        "lines of the exports could not be used",
        "SELECT sum(rejected)::BIGINT, arg_max(name, rejected) FROM files WHERE rejected > 0",
        "read the rejects file of the import, mend the export, import it again",
    ),
    Check(
        "flagged_lines", "info",
        "line has a damaged or doubtful value that was left unknown",
        "lines have a damaged or doubtful value that was left unknown",
        "SELECT sum(n)::BIGINT, string_agg(flag || ' ' || n, ', ' ORDER BY n DESC) FROM "
        "(SELECT flag, sum(n)::BIGINT AS n FROM flags GROUP BY flag)",
        "export phone and id columns as text",
    ),
    Check(
        "missing_days", "warning",
        "day between the first and the last has no visit at all",
        "days between the first and the last have no visit at all",
        "SELECT count(*), string_agg(strftime(d, '%Y-%m-%d'), ', ' ORDER BY d) FROM ("
        "SELECT unnest(generate_series(min(day), max(day), INTERVAL 1 DAY))::DATE AS d FROM visits) "
        "WHERE d NOT IN (SELECT day FROM visits)",
        "import the exports of those days, unless the site was closed",
    ),
    Check(
        "quiet_hours", "warning",
        "hour without a single visit that is busy in other weeks",
        "hours without a single visit that are busy in other weeks",
        "WITH h AS (SELECT day, quarter // 4 AS hour, count(*) AS n FROM visits GROUP BY ALL), "
        "usual AS (SELECT dayofweek(day) AS w, hour, median(n) AS m, count(*) AS weeks FROM h GROUP BY ALL), "
        "days AS (SELECT DISTINCT day FROM visits) "
        "SELECT count(*), "
        "string_agg(strftime(d.day, '%Y-%m-%d') || printf(' %02d:00', u.hour), ', ' ORDER BY d.day, u.hour) "
        "FROM days d JOIN usual u ON u.w = dayofweek(d.day) LEFT JOIN h ON h.day = d.day AND h.hour = u.hour "
        "WHERE h.n IS NULL AND u.m >= 10 AND u.weeks >= 3",
        "look for an export that was cut, or an outage",
    ),
    Check(
        "order_violations", "error",
        "visit was answered before it entered, or ended before it was answered",
        "visits were answered before they entered, or ended before they were answered",
        "SELECT count(*), min(contact_id) FROM visits WHERE answered_at < entered_at OR ended_at < answered_at "
        "OR ended_at < entered_at",
        "check the clock of the switch and the time columns of the mapping",
    ),
    Check(
        "clock_skew", "warning",
        "visit whose stated wait differs from its time stamps by more than 5 s",
        "visits whose stated wait differs from their time stamps by more than 5 s",
        "SELECT count(*), min(contact_id) FROM visits "
        "WHERE abs(epoch_ms(answered_at) - epoch_ms(entered_at) - wait_ms) > 5000",
        "the stated wait is used; compare one such call with the switch (ccops explain CONTACT)",
    ),
    Check(
        "negative_durations", "error",
        "visit has a negative wait or talk",
        "visits have a negative wait or talk",
        "SELECT count(*), min(contact_id) FROM visits WHERE least(wait_ms, talk_ms, hold_ms, acw_ms) < 0",
        "check the duration columns of the mapping",
    ),
    Check(
        "implausible_durations", "warning",
        f"visit with more than {LONGEST_HOURS} h of waiting or talk",
        f"visits with more than {LONGEST_HOURS} h of waiting or talk",
        f"SELECT count(*), arg_max(contact_id, greatest(wait_ms, talk_ms)) FROM visits "
        f"WHERE wait_ms > {_LONG} OR talk_ms > {_LONG}",
        "look for transfers over Local channels and missed hang-ups: they inflate AHT",
    ),
    Check(
        "open_visits", "warning",
        "visit has no end in the data",
        "visits have no end in the data",
        "SELECT count(*), min(contact_id) FROM visits WHERE outcome = 'open'",
        "import the export that follows; open visits are offered, but in no rate",
    ),
    Check(
        "cut_visits", "info",
        "visit was cut by the beginning of a file or a restart of the switch",
        "visits were cut by the beginning of a file or a restart of the switch",
        "SELECT count(*), min(contact_id) FROM visits WHERE truncated",
        "import the export that comes before",
    ),
    Check(
        "overlapping_talk", "warning",
        "stretch of talk began while the same agent was still on another",
        "stretches of talk began while the same agent was still on another",
        "SELECT count(*), arg_max(agent, started_at) FROM (SELECT agent, started_at, "
        "max(started_at + to_milliseconds(duration_ms)) OVER (PARTITION BY agent ORDER BY started_at, contact_id "
        "ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS busy_until "
        "FROM stretches WHERE kind = 'talk' AND agent IS NOT NULL) "
        "WHERE busy_until > started_at + INTERVAL 5 SECOND",
        "two people may share a sign-in, or a missed hang-up; in states the talk counts once",
    ),
    Check(
        "unknown_agents", "info",
        "answered visit does not say who answered",
        "answered visits do not say who answered",
        "SELECT count(*), min(contact_id) FROM visits WHERE outcome = 'answered' AND agent IS NULL",
        "they count in queue figures and in the agent row (unassigned)",
    ),
    Check(
        "agents_without_team", "warning",
        "agent is in no team",
        "agents are in no team",
        "SELECT count(*), string_agg(agent, ', ' ORDER BY agent) FROM ("
        "SELECT DISTINCT agent FROM visits WHERE agent IS NOT NULL) "
        "WHERE (SELECT count(*) FROM team_members) > 0 AND agent NOT IN (SELECT agent FROM team_members)",
        "add them to [agents] teams in ccops.toml, or to the agents file",
    ),
    Check(
        "inferred_logins", "info",
        "agent state rests on sign-ins inferred from activity: occupancy is unknown",
        "agent states rest on sign-ins inferred from activity: occupancy is unknown",
        "SELECT count(*), min(agent) FROM agent_lines WHERE login_source = 'inferred'",
        "log sign-ins in the switch, or import agent states",
    ),
    Check(
        "unknown_callers", "info",
        "contact has no caller, so it is in no repeat or resolution rate",
        "contacts have no caller, so they are in no repeat or resolution rate",
        "SELECT count(*), min(contact_id) FROM callers_of WHERE customer_key IS NULL",
        "nothing to do for withheld numbers",
    ),
    Check(
        "interval_reports_differ", "warning",
        "interval where an imported report counts other offered calls than ours",
        "intervals where an imported report counts other offered calls than ours",
        "SELECT count(*), arg_max(i.queue || ' ' || strftime(i.started_at, '%Y-%m-%d %H:%M'), "
        "abs(i.offered_n - coalesce(v.n, 0))) FROM reports i LEFT JOIN LATERAL ("
        "SELECT count(*) AS n FROM visits WHERE queue = i.queue AND entered_at >= i.started_at "
        "AND entered_at < i.started_at + to_milliseconds(i.interval_ms)) v ON true "
        "WHERE i.offered_n IS NOT NULL AND i.offered_n <> coalesce(v.n, 0) "
        "AND i.queue IN (SELECT DISTINCT queue FROM visits)",
        "ccops explain offered shows how we count; ask the other system for its rule",
    ),
    Check(
        "planned_twice", "warning",
        "planned stretch overlaps another of its kind: one of them shows",
        "planned stretches overlap another of their kind: one of them shows",
        "SELECT count(*), min(agent || ' ' || strftime(day, '%Y-%m-%d')) FROM plans WHERE overlap",
        "mend the schedule: two breaks at once, or a shift published again without a [dedupe] in its mapping",
    ),
    Check(
        "scheduled_unseen", "warning",
        "agent of the schedule never appears in calls or states",
        "agents of the schedule never appear in calls or states",
        "SELECT count(*), string_agg(agent, ', ' ORDER BY agent) FROM (SELECT DISTINCT agent FROM plans "
        "WHERE activity <> 'off' AND day BETWEEN (SELECT min(day) FROM seen) AND (SELECT max(day) FROM seen)) "
        "WHERE agent NOT IN (SELECT agent FROM seen)",
        "name them as the switch does, in [agents] aliases or the agents file, and import into a new --store",
    ),
    Check(
        "seen_unscheduled", "info",
        "agent was at work on days with a schedule and is never in it",
        "agents were at work on days with a schedule and are never in it",
        "SELECT count(*), string_agg(agent, ', ' ORDER BY agent) FROM (SELECT DISTINCT agent FROM at_work "
        "WHERE day IN (SELECT day FROM plans) AND agent NOT IN (SELECT agent FROM plans))",
        "complete the schedule, or name them in it as the switch does",
    ),
    Check(
        "employed_twice", "warning",
        "employment begins before an earlier one of the same person has ended",
        "employments begin before an earlier one of the same person has ended",
        "SELECT count(*), min(agent || ' ' || strftime(employed_from, '%Y-%m-%d')) FROM employees WHERE overlap",
        "correct the dates in the list; figures of attrition take the two as one",
    ),
    Check(
        "several_currencies", "error",
        "table holds amounts in several currencies, which are never added up",
        "tables hold amounts in several currencies, which are never added up",
        "SELECT count(*), string_agg(name || ': ' || currencies, ', ' ORDER BY name) FROM ("
        "SELECT 'employees' AS name, string_agg(DISTINCT currency, ' ' ORDER BY currency) AS currencies "
        "FROM employees WHERE wage IS NOT NULL HAVING count(DISTINCT currency) > 1 UNION ALL "
        "SELECT 'ledger', string_agg(DISTINCT currency, ' ' ORDER BY currency) FROM ledger "
        "HAVING count(DISTINCT currency) > 1)",
        "convert them before the import, or import each currency into a store of its own",
    ),
    Check(
        "evaluated_unknown", "warning",
        "evaluation is of a contact that is not in the data",
        "evaluations are of contacts that are not in the data",
        "SELECT count(*), min(evaluation_id || ' of ' || coalesce(contact_id, 'no contact')) FROM evaluated "
        "WHERE contact_id IS NULL OR contact_id NOT IN (SELECT contact_id FROM contacts)",
        "name the contact as the switch does; these count for agents, not for queues",
    ),
    Check(
        "weights_off", "warning",
        "form has weights that do not add up to 100",
        "forms have weights that do not add up to 100",
        # Of a form's evaluations the fullest one tells: some exports leave out what did not apply.
        "WITH sections AS (SELECT e.form, evaluation_id, i.section, any_value(i.section_weight) AS own, "
        "sum(i.weight) AS of_questions FROM evaluated e JOIN evaluation_items i USING (evaluation_id) GROUP BY ALL), "
        "sums AS (SELECT form, 'sections' AS part, sum(own) AS total FROM sections GROUP BY form, evaluation_id "
        "UNION ALL SELECT form, coalesce(section, 'questions'), of_questions FROM sections), "
        "off AS (SELECT form, part || ' ' || printf('%g', max(total)) AS what FROM sums GROUP BY form, part "
        "HAVING abs(max(total) - 100) > 0.01) "
        "SELECT count(DISTINCT coalesce(form, '')), min(coalesce(form, 'the form') || ': ' || what) FROM off",
        "correct the form; scores are worked out with its weights brought to 100",
    ),
)

_VIEWS: Mapping[str, str] = {
    "visits": "queue_visits", "stretches": "segments", "agent_lines": "agent_states", "callers_of": "contacts",
    "reports": "interval_stats", "plans": "shifts", "evaluated": "evaluations",
}
# Agents and the days on which anything shows them: over all the data, and in the scope.
_SEEN = "SELECT agent, day FROM {visits} WHERE agent IS NOT NULL UNION SELECT agent, day FROM {states}"


@dataclass(frozen=True)
class Held:
    """Rows of a canonical table, and their first and last business day."""

    rows: int
    first: date
    last: date


def held(con: Connection, scope: Scope) -> dict[str, Held]:
    """What each table holds of the scope's days; tables that hold nothing of them are left out, and plans."""
    where = " AND ".join(["true", *_days(scope)])
    found = {}
    for table in (table for table in TABLES if not table.beside):
        [(rows, first, last)] = con.execute(
            f"SELECT count(*), min(day), max(day) FROM {table.name} WHERE {where}"
        ).fetchall()
        if rows:
            found[table.name] = Held(rows, first, last)
    return found


def ran(found: Mapping[str, Held]) -> str:
    """From which day to which there is data."""
    if not found:
        return "there is no data at all"
    first, last = min(one.first for one in found.values()), max(one.last for one in found.values())
    return f"the data has {first} to {last}" if first < last else f"the data has {first} alone"


def _days(scope: Scope) -> list[str]:
    days = [f"day >= {quoted(str(scope.first_day))}"] * (scope.first_day is not None)
    return days + [f"day <= {quoted(str(scope.last_day))}"] * (scope.last_day is not None)


def _empty(con: Connection, scope: Scope) -> list[Finding]:
    """Days that hold nothing: no other check could find anything there."""
    if held(con, scope):
        return []
    first, last = scope.first_day, scope.last_day
    days = (last - first).days + 1 if first and last else 1
    return [Finding(
        "no_data", "error", days, "days asked for hold no data" if days > 1 else "day asked for holds no data",
        ran(held(con, Scope())), "ask for other days, or import their exports",
    )]


def run_checks(con: Connection, scope: Scope, settings: Settings) -> list[Finding]:
    """Every finding in the scope's days and queues, the gravest first."""
    queues = [f"queue IN ({', '.join(quoted(queue) for queue in scope.queues)})"] if scope.queues else []
    views = []
    for view, table in _VIEWS.items():
        of_queues = queues if table in ("queue_visits", "segments", "interval_stats") else []
        where = " AND ".join(["true", *_days(scope), *of_queues])
        views.append(f"{view} AS (SELECT * FROM {table} WHERE {where})")
    members = ", ".join(f"({quoted(agent)})" for agent in sorted(settings.team_of)) or "(NULL)"
    views.append(f"team_members AS (SELECT agent FROM (VALUES {members}) AS t (agent) WHERE agent IS NOT NULL)")
    views.append(f"seen AS ({_SEEN.format(visits='queue_visits', states='agent_states')})")
    views.append(f"at_work AS ({_SEEN.format(visits='visits', states='agent_lines')})")
    findings = _empty(con, scope)
    for check in CHECKS:
        [(n, detail)] = con.execute(f"WITH {', '.join(views)} SELECT * FROM ({check.sql})").fetchall()
        if n:
            shown = printable(str(detail or ""))[:200]
            what = check.one if n == 1 else check.what
            findings.append(Finding(check.code, check.level, int(n), what, shown, check.fix))
    order = {"error": 0, "warning": 1, "info": 2}
    return sorted(findings, key=lambda finding: order[finding.level])
