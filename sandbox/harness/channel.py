"""Frames in both directions: one byte for the kind, four for the length (big endian), then the payload."""

import fcntl
import os

HEADER = 5
MOST_PAYLOAD = 65536
# While this many bytes wait to be sent, the task's output is not read: the task blocks, and our memory stays bounded.
FULL = 262144


class Gone(Exception):
    """The spawner has closed the channel."""


class Channel:
    """The harness's stdin and stdout, moved to other descriptors, which are closed in every task."""

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
        """Reads the bytes that have arrived, at least one. Raises Gone at the end of the channel."""
        chunk = os.read(self.inbound, MOST_PAYLOAD)
        if not chunk:
            raise Gone
        self.received += chunk

    def next_frame(self):
        """Returns the next complete frame as (kind, payload); None until all of it has arrived."""
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
        """Sends as much as the pipe accepts. Raises Gone if the other end is closed."""
        try:
            sent = os.write(self.outbound, memoryview(self.waiting)[:MOST_PAYLOAD])
        except BlockingIOError:
            return
        except BrokenPipeError:
            raise Gone from None
        del self.waiting[:sent]

    def flush(self):
        """Sends everything that is queued, and blocks until it is sent."""
        os.set_blocking(self.outbound, True)
        while self.waiting:
            self.write()

    @property
    def full(self):
        return len(self.waiting) >= FULL
