import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { onEachKernel } from './prerequisites.ts';
import { image } from './image.ts';
import { command, python, startFixture, shell, type SandboxFixture } from './fixture.ts';

onEachKernel((kernel) => {
  let fixture: SandboxFixture;
  beforeAll(async () => {
    fixture = await startFixture(kernel.deps);
  });
  afterEach(() => fixture.expectClean());
  afterAll(() => fixture.destroy());

  /** Runs each line of Python by itself, and returns its error name or its value. */
  async function probe(lines: string[]): Promise<string[]> {
    const code = `
import ctypes, errno, os, platform, socket
libc = ctypes.CDLL(None, use_errno=True)
intel = platform.machine() == "x86_64"
def check(result):
  if result == -1: raise OSError(ctypes.get_errno(), "")
  return result
def call(name, *args):
  return check(getattr(libc, name)(*args))
def syscall(numbers, *args):
  return check(libc.syscall(numbers if type(numbers) is int else numbers[not intel], *args))
for line in os.environ["LINES"].split("\\n"):
  try: print(repr(eval(line)))
  except OSError as error: print(errno.errorcode[error.errno])`;
    const result = await fixture.run(python(code), { env: { LINES: lines.join('\n') } });
    expect(result).toMatchObject({ outcome: 'completed', err: '' });
    return result.out.trimEnd().split('\n');
  }

  describe('the kernel refuses', () => {
    test.each<[string, string[]]>([
      ['S17: sockets of the internet', ['socket.socket()', 'socket.socket(10, 2)']],
      ['S18: AF_VSOCK', ['socket.socket(40, 1)']],
      ['S19: AF_ALG', ['socket.socket(38, 5)']],
      [
        'S20: netlink, XFRM, packet and raw sockets',
        [
          'socket.socket(16, 3, 0)',
          'socket.socket(16, 3, 6)',
          'socket.socket(17, 3)',
          'socket.socket(2, 3, 1)',
          'socket.socketpair(2, 1)',
        ],
      ],
      ['S21: io_uring', ['syscall(425, 1, 0)', 'syscall(426, 0, 0)', 'syscall(427, 0, 0)']],
      [
        'S22: namespaces and mounts',
        [
          'call("unshare", 0x10000000)',
          'call("unshare", 0x00020000)',
          'call("setns", 0, 0)',
          'call("mount", b"none", b"/tmp", b"tmpfs", 0, 0)',
          'call("umount", b"/proc")',
          'syscall((155, 41), b"/tmp", b"/tmp")',
          'syscall((56, 220), 0x10000000 | 17, 0, 0, 0, 0)',
        ],
      ],
      [
        'S23: access to other processes',
        [
          'call("ptrace", 0, 0, 0, 0)',
          'call("ptrace", 16, 1, 0, 0)',
          'call("process_vm_readv", 1, 0, 0, 0, 0, 0)',
          'syscall(438, 0, 0, 0)',
        ],
      ],
      [
        'S24: keys, bpf, perf, userfaultfd and handles',
        [
          'syscall((250, 219), 0, -3, 0)',
          'syscall((248, 217), b"user", b"x", b"x", 1, -3)',
          'syscall((321, 280), 0, 0, 0)',
          'syscall((298, 241), 0, 0, -1, -1, 0)',
          'syscall((323, 282), 0)',
          'call("open_by_handle_at", 0, 0, 0)',
        ],
      ],
      [
        'S25: another user, devices and another root',
        [
          'os.setuid(0)',
          'os.setgid(0)',
          'os.setgroups([0])',
          'os.mknod("/tmp/sda", 0o60600, os.makedev(8, 0))',
          'os.chroot("/tmp")',
          'os.chown("/task/main.py", 0, 0)',
        ],
      ],
      ['S28: a program in memory', ['os.memfd_create("x")', 'syscall(447, 0)']],
      [
        'S33: the clock, a reboot and the log',
        [
          'call("settimeofday", ctypes.create_string_buffer(16), 0)',
          'call("reboot", 0x1234567)',
          'call("klogctl", 3, 0, 0)',
        ],
      ],
      [
        'limits and priority of the first process',
        [
          'call("prlimit", 1, 7, ctypes.create_string_buffer(16), 0)',
          'os.sched_setaffinity(1, [0])',
          'os.setpriority(os.PRIO_PROCESS, 1, 19)',
        ],
      ],
      [
        'calls of other kinds',
        ['syscall((175, 105), 0, 0, 0)', 'call("acct", 0)', 'call("swapoff", b"/x")'],
      ],
    ])('%s', async (_, lines) => {
      expect(await probe(lines)).toEqual(lines.map(() => 'EPERM'));
    });

    test('S17: names and addresses by any program', async () => {
      const result = await fixture.run(
        shell(
          'for host in 169.254.169.254 172.17.0.1 1.1.1.1 example.org; do wget -T 2 -q -O- http://$host/ || echo no; done',
        ),
      );
      expect(result.out).toBe('no\n'.repeat(4));
    });

    test('S34: a higher priority', async () => {
      const tried = await probe([
        'os.nice(-20)',
        'os.write(os.open("/proc/self/oom_score_adj", os.O_WRONLY), b"-1000")',
      ]);
      // a sandbox's own kernel grants this, because it affects only that sandbox
      const answers = kernel.ownKernel ? ['-20', '5'] : ['EACCES', 'EPERM'];
      for (const answer of tried) expect(answers).toContain(answer);
    });
  });

  test('calls that ordinary programs need still work', async () => {
    const result = await probe([
      'socket.getaddrinfo("localhost", 80)[0][4][0]',
      'socket.socketpair()[0].family.name',
      'os.stat("/task").st_mode & 0o7777',
      'os.getuid(), os.getgid()',
      'os.uname().nodename',
    ]);
    expect(result).toEqual(["'127.0.0.1'", "'AF_UNIX'", '1023', '(65534, 65534)', "'sandbox'"]);
  });

  test('S26: a setuid program does not become root', async () => {
    const name = `vx11t-suid:${fixture.owner}`;
    const copy =
      'cp "$(readlink -f "$(command -v python3)")" /usr/local/bin/suid && chmod 4755 /usr/local/bin/suid';
    const maker = await fixture.docker.createContainer({
      Image: image,
      User: '0:0',
      Cmd: ['sh', '-c', copy],
      Labels: { 'vx11.owner': fixture.owner },
      NetworkDisabled: true,
    });
    try {
      await maker.start();
      expect(await maker.wait()).toMatchObject({ StatusCode: 0 });
      await maker.commit({ repo: 'vx11t-suid', tag: fixture.owner, changes: 'USER 65534' });
      const other = await startFixture({ ...kernel.deps, image: name });
      const result = await other.run(
        command(
          'suid',
          '-c',
          'import os; print(os.stat("/usr/local/bin/suid").st_mode & 0o4000, os.geteuid())',
        ),
      );
      await other.destroy();
      expect(result.out).toBe('2048 65534\n');
    } finally {
      await maker.remove({ force: true });
      await fixture.docker.getImage(name).remove({ force: true });
    }
  });

  test.each(['/tmp', '/task', '/dev', '/etc'])(
    'S27: a program dropped in %s does not run',
    async (folder) => {
      const result = await fixture.run(
        shell(`cp /bin/sh ${folder}/mine; ${folder}/mine -c 'echo ran'`),
      );
      expect(result.out).toBe('');
      expect(result.err).toMatch(/Permission denied|not found|No space/);
    },
  );

  test('S29: kernel files cannot be read or written', async () => {
    const result = await fixture.run(
      python(`
import errno, glob
def tried(path, mode):
  try:
    with open(path, mode) as file: return "empty" if mode == "r" and file.read(1) == "" else "open"
  except OSError as error: return errno.errorcode[error.errno]
for path in ("/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "/proc/sys/vm/drop_caches", "/sys/kernel/uevent_helper",
  "/sys/fs/cgroup/memory/release_agent", "/sys/fs/cgroup/memory/cgroup.procs", "/sys/fs/cgroup/pids/pids.max",
  "/sys/fs/cgroup/cgroup.procs", "/sys/fs/cgroup/memory.max"):
  assert tried(path, "r+") in ("EACCES", "EROFS", "ENOENT", "EPERM"), path
for path in ("/proc/kcore", "/proc/keys", "/proc/timer_list", "/proc/kmsg", "/sys/firmware/x", "/dev/mem", "/dev/kmsg", "/dev/sda", "/dev/vda"):
  assert tried(path, "r") in ("EACCES", "ENOENT", "EPERM", "empty"), path
print("nothing")`),
    );
    expect(result).toMatchObject({ out: 'nothing\n', err: '' });
  });

  test('S30, S31: no secret and no file of the host can be read', async () => {
    process.env.VX11_TEST_SECRET = 'secret-of-the-spawner';
    const result = await fixture.run(
      python(`
import glob, os
seen = [*os.environ, *os.environ.values()]
for path in glob.glob("/proc/[0-9]*/environ") + glob.glob("/proc/[0-9]*/cmdline"):
  try: seen.append(open(path).read())
  except OSError as error: seen.append(error.strerror)
seen += open("/proc/self/mounts").read().split("\\n")
print("\\n".join(seen))
for path in ("/var/run/docker.sock", "/run/docker.sock", "/run/containerd", "/host", "/root/.ssh", "/app", "/work"):
  print(path, os.path.exists(path))`),
    );
    delete process.env.VX11_TEST_SECRET;
    expect(result.out).not.toMatch(/secret|vx11_|token|docker\.sock True|True/i);
    expect(result.out).toContain('Permission denied'); // the environment of process 1 is not readable
    const bound = result.out.split('\n').filter((line) => /^\/dev\/(vd|sd|nvme)/.test(line));
    expect(bound.every((line) => line.split(' ')[1] === '/etc/hostname')).toBe(true);
  });
});
