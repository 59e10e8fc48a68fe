"""A log of five calls whose every figure can be counted by hand."""

from __future__ import annotations

# Four calls into sales on 2026-11-22 (UTC): answered after 10 s, answered after 30 s, abandoned after 40 s and
# after 3 s (a short one); one into support, answered at once. Service level (20 s): sales 1 of 3, all 2 of 4.
LOG = """\
1795341600|c1|sales|NONE|ENTERQUEUE||13800138000|1
1795341610|c1|sales|Agent/1001|CONNECT|10|c1|3
1795341670|c1|sales|Agent/1001|COMPLETECALLER|10|60|1
1795345200|c2|sales|NONE|ENTERQUEUE||13800138001|1
1795345230|c2|sales|Agent/1002|CONNECT|30|c2|5
1795345330|c2|sales|Agent/1002|COMPLETEAGENT|30|100|1
1795348800|c3|sales|NONE|ENTERQUEUE||13800138002|1
1795348840|c3|sales|NONE|ABANDON|1|1|40
1795352400|c4|sales|NONE|ENTERQUEUE||13800138003|1
1795352403|c4|sales|NONE|ABANDON|1|1|3
1795356000|c5|support|NONE|ENTERQUEUE||13800138000|1
1795356000|c5|support|Agent/1001|CONNECT|0|c5|0
1795356020|c5|support|Agent/1001|COMPLETECALLER|0|20|1
"""
