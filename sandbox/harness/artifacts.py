"""Sends the artifacts in /task/out, after all processes of the task are dead and nothing can change any more."""

import os
import stat

from channel import MOST_PAYLOAD

OUT = b'/task/out'
MOST_FILES = 1000
MOST_DEPTH = 16


class TooMuch(Exception):
    """The artifacts exceed a limit."""


def send_artifacts(channel, most_bytes):
    """Sends each plain file as a name, its bytes and an end mark, and the names of refused entries.

    Returns True if the artifacts exceed a limit.
    """
    budget = [most_bytes, MOST_FILES]
    try:
        # the flags below are not enough: gVisor follows a link if both are given
        state = os.stat(OUT, follow_symlinks=False)
        if not stat.S_ISDIR(state.st_mode):
            return False  # the task replaced the folder by a link or a pipe
        send_folder(channel, None, OUT, state, b'', 1, budget)
    except TooMuch:
        return True
    except OSError:
        pass  # the task removed the folder
    return False


def send_folder(channel, parent, name, state, prefix, depth, budget):
    if state.st_mode & stat.S_IRWXU != stat.S_IRWXU:
        os.chmod(name, stat.S_IRWXU, dir_fd=parent)
    folder = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=parent)
    try:
        # one entry at a time, so that a hundred thousand names are never in memory at once
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
    """Sends one entry. Returns the reason if it is refused, else b''. Raises OSError if it cannot be read."""
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
