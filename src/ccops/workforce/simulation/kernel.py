"""One day, call by call: the event loop of the simulation, compiled. Its rules are those of `scenario`.

Few things are events. When an agent takes a call, all that follows is known, so each busy agent is one entry of a heap.
A caller who gives up changes nothing for anybody, unless he overflows or dials again: only then is his leaving an
event; otherwise he is found gone when his turn comes. Memory grows with the longest queue, not with the calls.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ccops.workforce.simulation import draws
from ccops.workforce.simulation.heap import rise, sink
from ccops.workforce.simulation.outcome import BINS, COUNTS, FINE_S, WIDER
from ccops.workforce.simulation.plan import DISTRIBUTIONS, Plan

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Keys = NDArray[np.uint64]

(OFFERED, REDIALS, OVERFLOW_IN, ANSWERED, IN_TIME, ABANDONED, ABANDONED_IN_TIME, SHORT, FLOW_OUTS, FLOW_IN_TIME,
 OVERFLOW_OUT) = range(len(COUNTS))
BUSY, RING, REST, IDLE = range(4)
PATIENCE, HANDLING, DELAY, AFTERWARDS, REDIAL_AFTER = range(len(DISTRIBUTIONS))
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


@njit(cache=True, nogil=True)
def _drawn(plan: Plan, key: np.uint64, what: np.uint64, queue: int, which: int) -> float:
    return draws.duration(
        key, what, plan.kinds[queue, which], plan.params[queue, which, 0], plan.params[queue, which, 1], plan.values,
        plan.levels, plan.values_from[queue, which], plan.values_to[queue, which],
    )


@njit(cache=True, nogil=True)
def _next_call(plan: Plan, stream: np.uint64, q: int, number: Ints, column: Ints, walked: Floats,
               passed: Floats) -> float:
    """When a queue's next caller comes: unit exponentials, laid along the expected arrivals."""
    nth = number[q]
    number[q] += 1
    width = plan.expected.shape[1]
    if width == 0:
        place = plan.instants_from[q] + nth
        return plan.instants[place] if place < plan.instants_from[q + 1] else np.inf
    walked[q] -= math.log(draws.uniform(draws.key_of(stream, nth), draws.ARRIVAL))
    k = column[q]
    while k < width and passed[q] + plan.expected[q, k] <= walked[q]:
        passed[q] += plan.expected[q, k]
        k += 1
    column[q] = k
    if k == width:
        return np.inf
    at = (k + (walked[q] - passed[q]) / plan.expected[q, k]) * plan.interval_s
    return at if at < plan.until_s else np.inf


