"""A worker says that it serves, and ends with its supervisor."""

from __future__ import annotations

import os
import signal
from typing import Any

from twisted.internet.interfaces import IReadDescriptor
from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from ogctwist.workers.worker import SupervisorLink, inheritedDescriptors, workerNumber


class Reactor:
    def __init__(self) -> None:
        self.readers: list[Any] = []
        self.stopped = False

    def addReader(self, reader: Any) -> None:
        self.readers.append(reader)

    def removeReader(self, reader: Any) -> None:
        if reader in self.readers:
            self.readers.remove(reader)

    def callWhenRunning(self, function: Any) -> None:
        function()

    def stop(self) -> None:
        self.stopped = True


class SupervisorLinkTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.addCleanup(signal.signal, signal.SIGHUP, signal.getsignal(signal.SIGHUP))
        self.lifeline, self.supervisor = os.pipe()
        self.told, ready = os.pipe()
        self.addCleanup(os.close, self.lifeline)
        self.addCleanup(os.close, self.told)
        self.reactor = Reactor()
        self.link = SupervisorLink(self.reactor, self.lifeline, ready)
        self.link.startService()

    def test_interface(self) -> None:
        os.close(self.supervisor)
        verifyObject(IReadDescriptor, self.link)

    def test_ready(self) -> None:
        os.close(self.supervisor)
        self.assertEqual(os.read(self.told, 10), b"1")
        self.assertEqual(os.read(self.told, 10), b"")

    def test_endsWithItsSupervisor(self) -> None:
        self.assertEqual(self.reactor.readers, [self.link])
        os.close(self.supervisor)
        self.link.doRead()
        self.assertTrue(self.reactor.stopped)
        self.assertEqual(self.reactor.readers, [])

    def test_endsByItself(self) -> None:
        os.close(self.supervisor)
        self.link.stopService()
        self.assertEqual(self.reactor.readers, [])
        self.assertFalse(self.reactor.stopped)

    def test_hangupsAreNotForWorkers(self) -> None:
        os.close(self.supervisor)
        self.assertEqual(signal.getsignal(signal.SIGHUP), signal.SIG_IGN)


class EnvironmentTests(SynchronousTestCase):
    def test_worker(self) -> None:
        environment = {"_OGCSERVER_SOCKETS": "4,5", "_OGCSERVER_WORKER": "2"}
        self.assertEqual((inheritedDescriptors(environment), workerNumber(environment)), ([4, 5], 2))

    def test_noWorker(self) -> None:
        self.assertEqual((inheritedDescriptors({}), workerNumber({})), ([], 0))
