"""Starts the harness, runs one task, and stays until the spawner ends the sandbox."""

import os
import select
import sys

# not `signal`, whose enumerations would cost a cold start 4 ms
import _signal as signal

from channel import Channel, Gone
from job import take_job
from quiet import forbid_dump
from supervise import Supervisor
from task import prepare_python

ETC = '/usr/local/lib/vx11/etc'
SOON_SECONDS = 0.3


def fill_etc():
    """Links the image's files into /etc, which the Engine has mounted empty."""
    for name in os.listdir(ETC):
        try:
            os.symlink(f'{ETC}/{name}', f'/etc/{name}')
        except FileExistsError:
            pass  # a file of the Engine, such as the host name


def arrives_soon(channel):
    """Returns whether a task arrives within SOON_SECONDS; preloading would only delay that task."""
    return bool(select.select([channel.inbound], [], [], SOON_SECONDS)[0])


def preload():
    """Imports the modules that tasks use most, before a task needs them."""
    import gc

    import preloaded  # noqa: F401

    prepare_python()
    # without this, a garbage collection in the task would copy every page that it shares with the harness
    gc.freeze()


def main():
    if os.getpid() != 1:
        sys.exit('the harness must be process 1 of its container, so that no task can kill it')
    forbid_dump()
    # Process 1 receives only the signals that it handles from within its namespace, and these are the only two.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    wake, waker = os.pipe()
    for descriptor in (wake, waker):
        os.set_blocking(descriptor, False)
    signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
    fill_etc()
    channel = Channel()
    try:
        channel.put(b'R')
        channel.flush()
        if sys.argv[1:] == ['warm'] and not arrives_soon(channel):
            preload()
        Supervisor(channel, take_job(channel), wake).run()
        # the spawner decides when the sandbox ends, because an end costs the Engine as much as a start
        while True:
            channel.read()
    except Gone:
        pass  # when process 1 exits, the kernel ends all others
