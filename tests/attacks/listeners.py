"""Servers that nobody may reach from inside: every connection and datagram is counted."""

import contextlib
import selectors
import socket
import threading
from pathlib import Path
from types import TracebackType
from typing import Any


def machine_address() -> str:
    """An address of this machine that is not the loopback's, where it has one."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing: it only chooses an interface
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


class Listeners:
    """TCP and UDP on loopback and on the machine's address, and two Unix sockets.

    Parameters
    ----------
    folder
        Where the Unix socket with a path lies.
    mark
        Makes the abstract one's name unique.
    """

    def __init__(self, folder: Path, mark: str) -> None:
        self.contacts: list[str] = []
        self.address = machine_address()
        self.path = str(folder / "socket")
        self.abstract = f"\0{mark}"
        self._sockets = {
            "tcp loopback": self._bound(socket.SOCK_STREAM, "127.0.0.1"),
            "udp loopback": self._bound(socket.SOCK_DGRAM, "127.0.0.1"),
            "tcp": self._bound(socket.SOCK_STREAM, self.address),
            "udp": self._bound(socket.SOCK_DGRAM, self.address),
            "unix path": self._unix(self.path),
            "unix abstract": self._unix(self.abstract),
        }
        self._end, self._waker = socket.socketpair()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def ports(self) -> dict[str, Any]:
        """What attacks must know."""
        ports = {name: each.getsockname() for name, each in self._sockets.items()}
        return {
            "TCP": [ports["tcp loopback"], ports["tcp"]],
            "UDP": [ports["udp loopback"], ports["udp"]],
            "UNIX": [self.path, self.abstract],
        }

    def __enter__(self) -> "Listeners":
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._waker.close()
        self._thread.join()
        for each in [*self._sockets.values(), self._end]:
            each.close()

    def _serve(self) -> None:
        with selectors.DefaultSelector() as selector:
            for name, each in self._sockets.items():
                selector.register(each, selectors.EVENT_READ, name)
            selector.register(self._end, selectors.EVENT_READ, "")
            while True:
                for key, _ in selector.select():
                    if not key.data:
                        return
                    self._answer(key.data, key.fileobj)

    def _answer(self, name: str, server: Any) -> None:
        self.contacts.append(name)
        with contextlib.suppress(OSError):
            if server.type == socket.SOCK_DGRAM:
                server.recvfrom(2**16)
            else:
                server.accept()[0].close()

    def _bound(self, kind: int, address: str) -> socket.socket:
        server = socket.socket(socket.AF_INET, kind)
        server.bind((address, 0))
        if kind == socket.SOCK_STREAM:
            server.listen()
        return server

    def _unix(self, name: str) -> socket.socket:
        server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        server.bind(name)
        server.listen()
        return server
