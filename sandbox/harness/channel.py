"""Frames in both directions: one byte of kind, four of length (big endian), then the payload."""

import fcntl
import os

HEADER = 5
MOST_PAYLOAD = 65536
# The task's output is not read while this much waits to be taken: then the task waits, not our memory.
FULL = 262144


class Gone(Exception):
    """The spawner is no longer there."""


class Channel:
    """The sandbox's own stdin and stdout, moved to where no task looks for them and closed in every task."""

    def __init__(self):
        self.inbound = fcntl.fcntl(0, fcntl.F_DUPFD_CLOEXEC, 64)
        self.outbound = fcntl.fcntl(1, fcntl.F_DUPFD_CLOEXEC, 64)
        nothing = os.open('/dev/null', os.O_RDWR)
        os.dup2(nothing, 0)
        os.dup2(nothing, 1)
        os.close(nothing)
        self.received = bytearray()
        self.waiting = bytearray()

    def read(self):
        """Reads what is there, at least a byte. Raises Gone at its end."""
        chunk = os.read(self.inbound, MOST_PAYLOAD)
        if not chunk:
            raise Gone
        self.received += chunk

    def next_frame(self):
        """The next whole frame as (kind, payload); None while it has not all come."""
        if len(self.received) < HEADER:
            return None
        end = HEADER + int.from_bytes(self.received[1:HEADER], 'big')
        if len(self.received) < end:
            return None
        frame = bytes(self.received[:1]), bytes(self.received[HEADER:end])
        del self.received[:end]
        return frame

    def put(self, kind, payload=b''):
        """Queues a frame; `write` or `flush` sends it."""
        self.waiting += kind + len(payload).to_bytes(4, 'big') + payload

    def write(self):
        """Sends as much as the pipe takes. Raises Gone when nobody can ever take it."""
        try:
            sent = os.write(self.outbound, memoryview(self.waiting)[:MOST_PAYLOAD])
        except BlockingIOError:
            return
        except BrokenPipeError:
            raise Gone from None
        del self.waiting[:sent]

    def flush(self):
        """Sends all that waits, however long that takes."""
        os.set_blocking(self.outbound, True)
        while self.waiting:
            self.write()

    @property
    def full(self):
        return len(self.waiting) >= FULL
