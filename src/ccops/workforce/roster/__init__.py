"""Names to shifts: who works when, under the rules of rest, hours, days off and fairness.

    from ccops.workforce.roster import read, roster
    made = roster(read(demand, people, rules), "Asia/Shanghai", weeks=4)
    made.frame; made.coverage; made.clashing()
"""

from __future__ import annotations

from ccops.workforce.roster.plan import Roster, read, roster

__all__ = ["Roster", "read", "roster"]
