"""Which contact a case, a survey or an evaluation is about: by the contact's id, else by customer and time."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

import polars as pl

from ccops.model import TABLE

if TYPE_CHECKING:
    from ccops.model import Slice

REACH_DAYS = 92  # a row is about a contact so many days before it at most
SOON = timedelta(hours=24)  # without an id, so long after the contact's end at most
_CONTACT = ("system", "contact_id")
_MET = ("system", "contact", "at", "queue", "agent")


def linked(data: Slice, table: Literal["cases", "surveys", "evaluations"]) -> pl.LazyFrame:
    """The table's rows of the slice's days, each with its contact: columns `link`, `met_system`, `met_contact`,
    `met_at` (when it began, UTC), `met_queue` and `met_agent` beside the table's own.

    `link` is `contact` where the row names a contact that is known (of several with one id the one that began last),
    else `customer`: the last contact which the row's customer began before the row's time, if it ended at most 24
    hours before. Evaluations name no customer. Else it is `none`, and the contact's columns are null. Queue and agent
    are those of the contact's last answered visit; without one the agent is null and the queue that of its last visit.
    """
    scope, at = data.scope, TABLE[table].at
    since = scope.first_day and scope.first_day - timedelta(days=REACH_DAYS)
    rows = data.read(table, scope.first_day, scope.last_day).with_row_index("row")
    contacts = data.read("contacts", since, scope.last_day).select(
        *_CONTACT, "customer_key", "started_at", "ended_at"
    ).sort("started_at", *_CONTACT)
    by_id = rows.filter(pl.col("contact_id").is_not_null()).select("row", "contact_id").join(
        contacts.unique("contact_id", keep="last", maintain_order=True), on="contact_id"
    ).select("row", *_CONTACT, "started_at", link=pl.lit("contact"))
    found = [by_id]
    if "customer_key" in TABLE[table].names:
        found.append(_by_customer(rows, by_id, contacts, at))
    met = pl.concat(found).join(_visits(data, since), on=_CONTACT, how="left").select(
        "row", "link", *(pl.col(own).alias(f"met_{name}") for name, own in zip(
            _MET, (*_CONTACT, "started_at", "queue", "agent"), strict=True))
    )
    return rows.join(met, on="row", how="left").sort("row").drop("row").with_columns(pl.col("link").fill_null("none"))


def _by_customer(rows: pl.LazyFrame, by_id: pl.LazyFrame, contacts: pl.LazyFrame, at: str) -> pl.LazyFrame:
    """Rows that no id linked, with the last contact that their customer began before them, if it ended soon before."""
    open_rows = rows.join(by_id, on="row", how="anti").filter(pl.col("customer_key").is_not_null()).select(
        "row", "customer_key", asked_at=at
    )
    last = open_rows.sort("asked_at").join_asof(
        contacts.filter(pl.col("customer_key").is_not_null()), left_on="asked_at", right_on="started_at",
        by="customer_key", strategy="backward", coalesce=False, check_sortedness=False,
    )
    ended = pl.coalesce("ended_at", "started_at")
    return last.filter(pl.col("asked_at") - ended <= SOON).select(
        "row", *_CONTACT, "started_at", link=pl.lit("customer")
    )


def _visits(data: Slice, first: date | None) -> pl.LazyFrame:
    """Per contact the queue and agent of its last answered visit, else the queue of its last visit."""
    answered = pl.col("outcome") == "answered"
    return data.read("queue_visits", first, data.scope.last_day).sort("entered_at", "nth").group_by(_CONTACT).agg(
        queue=pl.coalesce(pl.col("queue").filter(answered).last(), pl.col("queue").last()),
        agent=pl.col("agent").filter(answered).last(),
    )
