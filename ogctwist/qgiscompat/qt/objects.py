# -*- test-case-name: tests.qgiscompat.test_qt_objects -*-
"""QObject with signals and properties; the application and its clocks."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import Any


class BoundSignal:
    """A signal of one object: what is connected is called when it is emitted, in the same thread."""

    def __init__(self, name: str):
        self.signal = name
        self._slots: list[Any] = []

    def connect(self, slot: Any, type: Any = None, no_receiver_check: bool = False) -> Any:
        self._slots.append(slot)
        return slot

    def disconnect(self, slot: Any = None) -> None:
        """@raise TypeError: it is not connected."""
        if slot is None:
            self._slots.clear()
        elif slot in self._slots:
            self._slots.remove(slot)
        else:
            raise TypeError("'method' object is not connected")

    def emit(self, *arguments: Any) -> None:
        for slot in list(self._slots):
            if isinstance(slot, BoundSignal):
                slot.emit(*arguments)
            else:
                slot(*arguments)

    def __call__(self, *arguments: Any) -> None:
        self.emit(*arguments)

    def __getitem__(self, signature: Any) -> BoundSignal:
        return self


class pyqtSignal:
    """A signal, declared on a class."""

    def __init__(self, *types: Any, name: str = "", revision: int = 0, arguments: Any = ()):
        self._name = name

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = self._name or name

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        if instance is None:
            return self
        signals = instance.__dict__.setdefault("_q_signals", {})
        if self._name not in signals:
            signals[self._name] = BoundSignal(self._name)
        return signals[self._name]

    def __getitem__(self, signature: Any) -> pyqtSignal:
        return self


def pyqtSlot(*types: Any, **options: Any) -> Callable[[Any], Any]:
    """Decorator; a slot is a function like any other."""
    return lambda function: function


class pyqtProperty(property):
    """A property; its type is not looked at."""

    def __init__(self, type: Any = None, fget: Any = None, fset: Any = None, **options: Any):
        super().__init__(fget, fset)

    def __call__(self, function: Any) -> Any:
        return property(function)


class QObject:
    """An object with a name, a parent and signals."""

    destroyed = pyqtSignal()
    objectNameChanged = pyqtSignal(str)

    def __init__(self, parent: Any = None, **named: Any):
        self._q_parent = parent
        self._q_children: list[Any] = []
        if isinstance(parent, QObject):
            parent.children().append(self)

    def parent(self) -> Any:
        return self.__dict__.get("_q_parent")

    def setParent(self, parent: Any) -> None:
        self._q_parent = parent

    def children(self) -> list[Any]:
        return self.__dict__.setdefault("_q_children", [])

    def objectName(self) -> str:
        return str(self.__dict__.get("_q_name", ""))

    def setObjectName(self, name: str) -> None:
        self._q_name = name

    def property(self, name: str) -> Any:
        return self.__dict__.get("_q_properties", {}).get(name)

    def setProperty(self, name: str, value: Any) -> bool:
        self.__dict__.setdefault("_q_properties", {})[name] = value
        return False

    def findChild(self, type: Any, name: str = "", *options: Any) -> Any:
        return next(iter(self.findChildren(type, name)), None)

    def findChildren(self, type: Any, name: str = "", *options: Any) -> list[Any]:
        return [
            child
            for child in self.children()
            if isinstance(child, type) and (not name or child.objectName() == name)
        ]

    def inherits(self, className: str) -> bool:
        return any(base.__name__ == className for base in type(self).__mro__)

    def blockSignals(self, block: bool) -> bool:
        return False

    def deleteLater(self) -> None:
        self.destroyed.emit()

    def tr(self, text: str, *more: Any) -> str:
        return text

    def sender(self) -> Any:
        return None

    def thread(self) -> Any:
        return threading.current_thread()

    def moveToThread(self, thread: Any) -> None:
        """Objects belong to no thread here."""

    def disconnect(self, *arguments: Any) -> None:
        """Disconnect all signals of the object."""
        for signal in self.__dict__.get("_q_signals", {}).values():
            signal.disconnect()

    def dynamicPropertyNames(self) -> list[Any]:
        return [name.encode() for name in self.__dict__.get("_q_properties", {})]

    def isSignalConnected(self, signal: Any) -> bool:
        return bool(getattr(signal, "_slots", ()))

    def receivers(self, signal: Any) -> int:
        return len(getattr(signal, "_slots", ()))

    def pyqtConfigure(self, **values: Any) -> None:
        for name, value in values.items():
            found = getattr(self, name, None)
            if isinstance(found, BoundSignal):
                found.connect(value)
            else:
                self.setProperty(name, value)

    def isWidgetType(self) -> bool:
        return False

    def isWindowType(self) -> bool:
        return False

    def signalsBlocked(self) -> bool:
        return False

    def senderSignalIndex(self) -> int:
        return -1

    def startTimer(self, interval: int, *type: Any) -> int:
        """There are no events: 0, which is no timer."""
        return 0

    def metaObject(self) -> Any:
        return type(self)

    def event(self, event: Any) -> bool:
        return False

    def eventFilter(self, watched: Any, event: Any) -> bool:
        return False

    def _nothing(self, *arguments: Any) -> None:
        """There are no events."""

    installEventFilter = removeEventFilter = killTimer = _nothing
    childEvent = customEvent = timerEvent = connectNotify = disconnectNotify = _nothing
    dumpObjectInfo = dumpObjectTree = _nothing


class QCoreApplication(QObject):
    """The process."""

    _instance: Any = None
    aboutToQuit = pyqtSignal()

    def __init__(self, arguments: Any = ()):
        super().__init__()
        QCoreApplication._instance = self

    @staticmethod
    def instance() -> Any:
        if QCoreApplication._instance is None:
            QCoreApplication([])
        return QCoreApplication._instance

    @staticmethod
    def translate(context: str, text: str, *more: Any) -> str:
        return text

    @staticmethod
    def processEvents(*options: Any) -> None:
        """There are no events."""

    @staticmethod
    def installTranslator(translator: Any) -> bool:
        return True

    @staticmethod
    def removeTranslator(translator: Any) -> bool:
        return True

    @staticmethod
    def applicationName() -> str:
        return "ogctwist"

    @staticmethod
    def applicationVersion() -> str:
        return ""

    @staticmethod
    def organizationName() -> str:
        return ""

    @staticmethod
    def arguments() -> list[str]:
        return list(sys.argv)


class QTranslator(QObject):
    """Translations of Qt's own are not read: texts stay what they are."""

    def load(self, *arguments: Any) -> bool:
        return False

    def translate(self, *arguments: Any) -> str:
        return ""


