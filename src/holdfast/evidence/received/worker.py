"""Documents are read in a process of their own, with limits of time and memory that hold whatever a file does."""

from __future__ import annotations

import multiprocessing
import resource
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from types import TracebackType

from holdfast.evidence.received.content import Concern, Content, Quarantined, Why
from holdfast.evidence.received.limits import Limits
from holdfast.evidence.received.mail import Message, read_message
from holdfast.evidence.received.opening import open_document

_ENDED = Concern(Why.DAMAGED, "ended the process that read it")


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
        answer = self.run(open_document, name, content, self._limits)
        if isinstance(answer, Content):
            return answer
        return Content("not read", (), (answer if isinstance(answer, Concern) else _ENDED,))

    def message(self, content: bytes, limits: Limits, own: frozenset[str]) -> Message:
        """As `read_message`; a heading of a message alone can be made to take hours. Raises Quarantined."""
        answer = self.run(read_message, content, limits, own)
        if isinstance(answer, Message):
            return answer
        concern = answer if isinstance(answer, Concern) else _ENDED
        raise Quarantined(concern.why, concern.words)

    def run(self, job: Callable[..., object], *given: object) -> object:
        """What a function of some module makes of its arguments there; a Concern where it failed, hung or burst."""
        line = self._begin()
        try:
            line.send((job, given))
            if line.poll(self._limits.seconds):
                answer: object = line.recv()
                return answer
            self._end()
            return Concern(Why.TOO_SLOW, f"could not be read in {self._limits.seconds:g} seconds")
        except (EOFError, OSError):
            self._end()
        return _ENDED

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
            job, given = line.recv()
            try:
                answer = job(*given)
            except Quarantined as stop:
                answer = stop.concern
            except Exception as error:  # the fault of one file must not lose the rest; its text may name children
                answer = Concern(Why.DAMAGED, f"could not be read ({type(error).__name__})")
            line.send(answer)
