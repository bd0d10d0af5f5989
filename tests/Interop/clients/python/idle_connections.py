"""Opens connections to a Unix socket, says nothing on them, and counts what becomes of them.

usage: /usr/bin/python3 idle_connections.py SOCKET COUNT EXPECTED_CLOSED
Prints one line of JSON when COUNT are opened and EXPECTED_CLOSED of them were closed by the server, another one with
"open" when its input ends: how many stand then.
"""
import json
import resource
import selectors
import socket
import sys

PATH, COUNT, EXPECTED = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
resource.setrlimit(resource.RLIMIT_NOFILE, (min(COUNT + 100, resource.getrlimit(resource.RLIMIT_NOFILE)[1]),) * 2)

selector = selectors.DefaultSelector()
closed = 0


def drop(connection):
    global closed
    selector.unregister(connection)
    connection.close()
    closed += 1


def take(timeout):
    """Takes in what the server did: bytes are passed over, an end is counted."""
    for key, _ in selector.select(timeout):
        if key.fileobj is sys.stdin:
            return False
        try:
            if not key.fileobj.recv(4096):
                drop(key.fileobj)
        except OSError:
            drop(key.fileobj)
    return True


for _ in range(COUNT):
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.connect(PATH)
    except OSError:
        connection.close()
        closed += 1
        continue
    connection.setblocking(False)
    selector.register(connection, selectors.EVENT_READ)
    take(0)
while closed < EXPECTED:
    take(None)
print(json.dumps({"closed": closed}), flush=True)
selector.register(sys.stdin, selectors.EVENT_READ)
while take(None):
    pass
print(json.dumps({"open": COUNT - closed}), flush=True)