class QEventLoop(QObject):
    """A loop that ends when it is told to, perhaps before it begins."""

    def __init__(self, *parents: Any):
        super().__init__()
        self._over = threading.Event()

    def exec_(self, *options: Any) -> int:
        self._over.wait()
        self._over.clear()
        return 0

    exec = exec_

    def quit(self) -> None:
        self._over.set()

    def exit(self, code: int = 0) -> None:
        self._over.set()

    def isRunning(self) -> bool:
        return not self._over.is_set()

    def processEvents(self, *options: Any) -> bool:
        return False


class QTimer(QObject):
    """Calls after a time, in a thread of its own."""

    timeout = pyqtSignal()

    def __init__(self, *parents: Any):
        super().__init__()
        self._interval = 0
        self._isSingle = False
        self._timer: threading.Timer | None = None

    def setInterval(self, milliseconds: int) -> None:
        self._interval = milliseconds

    def interval(self) -> int:
        return self._interval

    def setSingleShot(self, single: bool) -> None:
        self._isSingle = single

    def isActive(self) -> bool:
        return self._timer is not None

    def start(self, milliseconds: int | None = None) -> None:
        self.stop()
        if milliseconds is not None:
            self._interval = milliseconds
        self._timer = threading.Timer(self._interval / 1000, self._fire)
        self._timer.daemon = True
        self._timer.start()

    def _fire(self) -> None:
        self._timer = None
        self.timeout.emit()
        if not self._isSingle:
            self.start()

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    @staticmethod
    def singleShot(milliseconds: int, *slots: Any) -> None:
        timer = threading.Timer(milliseconds / 1000, slots[-1])
        timer.daemon = True
        timer.start()
