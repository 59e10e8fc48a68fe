"""The entry point of `ccops`: the one place where errors become messages and exit codes."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
import traceback
from pathlib import Path

from typer.exceptions import Abort, TyperException

from ccops.cli import output
from ccops.cli.app import command
from ccops.errors import CcopsError
from ccops.safe_text import masked

BUG, DATA, INTERRUPTED = 1, 3, 130
GRACE_S = 2  # for an orderly end


def main() -> None:
    """The entry point of the installed command."""
    output.prepare()
    if os.name == "posix":
        _end_promptly()
    sys.exit(run(sys.argv[1:]))


def run(args: list[str]) -> int:
    """Carry out one command line and give its exit code; every refusal ends here as a message on stderr."""
    try:
        code = command().main(args, prog_name="ccops", standalone_mode=False)
        sys.stdout.flush()
        return _interrupted() if code == INTERRUPTED else int(code or 0)
    except CcopsError as error:
        return _refused(str(error), error.exit_code)
    except TyperException as error:
        return _misused(error)
    except SystemExit as stop:
        return _closed_pipe() if isinstance(stop.__context__, BrokenPipeError) else int(stop.code or 0)
    except BrokenPipeError:
        return _closed_pipe()
    except (KeyboardInterrupt, Abort):
        return _interrupted()
    except OSError as error:
        return _refused(f"{error.filename or 'input or output'}: {error.strerror or error}", DATA)
    except Exception as error:  # the last resort: whatever is left is a fault of the program
        if str(error) == "Query interrupted":  # how the database passes Ctrl-C on
            return _interrupted()
        return _refused(_bug(error), BUG)


def _end_promptly() -> None:
    """Ctrl-C ends the program soon even within the database, which looks at signals only now and then.

    An import that ends like this has left nothing in the store, as after any kill.
    """
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    signal.set_wakeup_fd(writer)

    def wait() -> None:
        while os.read(reader, 1) != bytes([signal.SIGINT]):
            pass  # another signal, which is none of ours
        time.sleep(GRACE_S)
        _interrupted()
        os._exit(INTERRUPTED)

    threading.Thread(target=wait, daemon=True).start()


def _refused(message: str, code: int) -> int:
    output.note(f"ccops: error: {message}")
    return code


def _misused(error: TyperException) -> int:
    """A wrong command line in the words of every other refusal; no command at all is answered with the help."""
    if error.message.startswith("Usage: "):
        output.note(error.message)
        return error.exit_code
    context = getattr(error, "ctx", None)
    message, _, near = error.format_message().replace("Value error, ", "").partition(" Did you mean ")
    if options := getattr(error, "possibilities", None):
        message, near = error.message, f"{' or '.join(options)}?"
    fix = f"did you mean {near}" if near else f"{context.command_path if context else 'ccops'} --help"
    return _refused(f"{message.rstrip('.')}\nfix: {fix}", error.exit_code)


def _interrupted() -> int:
    output.note("ccops: interrupted")
    return INTERRUPTED


def _closed_pipe() -> int:
    """The reader has seen enough, as `head` does; Python must not complain while it flushes at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return 0


def _bug(error: Exception) -> str:
    """What went wrong, without a single value of the data."""
    where = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{'/'.join(Path(where.filename).parts[-2:])}:{where.lineno}"
    message = f"a fault in ccops: {type(error).__name__} at {place}; the store is intact"
    if not os.environ.get("CCOPS_DEBUG"):
        return f"{message}\nfix: run again with CCOPS_DEBUG=1 for the details, and report them"
    frames = "".join(traceback.format_tb(error.__traceback__))
    return f"{message}\n{frames}{type(error).__name__}: {masked(str(error))}"


if __name__ == "__main__":
    main()
