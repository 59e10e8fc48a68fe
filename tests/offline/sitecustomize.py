"""Closes the network: Python imports a module of this name at start-up when its folder is on the path.

An audit hook cannot be taken away again, so nothing that a test does can reopen it. Sockets between processes
of this machine (AF_UNIX, whose address is a path) stay open for the tools that run the tests.
"""

from __future__ import annotations

import sys

NETWORK = ("socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname", "urllib.Request")


def _refuse(event: str, args: tuple[object, ...]) -> None:
    local = event == "socket.connect" and len(args) > 1 and isinstance(args[1], str | bytes)
    if event in NETWORK and not local:
        raise PermissionError(f"the network is closed while testing ({event})")


sys.addaudithook(_refuse)
