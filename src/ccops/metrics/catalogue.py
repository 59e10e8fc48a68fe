"""Every metric there is. A new one is a function, a line here, and its labels."""

from __future__ import annotations

from collections.abc import Callable

from ccops.metrics import agents, customers, handling, opinions, quality_scores, service, volume
from ccops.metrics.metric import Metric

MetricFunction = Callable[..., Metric]

FUNCTIONS: tuple[MetricFunction, ...] = (
    volume.offered, volume.queued, volume.open_visits, volume.contacts, volume.contacts_all,
    volume.answered, volume.answer_rate, volume.answer_rate_system,
    volume.abandoned, volume.abandon_rate, volume.abandoned_queue, volume.abandoned_ring,
    volume.abandoned_announcement, volume.abandoned_ivr,
    volume.short_abandoned, volume.short_abandoned_share, volume.abandon_rate_net,
    volume.flow_outs, volume.timeout, volume.overflow, volume.callback, volume.voicemail, volume.exit_key,
    volume.exit_empty, volume.other_ends, volume.transfers_out, volume.transfer_rate,
    service.answered_within, service.service_level, service.intervals_met,
    service.asa, service.avg_abandon_wait, service.avg_wait, service.max_wait,
    service.wait_p50, service.wait_p90, service.wait_p95,
    handling.handled, handling.aht, handling.aht_p50, handling.aht_p90,
    handling.talk, handling.hold, handling.hold_held, handling.acw, handling.rona, handling.attempts,
    agents.login, agents.available, agents.aux, agents.ring, agents.talk_time, agents.hold_time, agents.acw_time,
    agents.occupancy, agents.utilisation_login, agents.utilisation_attended, agents.utilisation_paid,
    agents.shrinkage, agents.talk_utilisation, agents.cph, agents.cph_busy,
    customers.fcr, customers.repeat_rate, customers.containment_naive, customers.containment_true,
    opinions.csat, opinions.nps, opinions.ces, opinions.survey_response_rate,
    quality_scores.qa_score, quality_scores.qa_fail_rate,
)

METRICS: dict[str, MetricFunction] = {function().key: function for function in FUNCTIONS}
