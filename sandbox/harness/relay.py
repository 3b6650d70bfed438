"""Relays the task's connections to the egress proxy: it accepts them on loopback and sends them to the spawner in frames.

A sandbox has no other network. The proxy is the spawner: it reads each request, decides and connects; this module only
passes bytes on. Each side may send up to WINDOW bytes more than the other has acknowledged.
"""

import select
import socket

from job import PROXY_PORT

MOST_CONNECTIONS = 32
WINDOW = 262144
PIECE = 16384


class Connection:
    def __init__(self, number, peer):
        self.number = number.to_bytes(4, 'big')
        self.peer = peer
        self.to_task = bytearray()
        # bytes sent to the spawner and not acknowledged yet
        self.ahead = 0
        # the task has closed its sending side
        self.task_done = False
        # the spawner has closed its sending side
        self.spawner_done = False


class Relay:
    def __init__(self, channel):
        self.channel = channel
        self.listener = socket.create_server(('127.0.0.1', PROXY_PORT), backlog=MOST_CONNECTIONS)
        self.listener.setblocking(False)
        self.by_number = {}
        self.by_descriptor = {}
        self.count = 0

    def register(self, poll):
        """Registers the descriptors that the event loop must wait for."""
        if len(self.by_number) < MOST_CONNECTIONS:
            poll.register(self.listener, select.POLLIN)
        for descriptor, one in self.by_descriptor.items():
            wanted = select.POLLOUT if one.to_task else 0
            if not one.task_done and one.ahead < WINDOW and not self.channel.full:
                wanted |= select.POLLIN
            if wanted:
                poll.register(descriptor, wanted)

    def handle(self, descriptor, event):
        """Handles an event. Returns whether the descriptor belongs to this relay."""
        if descriptor == self.listener.fileno():
            self.accept()
            return True
        one = self.by_descriptor.get(descriptor)
        if one is None:
            return False
        try:
            if event & select.POLLOUT:
                self.send_to_task(one)
            if event & (select.POLLIN | select.POLLHUP | select.POLLERR):
                self.read_from_task(one)
        except OSError:
            self.drop(one, notify=True)
        return True

    def accept(self):
        try:
            peer, _ = self.listener.accept()
        except OSError:
            return
        peer.setblocking(False)
        self.count += 1
        one = Connection(self.count, peer)
        self.by_number[one.number] = self.by_descriptor[peer.fileno()] = one
        self.channel.put(b'c', one.number)

    def read_from_task(self, one):
        if one.task_done:
            return
        try:
            chunk = one.peer.recv(PIECE)
        except BlockingIOError:
            return
        if chunk:
            one.ahead += len(chunk)
            self.channel.put(b'u', one.number + chunk)
        else:
            one.task_done = True
            self.channel.put(b'h', one.number)

    def send_to_task(self, one):
        sent = one.peer.send(one.to_task)
        del one.to_task[:sent]
        self.channel.put(b'y', one.number + sent.to_bytes(4, 'big'))
        if one.spawner_done and not one.to_task:
            self.drop(one, notify=False)

    def receive(self, kind, payload):
        """Handles a frame of the spawner about a connection."""
        one = self.by_number.get(payload[:4])
        if one is None:
            return
        if kind == b'w':
            one.to_task += payload[4:]
        elif kind == b'Y':
            one.ahead -= int.from_bytes(payload[4:8], 'big')
        elif kind == b'v':
            one.spawner_done = True
            if not one.to_task:
                self.drop(one, notify=False)

    def drop(self, one, notify):
        if self.by_number.pop(one.number, None) is None:
            return
        del self.by_descriptor[one.peer.fileno()]
        one.peer.close()
        if notify:
            self.channel.put(b'b', one.number)

    def close(self):
        """Closes all connections and the listener, after the task is dead."""
        for one in list(self.by_number.values()):
            self.drop(one, notify=False)
        self.listener.close()
