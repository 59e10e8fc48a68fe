"""What agents were doing, from the records of a queue log: intervals that may overlap.

- Signed in: from AGENTLOGIN, AGENTCALLBACKLOGIN or ADDMEMBER to the matching end, login by login and queue by queue. A
  logoff states how long the login lasted, so its beginning is known even where the file is cut.
- Activity that no login of the last 24 hours covers makes inferred sessions, from first to last activity, parted where
  an agent did nothing for six hours. Ringing is the switch's doing and no sign that anybody was there.
- Paused (aux): while paused in at least one queue. Whether an agent is a member of a queue in which there is no pause
  cannot be known from the log, since static members are never written. PAUSEALL is a pause beside those of the single
  queues and ends with any UNPAUSE; UNPAUSEALL and a logoff end every pause. A second PAUSE ends the first. A pause
  counts only inside a login: a phone paused on Friday evening is not a weekend in aux.
- Talk as the visits have it. Where its end is missing it lasts until the agent's next line, and is left out if there
  is none.
- A restart (QUEUESTART) ends everything, and nothing lasts longer than 24 hours.
"""

from __future__ import annotations

from ccops.sources import asterisk_queue_log_verbs as verbs
from ccops.sources.asterisk_queue_log_calls import (
    CARRY,
    MICROSECOND,
    ORDER,
    RESTARTS,
    between_ms,
    folded,
    place,
)

_LOGIN = "'AGENTLOGIN', 'AGENTCALLBACKLOGIN'"
_LOGOFF = "'AGENTLOGOFF', 'AGENTCALLBACKLOGOFF'"
_MEMBER = "'ADDMEMBER', 'REMOVEMEMBER'"
_PAUSES = "'PAUSE', 'UNPAUSE', 'PAUSEALL', 'UNPAUSEALL', 'PAUSEREASON'"
# Lines that name an agent who need not have been there.
_PASSIVE = "'RINGNOANSWER', 'RINGCANCELED', 'PENALTY', 'RINGINUSE', 'CONFIGRELOAD'"
_TALKING = f"agent IS NOT NULL AND verb IN ({verbs.CONNECT}, {verbs.COMPLETE})"


def _until_restart(rows: str) -> str:
    """The rows with `restart_at`, the first restart after each of them."""
    return f"(SELECT * FROM {rows}) x ASOF LEFT JOIN restarts r ON x.system = r.system AND x.o < r.restart_o"


