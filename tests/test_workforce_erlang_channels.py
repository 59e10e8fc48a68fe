"""Chats with several at once, and work with a deadline, against chains and queues worked out one by one."""

from __future__ import annotations

from collections import deque

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccops.errors import UsageError
from ccops.workforce.erlang import erlang_a, erlang_c
from ccops.workforce.erlang.chat import chat
from ccops.workforce.erlang.deferred import agents_for_deadline, carried_over


@pytest.mark.parametrize("agents", [11, 14])
def test_one_chat_at_a_time_is_a_call(agents: int) -> None:
    c, a = chat(200, [180]).at(agents), chat(200, [180], 120).at(agents)
    calls_c, calls_a = erlang_c(200, 180).at(agents), erlang_a(200, 180, 120).at(agents)
    assert (c["service_level"], c["p_wait"]) == pytest.approx((calls_c.service_level, calls_c.p_wait))
    assert (a["service_level"], a["p_abandon"]) == pytest.approx((calls_a.service_level, calls_a.p_abandon))
    assert a["chats_per_agent"] == pytest.approx(calls_a.occupancy)
    assert chat(200, [180]).required(0.8) == 14
    assert chat(2000, [180], 120).required(0.8) == 96


def test_several_at_once_by_solving_the_chain() -> None:
    """Three agents with up to three chats each: the chain's balance equations, cut far beyond the last place."""
    lam, theta, aht = 60 / 3600, 1 / 90, [240, 300, 420]
    ends = []
    for j in range(200):
        served = min(j, 9)
        loads = [served // 3 + (i < served % 3) for i in range(3)]
        ends.append(sum(k / aht[k - 1] for k in loads if k) + max(j - 9, 0) * theta)
    generator = np.diag(np.full(199, lam), 1) + np.diag(ends[1:], -1)
    generator -= np.diag(generator.sum(1))
    equations = np.vstack([generator.T, np.ones(200)])
    states = np.linalg.lstsq(equations, np.append(np.zeros(200), 1.0), rcond=None)[0]
    found = chat(60, aht, 90).at(3)
    assert found["p_wait"] == pytest.approx(states[9:].sum(), rel=1e-9)
    assert found["p_abandon"] == pytest.approx(states[9:] @ np.arange(191) * theta / lam, rel=1e-9)
    assert found["chats_per_agent"] == pytest.approx(np.minimum(np.arange(200), 9) @ states / 3, rel=1e-9)


def test_chats_at_the_edges() -> None:
    assert chat(0, [300, 400]).at(2)["service_level"] == 1
    assert chat(0, [300, 400]).required(0.8) == 0
    assert chat(1000, [300, 400]).at(2) == pytest.approx(
        {"service_level": 0, "p_wait": 1, "p_abandon": 0, "chats_per_agent": 2}
    )
    one, two = (chat(120, times, 60).required(0.8) for times in ([300], [300, 400]))
    assert two < one
    for wrong in (lambda: chat(10, []), lambda: chat(10, 300), lambda: chat(10, [300, 700]), lambda: chat(-1, [300]),
                  lambda: chat(10, [300]).at(0), lambda: chat(10, [300]).at(1.5)):  # type: ignore[arg-type]
        with pytest.raises(UsageError):
            wrong()


def one_by_one(volume: list[int], done: list[int], late: int) -> list[float]:
    """Whole contacts in a line, whole intervals: who is done within `late` intervals after that of his arrival."""
    line: deque[int] = deque()
    finished: dict[int, int] = {}
    for now, (new, some) in enumerate(zip(volume, done, strict=True)):
        line.extend([now] * new)
        for _ in range(min(some, len(line))):
            came = line.popleft()
            finished[came] = finished.get(came, 0) + (now - came <= late)
    return [finished.get(i, 0) / n if n and i + late < len(volume) else np.nan for i, n in enumerate(volume)]


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=12), st.integers(0, 4))
def test_carry_over_contact_by_contact(plan: list[tuple[int, int]], late: int) -> None:
    volume, done = [new for new, _ in plan], [some for _, some in plan]
    found = carried_over(volume, 900, done, interval_s=900, deadline_s=900 * late)
    assert found.on_time == pytest.approx(one_by_one(volume, done, late), nan_ok=True)
    assert found.backlog[-1] == pytest.approx(max(0, sum(volume) - _finished(volume, done)))


def _finished(volume: list[int], done: list[int]) -> int:
    left = finished = 0
    for new, some in zip(volume, done, strict=True):
        finished += min(left + new, some)
        left = max(left + new - some, 0)
    return finished


def test_staffing_for_a_deadline() -> None:
    """A morning's 120 e-mails of 5 minutes, due in two hours: 8 intervals of half an hour, of which four may be used
    after the first, so that the work is spread over five.
    """
    volume = [120, 0, 0, 0, 0, 0, 0, 0]
    agents = agents_for_deadline(volume, 300, interval_s=1800, deadline_s=7200)
    assert agents == pytest.approx(120 / 5 / 6)
    assert carried_over(volume, 300, agents, interval_s=1800, deadline_s=7200).level == pytest.approx(1)
    assert agents_for_deadline(volume, 300, interval_s=1800, deadline_s=7200, before=30) == pytest.approx(150 / 30)
    closed = [1, 0, 0, 1, 1, 1, 1, 1]
    assert agents_for_deadline(volume, 300, interval_s=1800, deadline_s=7200, open_=closed) == pytest.approx(120 / 18)
    assert agents_for_deadline([0, 0], 300, interval_s=1800, deadline_s=0) == 0
    with pytest.raises(UsageError, match="while closed"):
        agents_for_deadline([5, 0], 300, interval_s=1800, deadline_s=0, open_=0)
    with pytest.raises(UsageError, match="share on time"):
        agents_for_deadline([5], 300, interval_s=1800, deadline_s=0, level=0)
    with pytest.raises(UsageError, match="list of volumes"):
        carried_over(5, 300, 1, interval_s=1800, deadline_s=0)
