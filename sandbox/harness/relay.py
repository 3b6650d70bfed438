"""Connections of the task to the operator's proxy: accepted on loopback, carried to the spawner in frames.

There is no other network in a sandbox. The spawner is the proxy: it reads what is asked for, decides and connects; in
here bytes are only passed on. Each side may be WINDOW bytes ahead of what the other has taken.
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
        self.ahead = 0
        self.told_all = False
        self.no_more = False


class Relay:
    def __init__(self, channel):
        self.channel = channel
        self.listener = socket.create_server(('127.0.0.1', PROXY_PORT), backlog=MOST_CONNECTIONS)
        self.listener.setblocking(False)
        self.by_number = {}
        self.by_descriptor = {}
        self.count = 0

    def register(self, poll):
        """Says what the loop is to wait for."""
        if len(self.by_number) < MOST_CONNECTIONS:
            poll.register(self.listener, select.POLLIN)
        for descriptor, one in self.by_descriptor.items():
            wanted = select.POLLOUT if one.to_task else 0
            if not one.told_all and one.ahead < WINDOW and not self.channel.full:
                wanted |= select.POLLIN
            if wanted:
                poll.register(descriptor, wanted)

    def happened(self, descriptor, event):
        """Does what an event asks for; answers whether it was one of ours."""
        if descriptor == self.listener.fileno():
            self.accept()
            return True
        one = self.by_descriptor.get(descriptor)
        if one is None:
            return False
        try:
            if event & select.POLLOUT:
                self.pass_on(one)
            if event & (select.POLLIN | select.POLLHUP | select.POLLERR):
                self.carry(one)
        except OSError:
            self.drop(one, tell=True)
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

    def carry(self, one):
        if one.told_all:
            return
        try:
            chunk = one.peer.recv(PIECE)
        except BlockingIOError:
            return
        if chunk:
            one.ahead += len(chunk)
            self.channel.put(b'u', one.number + chunk)
        else:
            one.told_all = True
            self.channel.put(b'h', one.number)

    def pass_on(self, one):
        sent = one.peer.send(one.to_task)
        del one.to_task[:sent]
        self.channel.put(b'y', one.number + sent.to_bytes(4, 'big'))
        if one.no_more and not one.to_task:
            self.drop(one, tell=False)

    def hear(self, kind, payload):
        """Takes a frame of the spawner about a connection."""
        one = self.by_number.get(payload[:4])
        if one is None:
            return
        if kind == b'w':
            one.to_task += payload[4:]
        elif kind == b'Y':
            one.ahead -= int.from_bytes(payload[4:8], 'big')
        elif kind == b'v':
            one.no_more = True
            if not one.to_task:
                self.drop(one, tell=False)

    def drop(self, one, tell):
        if self.by_number.pop(one.number, None) is None:
            return
        del self.by_descriptor[one.peer.fileno()]
        one.peer.close()
        if tell:
            self.channel.put(b'b', one.number)

    def close(self):
        """Ends all of them: the task is dead."""
        for one in list(self.by_number.values()):
            self.drop(one, tell=False)
        self.listener.close()
