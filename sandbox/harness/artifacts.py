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
        state = os.stat(OUT, follow_symlinks=False)
        if not stat.S_ISDIR(state.st_mode):
            return False  # the task put a link there, or a pipe
        send_folder(channel, None, OUT, state, b'', 1, budget)
    except TooMuch:
        return True
    except OSError:
        pass  # the task took the folder away
    return False


def send_folder(channel, parent, name, state, prefix, depth, budget):
    if state.st_mode & stat.S_IRWXU != stat.S_IRWXU:
        os.chmod(name, stat.S_IRWXU, dir_fd=parent)
    folder = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=parent)
    try:
        # one at a time: a hundred thousand names are never held at once
        with os.scandir(folder) as entries:
            for entry in entries:
                budget[1] -= 1
                if budget[1] < 0:
                    raise TooMuch
                name = os.fsencode(entry.name)
                try:
                    because = send_entry(channel, folder, name, prefix + name, depth, budget)
                except OSError:
                    because = b'unreadable'
                if because:
                    channel.put(b'N', because + b' ' + prefix + name)
                    channel.flush()
    finally:
        os.close(folder)


def send_entry(channel, folder, name, path, depth, budget):
    """Answers why it is refused, or nothing. Raises OSError where it cannot be read."""
    state = os.stat(name, dir_fd=folder, follow_symlinks=False)
    because = refusal(path, state)
    if because:
        return because
    if not stat.S_ISDIR(state.st_mode):
        send_file(channel, folder, name, path, state.st_size, budget)
    elif depth >= MOST_DEPTH:
        raise TooMuch
    else:
        send_folder(channel, folder, name, state, path + b'/', depth + 1, budget)
    return b''


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
