"""Leaving by the network: TCP, UDP, DNS, Unix sockets, and the rarer families."""

from tests.attacks.attack import TOP, Attack, Family

FAMILY = Family(
    "network",
    attacks=(
        Attack("tcp", "a connection to this machine and to others", {TOP: """
import socket
for address in (*@TCP@, ("127.0.0.1", 22), ("10.0.0.1", 80), ("169.254.169.254", 80),
                ("1.1.1.1", 53), ("0.0.0.0", @TCP@[0][1])):
    attempt(str(address[0]), lambda: socket.create_connection(tuple(address), timeout=0.3))
attempt("version 6", lambda: socket.create_connection(("::1", @TCP@[0][1]), timeout=0.3))
"""}),
        Attack("udp", "datagrams to this machine, to others, to everybody", {TOP: """
import socket
for address in (*@UDP@, ("255.255.255.255", 9), ("224.0.0.1", 9), ("1.1.1.1", 53)):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as each:
        each.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        attempt(str(address[0]), lambda: each.sendto(b"hello", tuple(address))
                if not str(address[0]).startswith("127") else print("sent"))
        try:
            each.sendto(b"hello", tuple(address))
        except OSError as error:
            print("no", type(error).__name__)
"""}, shows="attack done|not permitted|PermissionError"),
        Attack("names", "names of machines", {TOP: """
import socket
for name in ("example.com", "python.org", "nbgrader", "database"):
    attempt(name, lambda: socket.getaddrinfo(name, 80))
attempt("resolver", lambda: socket.gethostbyaddr("1.1.1.1"))
try:
    import urllib.request
    attempt("a page", lambda: urllib.request.urlopen("http://example.com", timeout=0.5))
except ImportError:
    pass
"""}),
        Attack("unix-sockets", "sockets with paths and without", {TOP: """
import glob, socket
for name in (*@UNIX@, "/run/dbus/system_bus_socket", "/run/docker.sock", "/tmp/.X11-unix/X0",
             "\\0/tmp/.X11-unix/X0", "/run/systemd/private", "/dev/log", "\\0dbus"):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET):
        attempt(repr(name[-10:]), lambda: socket.socket(socket.AF_UNIX, kind).connect(name)
                or name)
"""}),
        Attack("rare-families", "raw, packet, vsock, bluetooth, kernel crypto and the like",
               {TOP: """
import socket
for family, kind, protocol in ((2, 3, 1), (2, 3, 255), (17, 3, 768), (10, 3, 58), (31, 3, 1),
                               (38, 5, 0), (29, 3, 1), (44, 3, 0), (15, 3, 2), (30, 1, 0)):
    attempt(f"family {family}", lambda: socket.socket(family, kind, protocol))
for port in (22, 1024, 9999):
    def connect():
        with socket.socket(40, socket.SOCK_STREAM) as each:
            each.settimeout(0.3)
            each.connect((2, port))
            return True
    attempt("the machine below", connect)
"""}),
        Attack("interfaces", "interfaces besides loopback, and routes", {TOP: """
import array, fcntl, socket, struct
names = [name for _, name in socket.if_nameindex()]
print(names)
if set(names) - {"lo", "sit0", "tunl0", "ip6tnl0", "gre0", "gretap0", "erspan0", "ip_vti0",
                 "ip6_vti0", "ip6gre0"}:
    leak("interfaces", names)
for name in names:
    with socket.socket() as each:
        attempt("flags of " + name, lambda: fcntl.ioctl(
            each, 0x8914, struct.pack("16sH14x", name.encode(), 0x41)) and name != "lo" and name)
"""}, shows="attack done|Error"),
    ),
)  # fmt: skip
