"""One day, call by call: the event loop of the simulation, compiled. Its rules are those of `scenario`.

Few things are events. When an agent takes a call, all that follows is known, so each busy agent is one entry of a heap.
A caller who gives up changes nothing for anybody, unless he overflows or dials again: only then is his leaving an
event; otherwise he is found gone when his turn comes. Memory grows with the longest queue, not with the calls.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ccops.workforce.simulation import draws
from ccops.workforce.simulation.compiled import compiled
from ccops.workforce.simulation.heap import rise, sink
from ccops.workforce.simulation.outcome import BINS, COUNTS, FINE_S, WIDER
from ccops.workforce.simulation.plan import Floor, Plan

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Keys = NDArray[np.uint64]

(OFFERED, REDIALS, OVERFLOW_IN, ANSWERED, IN_TIME, ABANDONED, ABANDONED_IN_TIME, SHORT, FLOW_OUTS, FLOW_IN_TIME,
 OVERFLOW_OUT) = range(len(COUNTS))
BUSY, RING, REST, IDLE = range(4)
# How a visit ends. GONE is a place in the queue whose caller has left it; DIALS one held by who will dial again.
GONE, WAS_ANSWERED, WAS_ABANDONED, WAS_FLOW_OUT, WAS_OVERFLOW, DIALS = range(6)
# Events, in the order in which they happen at one instant.
STINT_ENDS, AGENT_FREE, STINT_STARTS, CALL, LATER, NOTHING = range(6)
# What is known of a place, in whole numbers (NEXT: the place behind it) and in instants.
SERIAL, HOW, NEXT, QUEUE, DIALLED, NTH = range(6)
ENTERED, LEAVES, PATIENT_UNTIL = range(3)
ROUNDING_S = 1e-6  # a wait of exactly the limit must not miss it by the rounding of a difference
LOG_WIDER = math.log(WIDER)
PLACES = 31  # bits of a place's number beside its visit's


@compiled
def _next_call(expected: Floats, instants: Floats, instants_from: Ints, interval_s: float, until_s: float,
               stream: np.uint64, q: int, number: Ints, column: Ints, walked: Floats, passed: Floats) -> float:
    """When a queue's next caller comes: unit exponentials, laid along the expected arrivals."""
    nth = number[q]
    number[q] += 1
    width = expected.shape[1]
    if width == 0:
        place = instants_from[q] + nth
        return instants[place] if place < instants_from[q + 1] else np.inf
    walked[q] -= math.log(draws.uniform(draws.key_of(stream, nth), draws.ARRIVAL))
    k = column[q]
    while k < width and passed[q] + expected[q, k] <= walked[q]:
        passed[q] += expected[q, k]
        k += 1
    column[q] = k
    if k == width:
        return np.inf
    at = (k + (walked[q] - passed[q]) / expected[q, k]) * interval_s
    return at if at < until_s else np.inf


@compiled
def _ended(counts: Ints, sums: Floats, longest: Floats, waits: Ints, limits: tuple[float, float, float], q: int,
           entered: float, how: int, wait: float) -> None:
    """Counts how a visit ended, in the interval in which it began."""
    interval_s, within_s, short_s = limits
    k = min(int(entered / interval_s), counts.shape[1] - 1)
    early = 1 if wait <= within_s + ROUNDING_S else 0
    if how == WAS_ANSWERED:
        counts[q, k, ANSWERED] += 1
        counts[q, k, IN_TIME] += early
        sums[q, k, 0] += wait
    elif how == WAS_ABANDONED:
        counts[q, k, ABANDONED] += 1
        counts[q, k, ABANDONED_IN_TIME] += early
        counts[q, k, SHORT] += 1 if wait < short_s - ROUNDING_S else 0
        sums[q, k, 1] += wait
    else:
        counts[q, k, FLOW_OUTS] += 1
        counts[q, k, FLOW_IN_TIME] += early
        counts[q, k, OVERFLOW_OUT] += 1 if how == WAS_OVERFLOW else 0
        sums[q, k, 2] += wait
        return
    if not wait <= longest[q, k]:
        longest[q, k] = wait
    place = int(wait) if wait < FINE_S else FINE_S + int(math.log(wait / FINE_S) / LOG_WIDER)
    waits[q, min(place, BINS - 1)] += 1


