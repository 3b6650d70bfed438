"""Runs one task from its start to the end of its last process, and enforces its limits."""

import os
import select
import sys
import time
from errno import EAGAIN

# not `signal`, whose enumerations would cost a cold start 4 ms
import _signal as signal

from artifacts import send_artifacts
from channel import FULL, MOST_PAYLOAD, Channel, Gone
from job import take_job
from quiet import forbid_dump
from task import launch, prepare_python
from usage import Usage

SAMPLE_MS = 100
# A task with this many refused forks is treated as a fork bomb and ended.
FORK_BOMB = 20
READABLE = select.POLLIN | select.POLLHUP | select.POLLERR


class Supervisor:
    def __init__(self, channel, job, wake):
        self.channel = channel
        self.job = job
        self.wake = wake
        self.usage = Usage()
        self.counts_processes = not self.usage.limits_processes()
        self.status = None
        self.reason = '-'
        self.kill_at = None
        self.output = 0
        self.streams = {}
        self.stdin = None
        self.relay = make_relay(channel) if job.egress else None

    def run(self):
        """Starts the task and returns when it and all processes that it started are dead."""
        try:
            self.job.write_files()
        except OSError as error:
            self.send_result(setup_error=error.errno or 1)
            return
        stdin = self.make_stdin()
        out, err = os.pipe(), os.pipe()
        try:
            self.pid = launch(self.job, stdin, out[1], err[1], self.counts_processes)
        except OSError as error:
            if error.errno == EAGAIN:
                self.reason = 'too_many_processes'
            self.send_result(setup_error=error.errno)
            return
        for descriptor in (stdin, out[1], err[1]):
            os.close(descriptor)
        self.began = time.monotonic()
        self.deadline = self.began + self.job.timeout_ms / 1000
        self.streams = {out[0]: b'o', err[0]: b'e'}
        for descriptor in self.streams:
            os.set_blocking(descriptor, False)
        os.set_blocking(self.channel.outbound, False)
        self.channel.put(b'S')
        self.channel.write()
        # frames that arrived together with the job are already read, so poll would not report them
        self.receive()
        next_sample = self.began
        while self.status is None:
            now = time.monotonic()
            if now >= next_sample:
                self.sample()
                next_sample = now + SAMPLE_MS / 1000
            self.check_deadlines(now)
            self.poll(max(0, next_sample - now))
        self.ended = time.monotonic()
        self.finish()

    def make_stdin(self):
        if not self.job.stdin:
            return os.open('/dev/null', os.O_RDONLY)
        reader, self.stdin = os.pipe()
        os.set_blocking(self.stdin, False)
        return reader

    def poll(self, seconds):
        """Waits for the next events and handles them."""
        poll = select.poll()
        poll.register(self.wake, READABLE)
        poll.register(self.channel.inbound, READABLE)
        if self.channel.waiting:
            poll.register(self.channel.outbound, select.POLLOUT)
        if not self.channel.full:
            for descriptor in self.streams:
                poll.register(descriptor, READABLE)
        if self.stdin is not None:
            poll.register(self.stdin, select.POLLOUT)
        if self.relay is not None:
            self.relay.register(poll)
        for descriptor, event in poll.poll(seconds * 1000 + 1):
            if self.relay is not None and self.relay.handle(descriptor, event):
                continue
            if descriptor in self.streams:
                self.forward(descriptor)
            elif descriptor == self.stdin:
                self.feed()
            elif descriptor == self.channel.outbound:
                self.channel.write()
            elif descriptor == self.channel.inbound:
                self.channel.read()
                self.receive()
            elif descriptor == self.wake:
                drain(self.wake)
                self.reap()

    def receive(self):
        """Handles the spawner's frames that have arrived."""
        while (frame := self.channel.next_frame()) is not None:
            kind, payload = frame
            if kind == b'Q':
                reason, grace_ms = payload.decode().split()
                self.end(reason, int(grace_ms))
            elif self.relay is not None:
                self.relay.receive(kind, payload)

    def feed(self):
        """Writes the task's input. A task that closes its stdin is not an error."""
        try:
            del self.job.stdin[: os.write(self.stdin, memoryview(self.job.stdin)[:MOST_PAYLOAD])]
        except BlockingIOError:
            return
        except BrokenPipeError:
            self.job.stdin.clear()
        if not self.job.stdin:
            os.close(self.stdin)
            self.stdin = None

    def forward(self, descriptor):
        try:
            chunk = os.read(descriptor, MOST_PAYLOAD)
        except BlockingIOError:
            return
        if not chunk:
            del self.streams[descriptor]
            os.close(descriptor)
            return
        room = self.job.output_bytes - self.output
        self.output += len(chunk)
        if room > 0:
            self.channel.put(self.streams[descriptor], chunk[:room])
            self.channel.write()
        if self.output > self.job.output_bytes:
            self.end('output_limit', 0)

    def reap(self):
        """Reaps every process that has ended, adopted ones too."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            if pid == self.pid:
                self.status = status

    def sample(self):
        """Samples the usage and ends a task that exceeds a limit."""
        self.usage.sample()
        if self.usage.oom_kills() > 0:
            # the kernel killed one of its processes; the others get the grace period without a signal
            self.end('out_of_memory', self.job.grace_ms, ask=False)
        elif 0 < self.job.cpu_ms <= self.usage.cpu_ms():
            self.end('cpu_time', 0)
        elif self.usage.forks_refused() >= FORK_BOMB or self.too_many():
            self.end('too_many_processes', 0)

    def too_many(self):
        return self.counts_processes and self.usage.processes_peak > self.job.pids

    def check_deadlines(self, now):
        if now >= self.deadline:
            self.end('wall_time', self.job.grace_ms)
        if self.kill_at is not None and now >= self.kill_at:
            signal_all(signal.SIGKILL)

    def end(self, reason, grace_ms, ask=True):
        """Sends SIGTERM to all processes unless `ask` is False, and kills them after the grace period.

        The first reason is kept; a shorter grace period takes precedence.
        """
        kill_at = time.monotonic() + grace_ms / 1000
        if self.kill_at is None:
            self.reason = reason
            self.kill_at = kill_at
            if ask:
                signal_all(signal.SIGTERM if grace_ms > 0 else signal.SIGKILL)
                signal_all(signal.SIGCONT)
        self.kill_at = min(self.kill_at, kill_at)

    def finish(self):
        """Kills the processes that the task left running, forwards its last output and sends the result."""
        self.usage.sample()
        while True:
            signal_all(signal.SIGKILL)
            try:
                os.waitpid(-1, 0)
            except ChildProcessError:
                break
        if self.relay is not None:
            self.relay.close()
        os.set_blocking(self.channel.outbound, True)
        for descriptor in list(self.streams):
            while descriptor in self.streams and self.output <= self.job.output_bytes:
                self.forward(descriptor)
        self.send_result()

    def send_result(self, setup_error=0):
        if setup_error == 0:
            too_much = send_artifacts(self.channel, self.job.disk_bytes)
        usage = self.usage
        exited = self.status is not None and os.WIFEXITED(self.status)
        signalled = self.status is not None and os.WIFSIGNALED(self.status)
        result = {
            'exit_code': os.WEXITSTATUS(self.status) if exited else -1,
            'signal': name_of(os.WTERMSIG(self.status)) if signalled else '-',
            'ran_ms': 0 if setup_error else round((self.ended - self.began) * 1000),
            'cpu_ms': usage.cpu_ms(),
            'memory_peak': usage.memory_peak(),
            'oom_kills': usage.oom_kills(),
            'forks_refused': usage.forks_refused(),
            'processes_peak': usage.processes_peak,
            'output_bytes': self.output,
            'disk_peak': usage.disk_peak,
            'disk_full': int(usage.disk_full),
            'inodes_full': int(usage.inodes_full),
            'too_much_left': 0 if setup_error else int(too_much),
            'setup_error': setup_error,
        }
        lines = [f'reason {self.reason}', *(f'{name} {value}' for name, value in result.items())]
        self.channel.put(b'X', '\n'.join(lines).encode())
        self.channel.flush()


def make_relay(channel):
    import relay  # only here, since most tasks have no network

    return relay.Relay(channel)


def signal_all(number):
    """Sends a signal to every process in the sandbox but this one."""
    try:
        os.kill(-1, number)
    except ProcessLookupError:
        pass


def name_of(number):
    """Returns a signal's name, such as SIGKILL; real-time signals have only their number."""
    names = (name for name in dir(signal) if name.startswith('SIG') and name[3] != '_')
    return next((name for name in names if getattr(signal, name) == number), f'SIG{number}')


def drain(descriptor):
    try:
        while len(os.read(descriptor, FULL)) == FULL:
            pass
    except BlockingIOError:
        pass