@njit(cache=True, nogil=True)
def _ended(plan: Plan, counts: Ints, sums: Floats, longest: Floats, waits: Ints, q: int, entered: float, how: int,
           wait: float) -> None:
    """Counts how a visit ended, in the interval in which it began."""
    k = min(int(entered / plan.interval_s), counts.shape[1] - 1)
    early = 1 if wait <= plan.within_s + ROUNDING_S else 0
    if how == WAS_ANSWERED:
        counts[q, k, ANSWERED] += 1
        counts[q, k, IN_TIME] += early
        sums[q, k, 0] += wait
    elif how == WAS_ABANDONED:
        counts[q, k, ABANDONED] += 1
        counts[q, k, ABANDONED_IN_TIME] += early
        counts[q, k, SHORT] += 1 if wait < plan.short_s - ROUNDING_S else 0
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


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
def day(plan: Plan, streams: Keys, counts: Ints, sums: Floats, longest: Floats, spent: Floats, waits: Ints,
        log_s: Floats, log_n: Ints) -> int:
    """Simulates one replication into zeroed arrays (`longest` NaN); gives the number of visits.

    `log_s` and `log_n`, unless they are empty, get a row per visit in order of entering: entered, wait, ringing,
    handling; queue, how it ended, agent (-1: none), queue that was dialled, number of the caller there.
    """
    queues, last, agents, interval_s = len(plan.priority), counts.shape[1] - 1, len(plan.crew_of), plan.interval_s
    number, column = np.zeros(queues, np.int64), np.zeros(queues, np.int64)
    walked, passed, coming = np.zeros(queues), np.zeros(queues), np.empty(queues)
    for q in range(queues):
        coming[q] = _next_call(plan, streams[q], q, number, column, walked, passed)
    # Places for who waits or is about to dial again; unused ones are chained from `free`, then all from `fresh`.
    fresh, free = 0, -1
    times, facts, keys = np.empty((64, 3)), np.empty((64, 6), np.int64), np.empty(64, np.uint64)
    head, tail = np.full(queues, -1), np.full(queues, -1)
    later_at, later_who, later = np.empty(64), np.empty(64, np.int64), 0
    # A heap of busy agents, and per crew a chain of idle ones, the longest idle first.
    busy_at, busy_who, busy = np.empty(agents), np.empty(agents, np.int64), 0
    is_busy, idle_since, idle_turn = np.zeros(agents, np.bool_), np.full(agents, -1.0), np.zeros(agents, np.int64)
    before, after = np.full(agents, -1), np.full(agents, -1)
    first, final = np.full(spent.shape[0], -1), np.full(spent.shape[0], -1)
    stint, stints, starts, ends = plan.stints_from[:-1].copy(), len(plan.from_s), 0, 0
    visits, turns, logging = 0, 0, len(log_s) > 0

    while True:
        now, event, source = np.inf, NOTHING, 0
        if ends < stints:
            now, event = plan.to_s[plan.by_end[ends]], STINT_ENDS
        if busy > 0 and busy_at[0] < now:
            now, event = busy_at[0], AGENT_FREE
        if starts < stints and plan.from_s[plan.by_start[starts]] < now:
            now, event = plan.from_s[plan.by_start[starts]], STINT_STARTS
        for q in range(queues):
            if coming[q] < now:
                now, event, source = coming[q], CALL, q
        if later > 0 and later_at[0] < now:
            now, event = later_at[0], LATER
        if event == NOTHING:
            break
        if fresh + 2 > len(keys):
            times, facts, keys = np.concatenate((times, times)), np.concatenate((facts, facts)), np.append(keys, keys)
        if later + 2 > len(later_at):
            later_at, later_who = np.append(later_at, later_at), np.append(later_who, later_who)

        # What happens: a caller enters a queue, an agent becomes free, or somebody leaves.
        entering, freed, agent, redialling = -1, -1, -1, False
        key, dialled, nth, serial, q = np.uint64(0), 0, 0, 0, 0
        entered, until = now, -1.0  # until: when his patience ends; -1 while nobody had to know
        if event == CALL:
            entering, dialled, nth = source, source, number[source] - 1
            key = draws.key_of(streams[source], nth)
            coming[source] = _next_call(plan, streams[source], source, number, column, walked, passed)
        elif event == AGENT_FREE:
            freed = busy_who[0]
            is_busy[freed] = False
            while stint[freed] < plan.stints_from[freed + 1] and plan.to_s[stint[freed]] <= now:
                stint[freed] += 1
            if stint[freed] == plan.stints_from[freed + 1] or plan.from_s[stint[freed]] > now:
                freed = -1
        elif event == STINT_STARTS:
            freed = plan.agent_of[plan.by_start[starts]]
            starts += 1
            if is_busy[freed] or idle_since[freed] >= 0:
                freed = -1
            else:
                stint[freed] = plan.by_start[starts - 1]
        elif event == STINT_ENDS:
            leaver = plan.agent_of[plan.by_end[ends]]
            ends += 1
            if idle_since[leaver] >= 0:
                _spend(spent, plan.crew_of[leaver], IDLE, idle_since[leaver], now, interval_s)
                _no_longer_idle(leaver, plan.crew_of[leaver], before, after, first, final)
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
                    _ended(plan, counts, sums, longest, waits, q, entered, how, now - entered)
                    if logging:
                        log_s[serial, 1], log_n[serial, 1] = now - entered, how
                    facts[place, HOW] = GONE
                    if how == WAS_OVERFLOW:
                        entering, until, entered = plan.overflow_to[q], times[place, PATIENT_UNTIL], now
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
            for j in range(plan.choices_from[q], plan.choices_from[q + 1]):
                if agent >= 0 and plan.choice_level[j] > level:
                    break
                idle = first[plan.choice_crew[j]]
                if idle >= 0 and (agent < 0 or idle_turn[idle] < idle_turn[agent]):
                    agent, level = idle, plan.choice_level[j]
            if agent >= 0:
                _spend(spent, plan.crew_of[agent], IDLE, idle_since[agent], now, interval_s)
                _no_longer_idle(agent, plan.crew_of[agent], before, after, first, final)
                idle_since[agent] = -1.0
            else:
                if until < 0:
                    until = now + _drawn(plan, key, draws.PATIENCE, dialled, PATIENCE)
                leaves, how = until, WAS_ABANDONED
                if plan.overflow_to[q] >= 0 and now + plan.overflow_after_s[q] < leaves:
                    leaves, how = now + plan.overflow_after_s[q], WAS_OVERFLOW
                if now + plan.max_wait_s[q] < leaves:
                    leaves, how = now + plan.max_wait_s[q], WAS_FLOW_OUT
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
                dials = (how == WAS_ABANDONED and plan.redial[dialled] > 0
                         and draws.uniform(key, draws.REDIALS) < plan.redial[dialled])
                if (how == WAS_OVERFLOW or dials) and leaves < np.inf:
                    rise(later_at, later_who, later, leaves, (serial << (PLACES + 1)) | place)
                    later += 1
        elif freed >= 0:
            best = -1
            crew = plan.crew_of[freed]
            for j in range(plan.skills_from[crew], plan.skills_from[crew + 1]):
                q = plan.skills[j]
                place = head[q]
                while place >= 0:
                    how = facts[place, HOW]
                    if how != GONE and times[place, LEAVES] >= now:
                        break
                    if how != GONE:
                        wait = times[place, LEAVES] - times[place, ENTERED]
                        _ended(plan, counts, sums, longest, waits, q, times[place, ENTERED], how, wait)
                        if logging:
                            log_s[facts[place, SERIAL], 1], log_n[facts[place, SERIAL], 1] = wait, how
                    head[q] = facts[place, NEXT]
                    facts[place, SERIAL], facts[place, NEXT], free = -1, free, place
                    place = head[q]
                if place < 0:
                    tail[q] = -1
                elif best < 0 or (plan.priority[q], facts[place, SERIAL]) < (
                    plan.priority[facts[best, QUEUE]], facts[best, SERIAL]
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
                crew = plan.crew_of[freed]
                idle_since[freed], idle_turn[freed], turns = now, turns, turns + 1
                before[freed], after[freed] = final[crew], -1
                if final[crew] < 0:
                    first[crew] = freed
                else:
                    after[final[crew]] = freed
                final[crew] = freed

        if agent >= 0:
            crew = plan.crew_of[agent]
            ringing = _drawn(plan, key, draws.DELAY, q, DELAY)
            if ringing > 0 and until < 0:
                until = entered + _drawn(plan, key, draws.PATIENCE, dialled, PATIENCE)
            answered = now + ringing
            done = answered
            if ringing > 0 and until < answered:
                done = max(until, now)
                redialling = plan.redial[dialled] > 0 and draws.uniform(key, draws.REDIALS) < plan.redial[dialled]
                _ended(plan, counts, sums, longest, waits, q, entered, WAS_ABANDONED, done - entered)
                _spend(spent, crew, RING, now, done, interval_s)
                if logging:
                    log_s[serial, 1], log_s[serial, 2] = done - entered, done - now
                    log_n[serial, 1], log_n[serial, 2] = WAS_ABANDONED, agent
            else:
                k = min(int(entered / interval_s), last)
                handling = _drawn(plan, key, draws.HANDLING, dialled, HANDLING)
                handling *= plan.factors[dialled, min(k, last - 1)]
                sums[q, k, 3] += handling
                _ended(plan, counts, sums, longest, waits, q, entered, WAS_ANSWERED, answered - entered)
                _spend(spent, crew, RING, now, answered, interval_s)
                _spend(spent, crew, BUSY, answered, answered + handling, interval_s)
                resting = answered + handling
                done = resting + _drawn(plan, key, draws.REST, q, AFTERWARDS)
                for i in range(stint[agent], plan.stints_from[agent + 1]):
                    if plan.from_s[i] >= done:
                        break
                    _spend(spent, crew, REST, max(resting, plan.from_s[i]), min(done, plan.to_s[i]), interval_s)
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
            again = now + _drawn(plan, key, draws.REDIAL_AFTER, dialled, REDIAL_AFTER)
            if again < plan.until_s:
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
                    how, leaves = WAS_FLOW_OUT, max(entered, plan.closed_s)
                _ended(plan, counts, sums, longest, waits, q, entered, how, leaves - entered)
                if logging:
                    log_s[facts[place, SERIAL], 1], log_n[facts[place, SERIAL], 1] = leaves - entered, how
            place = facts[place, NEXT]
    return visits
