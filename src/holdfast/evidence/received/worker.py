"""Documents are read in a process of their own, with limits of time and memory that hold whatever a file does."""

from __future__ import annotations

import multiprocessing
import resource
from contextlib import suppress
from multiprocessing.connection import Connection
from types import TracebackType

from holdfast.evidence.received.content import Concern, Content, Why
from holdfast.evidence.received.limits import Limits
from holdfast.evidence.received.opening import open_document


class Reader:
    """Reads documents one after another in a child process; a document that hangs or bursts ends only that process.

    Use as a context: the process is ended at the end.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._context = multiprocessing.get_context("spawn")
        self._process: multiprocessing.process.BaseProcess | None = None
        self._line: Connection | None = None

    def __enter__(self) -> Reader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def open(self, name: str, content: bytes) -> Content:
        """As `open_document`, and quarantined where it takes too long or ends the process."""
        line = self._begin()
        try:
            line.send((name, content))
            if line.poll(self._limits.seconds):
                answer = line.recv()
                if isinstance(answer, Content):
                    return answer
            else:
                self._end()
                words = f"could not be read in {self._limits.seconds:g} seconds"
                return Content("not read", (), (Concern(Why.TOO_SLOW, words),))
        except (EOFError, OSError):
            self._end()
        return Content("not read", (), (Concern(Why.DAMAGED, "ended the process that read it"),))

    def _begin(self) -> Connection:
        if self._line is None or self._process is None or not self._process.is_alive():
            self._end()
            ours, theirs = self._context.Pipe()
            self._process = self._context.Process(target=_serve, args=(theirs, self._limits), daemon=True)
            self._process.start()
            theirs.close()
            self._line = ours
        return self._line

    def _end(self) -> None:
        if self._line is not None:
            self._line.close()
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process.close()
        self._line = self._process = None


def _serve(line: Connection, limits: Limits) -> None:
    with suppress(ValueError, OSError):  # a machine that allows no such limit still has the limit of time
        resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    with suppress(EOFError, OSError, KeyboardInterrupt):
        while True:
            name, content = line.recv()
            try:
                answer = open_document(name, content, limits)
            except Exception as error:  # the fault of one file must not lose the rest; its text may name children
                words = f"could not be read ({type(error).__name__})"
                answer = Content("not read", (), (Concern(Why.DAMAGED, words),))
            line.send(answer)
