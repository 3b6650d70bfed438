"""A process that cannot be dumped: no other of its user reads its memory, opens its descriptors or traces it."""

import ctypes

PR_SET_DUMPABLE = 4
libc = ctypes.CDLL(None, use_errno=True)


def set_dumpable(value):
    zero = ctypes.c_ulong(0)
    if libc.prctl(PR_SET_DUMPABLE, ctypes.c_ulong(value), zero, zero, zero) != 0:
        raise OSError(ctypes.get_errno(), 'prctl')


def forbid_dump():
    set_dumpable(0)


def allow_dump():
    set_dumpable(1)
