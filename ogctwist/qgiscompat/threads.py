# -*- test-case-name: tests.qgiscompat.test_threads -*-
"""
The threads of a plugin: where the hooks of QGIS plugins run, one after another.

Such plugins are written for a process that serves one request at a time; they
block as they like.  Each plugin has one thread (one that says it can do more has
several), never the reactor's, so that a plugin that blocks blocks nobody else.
"""

from __future__ import annotations

import ctypes
import threading
from collections import deque
from collections.abc import Callable
from contextvars import Context, ContextVar, copy_context
from typing import Any

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure


class HookCutOff(BaseException):
    """
    Raised in a hook whose time is over, when it next touches the server or runs
    Python code.  No C{Exception}: a plugin that catches those must not survive it.
    """


class PluginHangs(RuntimeError):
    """So many hooks of the plugin did not end that it is not called for the time being."""


class Job:
    """
    One call in a plugin's thread.

    @ivar deferred: fires in the reactor's thread; None when nobody waits any more.
    @ivar begun: when it began, by the reactor's clock; None while it waits.
    @ivar isCutOff: its time is over; what it still does has no effect.
    """

    __slots__ = ("arguments", "begun", "context", "deferred", "function", "isCutOff", "isDone", "thread")

    def __init__(self, function: Callable[..., Any], arguments: tuple[Any, ...]):
        self.function = function
        self.arguments = arguments
        self.context: Context = copy_context()
        self.deferred: Deferred[Any] | None = Deferred()
        self.begun: float | None = None
        self.thread: threading.Thread | None = None
        self.isCutOff = False
        self.isDone = False


#: Threads that may hang in one plugin at a time; while there are more, it is not called.
MOST_LOST = 8

#: The job that the running code belongs to; None outside the threads of plugins.
currentJob: ContextVar[Job | None] = ContextVar("ogctwist.qgiscompat.currentJob", default=None)

#: The threads that the running code belongs to.
currentThreads: ContextVar[PluginThreads | None] = ContextVar(
    "ogctwist.qgiscompat.currentThreads", default=None
)


def checkTime() -> None:
    """
    @raise HookCutOff: the running hook was given up; it must not touch the server any more.
    """
    job = currentJob.get()
    if job is not None and job.isCutOff:
        raise HookCutOff()


class PluginThreads:
    """
    So many threads, made when they are wanted.  They are daemons: one that never
    comes back does not keep the process from ending.

    """

    def __init__(self, reactor: Any, name: str, size: int = 1):
        self._reactor = reactor
        self._name = name
        self._size = size
        self._changed = threading.Condition()
        self._waiting: deque[Job] = deque()
        self._threads: set[threading.Thread] = set()
        self._idle = 0
        self._isStopped = False
        self._lost: list[threading.Thread] = []

    @property
    def lost(self) -> int:
        """How many threads that were given up still run."""
        self._lost = [thread for thread in self._lost if thread.is_alive()]
        return len(self._lost)

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Job:
        """
        Have a function called in a thread, in the context of the caller; to be
        called in the reactor's thread.

        @raise PluginHangs: too many threads were given up that still run.
        """
        job = Job(function, arguments)
        with self._changed:
            if self._isStopped:
                raise RuntimeError(f"the threads of plugin {self._name} have ended")
            if self.lost >= MOST_LOST:
                raise PluginHangs(f"plugin {self._name} hangs in {MOST_LOST} hooks")
            self._waiting.append(job)
            if not self._idle and len(self._threads) < self._size:
                self._startThread()
            self._changed.notify()
        return job

    def now(self) -> float:
        """The time by which jobs are measured."""
        return float(self._reactor.seconds())

    def takeBack(self, job: Job) -> bool:
        """@return: whether the job had not begun; then it never will."""
        with self._changed:
            if job not in self._waiting:
                return False
            self._waiting.remove(job)
            return True

    def cutOff(self, job: Job) -> None:
        """Give a job up, and its thread; what waits goes on in a new one."""
        with self._changed:
            job.isCutOff = True
            thread = job.thread
            if job.isDone or thread is None:
                return
            if thread in self._threads:
                self._threads.discard(thread)
                self._lost.append(thread)
                if self._waiting and not self._isStopped:
                    self._startThread()
            interrupt(thread)

    def stop(self) -> None:
        """End the threads when they have done what waits; those that hang are left behind."""
        with self._changed:
            self._isStopped = True
            self._changed.notify_all()

    def wait(self, start: Callable[[], Deferred[Any]]) -> Any:
        """
        The result of something that happens in the reactor's thread; to be called in
        a plugin's thread, which meanwhile serves what the reactor wants of the plugin
        on the way.

        @param start: called in the reactor's thread.
        """
        outcome: list[Any] = []

        def settle(result: Any) -> None:
            with self._changed:
                outcome.append(result)
                self._changed.notify_all()

        def begin() -> None:
            try:
                waited = start()
            except Exception:
                settle(Failure())
            else:
                waited.addBoth(settle)

        self._reactor.callFromThread(copy_context().run, begin)
        while True:
            with self._changed:
                while not outcome and not self._waiting:
                    self._changed.wait()
                if outcome:
                    break
                job = self._begin()
            self._perform(job)
        checkTime()
        if isinstance(outcome[0], Failure):
            outcome[0].raiseException()
        return outcome[0]

    # -- with the lock held

    def _startThread(self) -> None:
        thread = threading.Thread(target=self._live, name=f"plugin {self._name}", daemon=True)
        self._threads.add(thread)
        thread.start()

    def _begin(self) -> Job:
        job = self._waiting.popleft()
        job.thread = threading.current_thread()
        job.begun = self.now()
        return job

    # -- in a thread

    def _live(self) -> None:
        try:
            self._serve(threading.current_thread())
        except HookCutOff:
            # It came when its hook had just ended.
            pass

    def _serve(self, me: threading.Thread) -> None:
        while True:
            with self._changed:
                self._idle += 1
                while not self._waiting and not self._isStopped and me in self._threads:
                    self._changed.wait()
                self._idle -= 1
                if me not in self._threads or not self._waiting:
                    return
                job = self._begin()
            self._perform(job)

    def _perform(self, job: Job) -> None:
        result: Any
        try:
            result = job.context.run(self._call, job)
        except BaseException:
            result = Failure()
        with self._changed:
            job.isDone = True
        self._reactor.callFromThread(_settle, job, result)

    def _call(self, job: Job) -> Any:
        currentJob.set(job)
        currentThreads.set(self)
        return job.function(*job.arguments)


def _settle(job: Job, result: Any) -> None:
    deferred, job.deferred = job.deferred, None
    if deferred is not None and not job.isCutOff:
        deferred.callback(result)


def interrupt(thread: threading.Thread) -> None:
    """
    Raise L{HookCutOff} in a thread when it next runs Python code; one that waits in
    the operating system is not reached.
    """
    if thread.ident is not None:
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), ctypes.py_object(HookCutOff))


def waitFor(start: Callable[[], Deferred[Any]]) -> Any:
    """
    The result of something asynchronous, for code in a plugin's thread.

    @raise RuntimeError: outside one.
    """
    checkTime()
    threads = currentThreads.get()
    if threads is None:
        raise RuntimeError("only a hook that runs in its plugin's thread can wait for the server")
    return threads.wait(start)
