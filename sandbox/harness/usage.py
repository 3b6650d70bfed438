"""The resources that the sandbox has used, read from its own cgroup (v1 or v2, read-only here) and its disks."""

import os

DISKS = ('/task', '/tmp')
ROOT = '/sys/fs/cgroup'
V2 = os.path.exists(f'{ROOT}/cgroup.controllers')
FILES = {
    'peak': 'memory.peak' if V2 else 'memory/memory.max_usage_in_bytes',
    'memory': 'memory.current' if V2 else 'memory/memory.usage_in_bytes',
    'oom': 'memory.events' if V2 else 'memory/memory.oom_control',
    'refused': 'pids.events' if V2 else 'pids/pids.events',
    'processes': 'pids.current' if V2 else 'pids/pids.current',
    'most_processes': 'pids.max' if V2 else 'pids/pids.max',
    'cpu': 'cpu.stat' if V2 else 'cpuacct/cpuacct.usage',
}


class Usage:
    """Samples the usage and keeps the highest figures. -1 means that a figure is not available here."""

    def __init__(self):
        self.open = {}
        for name, path in FILES.items():
            try:
                self.open[name] = os.open(f'{ROOT}/{path}', os.O_RDONLY | os.O_CLOEXEC)
            except OSError:
                pass  # an older kernel, or a runtime with a kernel of its own
        self.cpu_before = self.cpu_us()
        self.processes_peak = -1
        self.memory_seen = -1
        self.disk_peak = 0
        self.disk_full = False
        self.inodes_full = False

    def number(self, name, key=b''):
        """Returns the file's only number, or the number on the line that begins with the key; -1 if there is none."""
        try:
            text = os.pread(self.open[name], 4096, 0)
        except (KeyError, OSError):
            return -1
        for line in text.splitlines():
            words = line.split()
            if words[0] == key or not key:
                return int(words[-1])
        return -1

    def cpu_us(self):
        return self.number('cpu', b'usage_usec') if V2 else self.number('cpu') // 1000

    def cpu_ms(self):
        return max(0, self.cpu_us() - self.cpu_before) // 1000 if 'cpu' in self.open else -1

    def memory_peak(self):
        """Returns the kernel's own peak, or the highest sample if the kernel keeps none."""
        return self.number('peak') if 'peak' in self.open else self.memory_seen

    def oom_kills(self):
        return self.number('oom', b'oom_kill')

    def forks_refused(self):
        return self.number('refused', b'max')

    def limits_processes(self):
        """Returns False if the sandbox has its own kernel, whose cgroup has no limit: the Engine sets the host's only."""
        try:
            return os.pread(self.open['most_processes'], 16, 0).strip() != b'max'
        except (KeyError, OSError):
            return True

    def sample(self):
        """Records figures that a later sample may no longer see."""
        # not counting the harness itself
        self.processes_peak = max(self.processes_peak, self.number('processes') - 1)
        if 'peak' not in self.open:
            self.memory_seen = max(self.memory_seen, self.number('memory'))
        for disk in DISKS:
            state = os.statvfs(disk)
            self.disk_peak = max(self.disk_peak, (state.f_blocks - state.f_bfree) * state.f_frsize)
            self.disk_full |= state.f_bfree == 0
            self.inodes_full |= state.f_ffree == 0
