"""The verbs of a queue log by what they do to a queue visit, as SQL lists."""

from __future__ import annotations

ENTER = "'ENTERQUEUE'"
CONNECT = "'CONNECT'"
# The end of an answered visit.
COMPLETE = "'COMPLETEAGENT', 'COMPLETECALLER', 'TRANSFER', 'BLINDTRANSFER', 'ATTENDEDTRANSFER'"
PASSED_ON = "'TRANSFER', 'BLINDTRANSFER', 'ATTENDEDTRANSFER'"
# The end of a visit that nobody answered.
LEAVE = "'ABANDON', 'EXITWITHTIMEOUT', 'EXITWITHKEY', 'EXITEMPTY', 'WITHDRAW', 'SYSCOMPAT'"
# Never let into the queue; DIVERT_… belong here too.
REFUSED = "'JOINEMPTY', 'FULL', 'CLOSED'"
# The agent hung up before the call was bridged: the caller may still be in the queue.
DUMP = "'AGENTDUMP'"
CANCEL = "'RINGCANCELED'"
VISIT = ", ".join((ENTER, CONNECT, COMPLETE, LEAVE, REFUSED, DUMP))
