"""The task as the spawner sends it: one frame per field, then a frame that marks the end."""

import os

WORK = b'/task'
PROGRAM_FILES = {b'python': b'main.py', b'shell': b'main.sh', b'node': b'main.js'}
ENVIRONMENT = {
    b'PATH': b'/usr/local/bin:/usr/bin:/bin',
    b'HOME': WORK,
    b'TMPDIR': b'/tmp',
    b'LANG': b'C.UTF-8',
}
PROXY_PORT = 3128
PROXY = b'http://127.0.0.1:%d' % PROXY_PORT
PROXY_NAMES = ('HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy')


class Job:
    """The program, its input and its limits (in ms and bytes)."""

    def __init__(self):
        self.kind = b''
        self.program = b''
        self.args = []
        self.env = dict(ENVIRONMENT)
        self.files = []
        self.stdin = bytearray()
        self.egress = False
        self.timeout_ms = self.grace_ms = self.cpu_ms = self.output_bytes = self.disk_bytes = 0
        self.pids = 0

    def take(self, kind, payload):
        """Adds one field. Returns True once the job is complete."""
        if kind == b'K':
            self.kind = payload
        elif kind == b'C':
            self.program += payload
        elif kind == b'A':
            self.args.append(payload)
        elif kind == b'G':
            self.egress = True
            self.env.update((name.encode(), PROXY) for name in PROXY_NAMES)
            self.env[b'NODE_USE_ENV_PROXY'] = b'1'
        elif kind == b'E':
            name, _, value = payload.partition(b'=')
            self.env[name] = value
        elif kind == b'P':
            self.files.append((payload, bytearray()))
        elif kind == b'F':
            self.files[-1][1].extend(payload)
        elif kind == b'I':
            self.stdin += payload
        elif kind == b'L':
            limits = [int(word) for word in payload.split()]
            self.timeout_ms, self.grace_ms, self.cpu_ms, self.output_bytes, self.disk_bytes = limits[:5]
            self.pids = limits[5]
        return kind == b'.'

    @property
    def path(self):
        """The file that the code is written to."""
        return os.path.join(WORK, PROGRAM_FILES[self.kind])

    def write_files(self):
        """Writes the task's files and code into /task. Raises OSError if the disk has no room for them."""
        os.mkdir(os.path.join(WORK, b'out'))
        for name, content in self.files:
            parts = name.split(b'/')
            # the spawner refuses these names already; this is the second check
            if name.startswith(b'/') or b'..' in parts:
                raise PermissionError(1, 'a file outside of /task')
            path = os.path.join(WORK, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            write_file(path, content)
        if self.kind in PROGRAM_FILES:
            write_file(self.path, self.program)


def write_file(path, content):
    with open(path, 'xb', buffering=0) as file:
        rest = memoryview(content)
        while rest:
            rest = rest[file.write(rest) :]


def take_job(channel):
    """Waits until the job is complete and returns it."""
    job = Job()
    while True:
        frame = channel.next_frame()
        if frame is None:
            channel.read()
        elif job.take(*frame):
            return job