@compiled
def _spend(spent: Floats, crew: int, what: int, since: float, to: float, interval_s: float) -> None:
    """An agent's seconds, cut at the intervals."""
    last = spent.shape[1] - 1
    k = min(int(since / interval_s), last)
    while since < to:
        end = to if k == last else min((k + 1) * interval_s, to)
        if end > since:
            spent[crew, k, what] += end - since
            since = end
        k += 1


@compiled
def _no_longer_idle(agent: int, crew: int, before: Ints, after: Ints, first: Ints, final: Ints) -> None:
    """Takes an agent out of the chain of his crew's idle."""
    if before[agent] < 0:
        first[crew] = after[agent]
    else:
        after[before[agent]] = after[agent]
    if after[agent] < 0:
        final[crew] = before[agent]
    else:
        before[after[agent]] = before[agent]


@compiled
def day(plan: Plan, floor: Floor, streams: Keys, counts: Ints, sums: Floats, longest: Floats, spent: Floats,
        waits: Ints, log_s: Floats, log_n: Ints) -> int:
    """Simulates one replication into zeroed arrays (`longest` NaN); gives the number of visits.

    Where the floor has not room enough, the answer is -1.

    `log_s` and `log_n`, unless they are empty, get a row per visit in order of entering: entered, wait, ringing,
    handling; queue, how it ended, agent (-1: none), queue that was dialled, number of the caller there.
    """
    (expected, instants, instants_from, interval_s, until_s, closed_s, within_s, short_s, laws, values, levels, factors,
     priority, overflow_to, overflow_after_s, max_wait_s, redial, skills_from, skills, choices_from, choice_crew,
     choice_level, crew_of, stints_from, from_s, to_s, agent_of, by_start, by_end) = plan
    queues, last = len(priority), counts.shape[1] - 1
    (number, column, walked, passed, coming, head, tail, times, facts, keys, later_at, later_who, busy_at, busy_who,
     is_busy, idle_since, idle_turn, before, after, first, final, stint) = floor
    for q in range(queues):
        coming[q] = _next_call(
            expected, instants, instants_from, interval_s, until_s, streams[q], q, number, column, walked, passed,
        )
    fresh, free = 0, -1  # places: unused ones are chained from `free`, then come all from `fresh`
    later, busy, stints, starts, ends, room = 0, 0, len(from_s), 0, 0, len(keys)
    visits, turns, logging, limits = 0, 0, len(log_s) > 0, (interval_s, within_s, short_s)

    while True:
        now, event, source = np.inf, NOTHING, 0
        if ends < stints:
            now, event = to_s[by_end[ends]], STINT_ENDS
        if busy > 0 and busy_at[0] < now:
            now, event = busy_at[0], AGENT_FREE
        if starts < stints and from_s[by_start[starts]] < now:
            now, event = from_s[by_start[starts]], STINT_STARTS
        for q in range(queues):
            if coming[q] < now:
                now, event, source = coming[q], CALL, q
        if later > 0 and later_at[0] < now:
            now, event = later_at[0], LATER
        if event == NOTHING:
            break
        if fresh + 2 > room or later + 2 > room:
            return -1

        # What happens: a caller enters a queue, an agent becomes free, or somebody leaves.
        entering, freed, agent, redialling = -1, -1, -1, False
        key, dialled, nth, serial, q = np.uint64(0), 0, 0, 0, 0
        entered, until = now, -1.0  # until: when his patience ends; -1 while nobody had to know
        if event == CALL:
            entering, dialled, nth = source, source, number[source] - 1
            key = draws.key_of(streams[source], nth)
            coming[source] = _next_call(
                expected, instants, instants_from, interval_s, until_s, streams[source], source, number, column,
                walked, passed,
            )
        elif event == AGENT_FREE:
            freed = busy_who[0]
            is_busy[freed] = False
            while stint[freed] < stints_from[freed + 1] and to_s[stint[freed]] <= now:
                stint[freed] += 1
            if stint[freed] == stints_from[freed + 1] or from_s[stint[freed]] > now:
                freed = -1
        elif event == STINT_STARTS:
            freed = agent_of[by_start[starts]]
            starts += 1
            if is_busy[freed] or idle_since[freed] >= 0:
                freed = -1
            else:
                stint[freed] = by_start[starts - 1]
        elif event == STINT_ENDS:
            leaver = agent_of[by_end[ends]]
            ends += 1
            if idle_since[leaver] >= 0:
                _spend(spent, crew_of[leaver], IDLE, idle_since[leaver], now, interval_s)
                _no_longer_idle(leaver, crew_of[leaver], before, after, first, final)
                idle_since[leaver] = -1.0
        else:
            place, redialled = later_who[0] & ((1 << PLACES) - 1), (later_who[0] >> PLACES) & 1
            serial = later_who[0] >> (PLACES + 1)
            later -= 1
            sink(later_at, later_who, later, later_at[later], later_who[later])
            how = facts[place, HOW]
            if facts[place, SERIAL] == serial and how != GONE and (redialled == 1) == (how == DIALS):
                key, dialled, nth = keys[place], facts[place, DIALLED], facts[place, NTH]
                if how == DIALS:
                    entering = dialled
                    counts[entering, min(int(now / interval_s), last), REDIALS] += 1
                    facts[place, SERIAL], facts[place, NEXT], free = -1, free, place
                else:
                    q, entered = facts[place, QUEUE], times[place, ENTERED]
                    _ended(counts, sums, longest, waits, limits, q, entered, how, now - entered)
                    if logging:
                        log_s[serial, 1], log_n[serial, 1] = now - entered, how
                    facts[place, HOW] = GONE
                    if how == WAS_OVERFLOW:
                        entering, until, entered = overflow_to[q], times[place, PATIENT_UNTIL], now
                        counts[entering, min(int(now / interval_s), last), OVERFLOW_IN] += 1
                    else:
                        redialling = True

        if entering >= 0:
            q, serial = entering, visits
            visits += 1
            counts[q, min(int(now / interval_s), last), OFFERED] += 1
            if logging:
                log_s[serial, 0], log_s[serial, 1], log_s[serial, 2], log_s[serial, 3] = now, 0.0, 0.0, 0.0
                log_n[serial, 0], log_n[serial, 1], log_n[serial, 2] = q, GONE, -1
                log_n[serial, 3], log_n[serial, 4] = dialled, nth
            level = 0
            for j in range(choices_from[q], choices_from[q + 1]):
                if agent >= 0 and choice_level[j] > level:
                    break
                idle = first[choice_crew[j]]
                if idle >= 0 and (agent < 0 or idle_turn[idle] < idle_turn[agent]):
                    agent, level = idle, choice_level[j]
            if agent >= 0:
                _spend(spent, crew_of[agent], IDLE, idle_since[agent], now, interval_s)
                _no_longer_idle(agent, crew_of[agent], before, after, first, final)
                idle_since[agent] = -1.0
            else:
                if until < 0:
                    until = now + draws.duration(key, draws.PATIENCE, dialled, laws, values, levels)
                leaves, how = until, WAS_ABANDONED
                if overflow_to[q] >= 0 and now + overflow_after_s[q] < leaves:
                    leaves, how = now + overflow_after_s[q], WAS_OVERFLOW
                if now + max_wait_s[q] < leaves:
                    leaves, how = now + max_wait_s[q], WAS_FLOW_OUT
                if free >= 0:
                    place, free = free, facts[free, NEXT]
                else:
                    place, fresh = fresh, fresh + 1
                times[place, ENTERED], times[place, LEAVES], times[place, PATIENT_UNTIL] = now, leaves, until
                facts[place, SERIAL], facts[place, HOW], facts[place, NEXT] = serial, how, -1
                facts[place, QUEUE], facts[place, DIALLED], facts[place, NTH] = q, dialled, nth
                keys[place] = key
                if tail[q] < 0:
                    head[q] = place
                else:
                    facts[tail[q], NEXT] = place
                tail[q] = place
                dials = (how == WAS_ABANDONED and redial[dialled] > 0
                         and draws.uniform(key, draws.REDIALS) < redial[dialled])
                if (how == WAS_OVERFLOW or dials) and leaves < np.inf:
                    rise(later_at, later_who, later, leaves, (serial << (PLACES + 1)) | place)
                    later += 1
        elif freed >= 0:
            best = -1
            crew = crew_of[freed]
            for j in range(skills_from[crew], skills_from[crew + 1]):
                q = skills[j]
                place = head[q]
                while place >= 0:
                    how = facts[place, HOW]
                    if how != GONE and times[place, LEAVES] >= now:
                        break
                    if how != GONE:
                        wait = times[place, LEAVES] - times[place, ENTERED]
                        _ended(counts, sums, longest, waits, limits, q, times[place, ENTERED], how, wait)
                        if logging:
                            log_s[facts[place, SERIAL], 1], log_n[facts[place, SERIAL], 1] = wait, how
                    head[q] = facts[place, NEXT]
                    facts[place, SERIAL], facts[place, NEXT], free = -1, free, place
                    place = head[q]
                if place < 0:
                    tail[q] = -1
                elif best < 0 or (priority[q], facts[place, SERIAL]) < (
                    priority[facts[best, QUEUE]], facts[best, SERIAL]
                ):
                    best = place
            if best >= 0:
                agent, q = freed, facts[best, QUEUE]
                key, serial, entered = keys[best], facts[best, SERIAL], times[best, ENTERED]
                dialled, nth, until = facts[best, DIALLED], facts[best, NTH], times[best, PATIENT_UNTIL]
                head[q] = facts[best, NEXT]
                if head[q] < 0:
                    tail[q] = -1
                facts[best, SERIAL], facts[best, NEXT], free = -1, free, best
            else:
                crew = crew_of[freed]
                idle_since[freed], idle_turn[freed], turns = now, turns, turns + 1
                before[freed], after[freed] = final[crew], -1
                if final[crew] < 0:
                    first[crew] = freed
                else:
                    after[final[crew]] = freed
                final[crew] = freed

        if agent >= 0:
            crew = crew_of[agent]
            ringing = draws.duration(key, draws.DELAY, q, laws, values, levels)
            if ringing > 0 and until < 0:
                until = entered + draws.duration(key, draws.PATIENCE, dialled, laws, values, levels)
            answered = now + ringing
            done = answered
            if ringing > 0 and until < answered:
                done = max(until, now)
                redialling = redial[dialled] > 0 and draws.uniform(key, draws.REDIALS) < redial[dialled]
                _ended(counts, sums, longest, waits, limits, q, entered, WAS_ABANDONED, done - entered)
                _spend(spent, crew, RING, now, done, interval_s)
                if logging:
                    log_s[serial, 1], log_s[serial, 2] = done - entered, done - now
                    log_n[serial, 1], log_n[serial, 2] = WAS_ABANDONED, agent
            else:
                k = min(int(entered / interval_s), last)
                handling = draws.duration(key, draws.HANDLING, dialled, laws, values, levels)
                handling *= factors[dialled, min(k, last - 1)]
                sums[q, k, 3] += handling
                _ended(counts, sums, longest, waits, limits, q, entered, WAS_ANSWERED, answered - entered)
                _spend(spent, crew, RING, now, answered, interval_s)
                _spend(spent, crew, BUSY, answered, answered + handling, interval_s)
                resting = answered + handling
                done = resting + draws.duration(key, draws.REST, q, laws, values, levels)
                for i in range(stint[agent], stints_from[agent + 1]):
                    if from_s[i] >= done:
                        break
                    _spend(spent, crew, REST, max(resting, from_s[i]), min(done, to_s[i]), interval_s)
                if logging:
                    log_s[serial, 1], log_s[serial, 2], log_s[serial, 3] = answered - entered, ringing, handling
                    log_n[serial, 1], log_n[serial, 2] = WAS_ANSWERED, agent
            is_busy[agent] = True
            if event == AGENT_FREE:
                sink(busy_at, busy_who, busy, done, agent)
            else:
                rise(busy_at, busy_who, busy, done, agent)
                busy += 1
            now = done
        elif event == AGENT_FREE:
            busy -= 1
            sink(busy_at, busy_who, busy, busy_at[busy], busy_who[busy])

        if redialling:  # `now` is when he gave up
            again = now + draws.duration(key, draws.REDIAL_AFTER, dialled, laws, values, levels)
            if again < until_s:
                if free >= 0:
                    place, free = free, facts[free, NEXT]
                else:
                    place, fresh = fresh, fresh + 1
                facts[place, SERIAL], facts[place, HOW], facts[place, DIALLED], facts[place, NTH] = (
                    serial, DIALS, dialled, nth
                )
                keys[place] = draws.next_key(key)
                rise(later_at, later_who, later, again, (((serial << 1) | 1) << PLACES) | place)
                later += 1

    for q in range(queues):  # nobody will be there again
        place = head[q]
        while place >= 0:
            entered, how, leaves = times[place, ENTERED], facts[place, HOW], times[place, LEAVES]
            if how != GONE:
                if leaves == np.inf:
                    how, leaves = WAS_FLOW_OUT, max(entered, closed_s)
                _ended(counts, sums, longest, waits, limits, q, entered, how, leaves - entered)
                if logging:
                    log_s[facts[place, SERIAL], 1], log_n[facts[place, SERIAL], 1] = leaves - entered, how
            place = facts[place, NEXT]
    return visits
