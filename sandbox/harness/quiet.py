"""Makes this process non-dumpable: no other process of its user can read its memory, open its descriptors or trace it."""

import sys

# the low-level half of ctypes; the whole module would make a cold start a tenth longer
import _ctypes

PR_GET_DUMPABLE = 3
PR_SET_DUMPABLE = 4
address = _ctypes.dlsym(_ctypes.dlopen(None, 0), 'prctl')


def prctl(option, value=0):
    return _ctypes.call_function(address, (option, value, 0, 0, 0))


def forbid_dump():
    prctl(PR_SET_DUMPABLE, 0)
    if prctl(PR_GET_DUMPABLE) != 0:
        sys.exit('the harness cannot be protected from its tasks (prctl failed), so it runs none')


def allow_dump():
    prctl(PR_SET_DUMPABLE, 1)