AGENT_STATES = f"""
    WITH {folded("system, contact_id, queue, agent", _TALKING)},
    restarts AS ({RESTARTS}),
    own AS (
        SELECT system, agent, queue, verb, event_at, reason, login_ms, {ORDER} AS o
        FROM touched WHERE agent IS NOT NULL AND verb NOT IN ({_PASSIVE})
    ),
    gates AS (
        SELECT system, agent, CASE WHEN verb IN ({_MEMBER}) THEN coalesce(queue, '') END AS gate, event_at, o,
            verb IN ({_LOGIN}, 'ADDMEMBER') AS opens
        FROM own WHERE verb IN ({_LOGIN}, {_LOGOFF}, {_MEMBER})
        UNION ALL
        SELECT system, agent, NULL, event_at - to_milliseconds(login_ms),
            o - login_ms::HUGEINT * {1000 * MICROSECOND}, true
        FROM own WHERE verb IN ({_LOGOFF}) AND login_ms IS NOT NULL
    ),
    passages AS (
        SELECT system, agent, event_at, o, opens, lead(event_at) OVER w AS next_at
        FROM gates WINDOW w AS (PARTITION BY system, agent, gate ORDER BY o)
    ),
    memberships AS (
        SELECT x.system, agent, event_at AS started_at, least(next_at, restart_at, event_at + {CARRY}) AS ended_at, o
        FROM {_until_restart("passages WHERE opens")}
    ),
    reaching AS (
        SELECT *, coalesce(started_at > max(ended_at) OVER (PARTITION BY system, agent ORDER BY o
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), true) AS begins
        FROM memberships
    ),
    joined AS (
        SELECT *, count(*) FILTER (begins) OVER (PARTITION BY system, agent ORDER BY o) AS login FROM reaching
    ),
    logins AS (
        SELECT system, agent, min(started_at) AS started_at, max(ended_at) AS ended_at, min(o) AS o
        FROM joined GROUP BY system, agent, login
    ),
    activity AS (
        SELECT system, agent, event_at, o, coalesce(event_at <= max(ended_at) OVER w, false) AS covered
        FROM (SELECT system, agent, event_at, o, NULL::TIMESTAMP AS ended_at FROM own
              UNION ALL SELECT system, agent, started_at, o, ended_at FROM logins)
        WINDOW w AS (PARTITION BY system, agent ORDER BY o)
    ),
    gaps AS (
        SELECT *, NOT covered
            AND coalesce(lag(covered) OVER w OR event_at - lag(event_at) OVER w > INTERVAL 6 HOUR, true) AS begins
        FROM activity WINDOW w AS (PARTITION BY system, agent ORDER BY o)
    ),
    sessions AS (
        SELECT *, count(*) FILTER (begins) OVER (PARTITION BY system, agent ORDER BY o) AS session FROM gaps
    ),
    signed_in AS (
        SELECT system, agent, started_at, ended_at, 'log' AS login_source, o FROM logins
        UNION ALL
        SELECT system, agent, min(event_at), max(event_at), 'inferred', min(o)
        FROM sessions WHERE NOT covered GROUP BY system, agent, session
    ),
    pauses AS (
        SELECT *,
            CASE WHEN verb IN ('PAUSEALL', 'UNPAUSEALL', 'PAUSEREASON') THEN '' ELSE coalesce(queue, '') END AS lane,
            verb IN ('PAUSE', 'PAUSEALL') OR verb = 'ADDMEMBER' AND reason = 'PAUSED' AS pauses,
            verb IN ('UNPAUSEALL', {_LOGOFF}) OR verb = 'UNPAUSE' AND queue IS NULL AS frees
        FROM own WHERE verb IN ({_PAUSES}, {_MEMBER}, {_LOGOFF})
    ),
    lanes AS (
        SELECT system, agent, event_at, o,
            pauses OR verb = 'PAUSEREASON'
                AND coalesce(lag(verb) OVER lane IN ('PAUSE', 'PAUSEALL', 'PAUSEREASON'), false) AS pauses,
            CASE WHEN verb = 'ADDMEMBER' THEN NULL WHEN reason IS NOT NULL THEN reason
                WHEN verb = 'PAUSEALL' AND lag(verb) OVER line = 'PAUSE'
                    AND event_at - lag(event_at) OVER line <= INTERVAL 1 SECOND
                THEN lag(reason) OVER line END AS reason,
            least(lead(event_at) OVER lane, min(event_at) FILTER (frees) OVER later,
                CASE WHEN lane = '' THEN min(event_at) FILTER (verb = 'UNPAUSE') OVER later END) AS next_at
        FROM pauses
        WINDOW lane AS (PARTITION BY system, agent, lane ORDER BY o), line AS (PARTITION BY system, agent ORDER BY o),
            later AS (PARTITION BY system, agent ORDER BY o ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING)
    ),
    talks AS (
        SELECT system, agent, coalesce(connect_at, complete_at - to_milliseconds(complete_talk_ms)) AS started_at,
            coalesce(complete_talk_ms, {between_ms("connect_at", "complete_at")}) AS talk_ms,
            coalesce(connect_o, first_o) AS o
        FROM stretches
    ),
    unended AS (
        SELECT system, agent, 'talk' AS state, started_at, o FROM talks WHERE talk_ms IS NULL
        UNION ALL
        SELECT system, agent, 'wrap', event_at, {ORDER} FROM touched
        WHERE verb = 'WRAPUPSTART' AND wrap_ms IS NULL AND agent IS NOT NULL
    ),
    followed AS (
        SELECT u.system, u.agent, state, started_at, n.event_at AS next_at, u.o
        FROM unended u ASOF JOIN own n ON n.system = u.system AND n.agent = u.agent AND u.o < n.o
    ),
    loose AS (
        SELECT x.system, agent, state, NULL AS reason, started_at, least(next_at, restart_at) AS ended_at, o
        FROM {_until_restart("followed")}
        UNION ALL
        SELECT x.system, agent, 'aux', reason, event_at, least(next_at, restart_at, event_at + {CARRY}), o
        FROM {_until_restart("lanes WHERE pauses")}
    ),
    states AS (
        SELECT agent, 'available' AS state, NULL AS reason, started_at, ended_at, login_source, o FROM signed_in
        UNION ALL
        SELECT agent, 'talk', NULL, started_at, started_at + to_milliseconds(talk_ms), NULL, o
        FROM talks WHERE talk_ms IS NOT NULL
        UNION ALL
        SELECT l.agent, l.state, l.reason, greatest(l.started_at, s.started_at), least(l.ended_at, s.ended_at), NULL,
            l.o
        FROM loose l JOIN signed_in s ON s.system = l.system AND s.agent = l.agent
            AND s.started_at < l.ended_at AND l.started_at < s.ended_at
        UNION ALL
        SELECT agent, 'ring', NULL, event_at - to_milliseconds(ring_ms), event_at, NULL, {ORDER}
        FROM touched WHERE agent IS NOT NULL AND ring_ms > 0
        UNION ALL
        SELECT agent, 'wrap', NULL, event_at, event_at + to_milliseconds(wrap_ms), NULL, {ORDER}
        FROM touched WHERE agent IS NOT NULL AND wrap_ms > 0
    )
    SELECT agent, state, reason, started_at, ended_at, login_source, {place("o")}
    FROM states WHERE ended_at > started_at
"""
