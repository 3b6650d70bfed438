"""A process that cannot be dumped: no other of its user reads its memory, opens its descriptors or traces it."""

import sys

# the low half of ctypes: all of it would make a cold start a tenth longer
import _ctypes

PR_GET_DUMPABLE = 3
PR_SET_DUMPABLE = 4
address = _ctypes.dlsym(_ctypes.dlopen(None, 0), 'prctl')


def prctl(option, value=0):
    return _ctypes.call_function(address, (option, value, 0, 0, 0))


def forbid_dump():
    prctl(PR_SET_DUMPABLE, 0)
    if prctl(PR_GET_DUMPABLE) != 0:
        sys.exit('the harness stays open to its tasks: it takes none')


def allow_dump():
    prctl(PR_SET_DUMPABLE, 1)
