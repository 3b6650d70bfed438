"""Brings the harness up, takes a task, and stays until the spawner is done with the sandbox."""

import os
import select
import sys

# without the enumerations around it, which would cost a cold start 4 ms
import _signal as signal

from channel import Channel, Gone
from job import take_job
from quiet import forbid_dump
from supervise import Supervisor
from task import prepare_python

ETC = '/usr/local/lib/vx11/etc'
SOON_SECONDS = 0.3


def fill_etc():
    """Gives the sandbox the files of /etc, which the Engine has left empty or covered."""
    for name in os.listdir(ETC):
        try:
            os.symlink(f'{ETC}/{name}', f'/etc/{name}')
        except FileExistsError:
            pass  # the Engine's own, such as the host name


def comes_soon(channel):
    """Whether a task is there at once: then it is in a hurry, and what it needs it imports itself."""
    return bool(select.select([channel.inbound], [], [], SOON_SECONDS)[0])


def preload():
    """Imports what tasks use most, so that they need not."""
    import gc

    import preloaded  # noqa: F401

    prepare_python()
    # a collection in the task would copy every page that it shares with us
    gc.freeze()


def main():
    if os.getpid() != 1:
        sys.exit('the harness must be the first process: only so can no task end it')
    forbid_dump()
    # A first process hears only the signals that it handles, whoever of its namespace sends them: these two are all.
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
        if sys.argv[1:] == ['warm'] and not comes_soon(channel):
            preload()
        Supervisor(channel, take_job(channel), wake).run()
        # to end is the spawner's to say: it costs its Engine as much as to begin
        while True:
            channel.read()
    except Gone:
        pass  # the end of the first process is the end of all
