"""The store as somebody may see it who must not know who is who: agents and evaluators as keyed names, callers hidden.

Temporary views stand before the tables and bear their names, so that whatever is asked of the connection, ours or a
person's own SELECT, meets the redacted rows. The same person has the same pseudonym in every output of a store.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import sha256

from ccops.errors import UsageError
from ccops.model import TABLE, TABLES
from ccops.settings import Settings
from ccops.store.connection import Connection, quoted

PERSONS = ("agent", "evaluator")
_HIDDEN = ("name", "customer_mask")  # nothing of them is shown
_PSEUDONYM = re.compile(r"P-[0-9a-f]{8}")


class Pseudonyms:
    """Names for persons that are the same in every output of a store and cannot be read back without its key."""

    def __init__(self, key: bytes) -> None:
        self._secret = sha256(b"ccops persons" + key).hexdigest()[:32]

    def of(self, person: str) -> str:
        """The pseudonym of an agent or evaluator; one that is a pseudonym already stays as it is."""
        if _PSEUDONYM.fullmatch(person):
            return person
        return "P-" + sha256((self._secret + person).encode()).hexdigest()[:8]

    def all_of(self, persons: Sequence[str]) -> tuple[str, ...]:
        return tuple(map(self.of, persons))

    def cover(self, con: Connection) -> None:
        """Puts redacted views before the tables, for this connection."""
        place = con.execute("SELECT current_database()").fetchall()[0][0]
        for table in TABLES:
            shown = [self._shown(name) for name in table.names]
            con.execute(
                f"CREATE OR REPLACE TEMP VIEW {table.name} AS SELECT {', '.join(shown)} "
                f'FROM "{place}".main.{table.name}'
            )

    def _shown(self, column: str) -> str:
        if column in PERSONS:
            return f"'P-' || left(sha256({quoted(self._secret)} || {column}), 8) AS {column}"
        return f"NULL::VARCHAR AS {column}" if column in _HIDDEN else column

    def settings(self, settings: Settings) -> Settings:
        """The settings with the teams' members under their pseudonyms."""
        teams = {team: [*self.all_of(members)] for team, members in settings.agents.teams.items()}
        aliases = {alias: self.of(agent) for alias, agent in settings.agents.aliases.items()}
        agents = settings.agents.model_copy(update={"teams": teams, "aliases": aliases})
        return settings.model_copy(update={"agents": agents})


def check_query(con: Connection, sql: str) -> None:
    """Raises UsageError for a SELECT that reads around the redacted tables."""
    names = con.get_table_names(sql)
    beyond = sorted(names - set(TABLE) - {"files"})
    if beyond or re.search(r"\bmain\b", sql, re.IGNORECASE):
        raise UsageError(
            f"--redact shows the tables {', '.join(TABLE)} alone" + (f", not {beyond[0]}" if beyond else ""),
            fix="ask for those, by their plain names",
        )
