"""Queueing formulas: how callers fare with given agents, and how many agents a target takes.

Erlang B, C, A and M/M/n+G with a measured patience, for any real number of agents, each a
`ccops.workforce.erlang.queue_model.QueueModel`; numbers or arrays of scenarios alike.

    erlang_a(calls_per_hour=180, aht_s=240, patience_s=120).required(service_level=0.8, within_s=20)
"""

from __future__ import annotations

from ccops.workforce.erlang.abandonment import ErlangA, erlang_a
from ccops.workforce.erlang.delay import ErlangB, ErlangC, erlang_b, erlang_c
from ccops.workforce.erlang.general_patience import ErlangG, erlang_g
from ccops.workforce.erlang.queue_model import Performance, QueueModel
from ccops.workforce.erlang.retrials import Retrials, with_retrials
from ccops.workforce.erlang.uncertainty import Uncertain, required_uncertain, spread, uncertain

__all__ = [
    "ErlangA", "ErlangB", "ErlangC", "ErlangG", "Performance", "QueueModel", "Retrials", "Uncertain", "erlang_a",
    "erlang_b", "erlang_c", "erlang_g", "required_uncertain", "spread", "uncertain", "with_retrials",
]
