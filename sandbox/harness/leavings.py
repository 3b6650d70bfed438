"""Sends what the task left in /task/out, when all its processes are dead and nothing can change under our eyes."""

import os
import stat

from channel import MOST_PAYLOAD

OUT = b'/task/out'
MOST_FILES = 1000
MOST_DEPTH = 16


class TooMuch(Exception):
    """The leavings are more than what is taken."""


def send_leavings(channel, most_bytes):
    """Sends each plain file as a name, its bytes and an end, and names what is refused. Answers whether it was too much."""
    budget = [most_bytes, MOST_FILES]
    try:
        # not left to the flags below: gVisor follows a link where both are given
        if not stat.S_ISDIR(os.stat(OUT, follow_symlinks=False).st_mode):
            return False  # the task put a link there, or a pipe
        root = os.open(OUT, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return False  # the task took the folder away
    try:
        send_folder(channel, root, b'', 1, budget)
    except TooMuch:
        return True
    finally:
        os.close(root)
    return False


def send_folder(channel, folder, prefix, depth, budget):
    # one at a time: a hundred thousand names are never held at once
    with os.scandir(folder) as entries:
        for entry in entries:
            name = os.fsencode(entry.name)
            path = prefix + name
            state = os.stat(name, dir_fd=folder, follow_symlinks=False)
            because = refusal(path, state)
            budget[1] -= 1
            if budget[1] < 0:
                raise TooMuch
            if because:
                channel.put(b'N', because + b' ' + path)
                channel.flush()
            elif stat.S_ISDIR(state.st_mode):
                if depth >= MOST_DEPTH:
                    raise TooMuch
                inner = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=folder)
                try:
                    send_folder(channel, inner, path + b'/', depth + 1, budget)
                finally:
                    os.close(inner)
            else:
                send_file(channel, folder, name, path, state.st_size, budget)


def refusal(path, state):
    if stat.S_ISLNK(state.st_mode):
        return b'symbolic_link'
    if not stat.S_ISDIR(state.st_mode) and not stat.S_ISREG(state.st_mode):
        return b'special_file'
    if stat.S_ISREG(state.st_mode) and state.st_nlink > 1:
        return b'hard_link'
    try:
        text = path.decode()
    except UnicodeDecodeError:
        return b'name_not_utf8'
    if len(path) > 1024 or any(ord(letter) < 32 or ord(letter) == 127 for letter in text):
        return b'name_not_plain'
    return b''


def send_file(channel, folder, name, path, size, budget):
    if size > budget[0]:
        raise TooMuch
    budget[0] -= size
    try:
        file = os.open(name, os.O_RDONLY | os.O_NOFOLLOW, dir_fd=folder)
    except PermissionError:
        os.chmod(name, 0o600, dir_fd=folder)
        file = os.open(name, os.O_RDONLY | os.O_NOFOLLOW, dir_fd=folder)
    try:
        channel.put(b'a', path)
        left = size
        while left > 0 and (chunk := os.read(file, min(left, MOST_PAYLOAD))):
            left -= len(chunk)
            channel.put(b'd', chunk)
            channel.flush()
        channel.put(b'z')
        channel.flush()
    finally:
        os.close(file)
