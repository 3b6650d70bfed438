import { describe, expect, test } from 'vitest';
import { seccompProfile } from '../../../activities/sandbox/seccomp.ts';
import { sandboxTemplate } from '../../../activities/sandbox/template.ts';

const shape = { memory_mb: 256, cpus: 0.5, pids: 64, disk_mb: 16, egress: false };
const labels = {
  key: 'k',
  owner: 'o',
  boot: 'b',
  deadline: 5,
  task: { spawn_id: 's', attempt: 2, correlation_id: 'c' },
};

describe('a sandbox is created from one template', () => {
  const made = sandboxTemplate('image', null, shape, labels, false);

  test('with its numbers', () => {
    expect(made.HostConfig).toMatchObject({
      Memory: 2 ** 28,
      MemorySwap: 2 ** 28,
      NanoCpus: 5e8,
      PidsLimit: 65,
      Ulimits: [
        { Name: 'nofile', Soft: 256, Hard: 256 },
        { Name: 'core', Soft: 0, Hard: 0 },
        { Name: 'fsize', Soft: 2 ** 24, Hard: 2 ** 24 },
      ],
    });
    for (const disk of ['/task', '/tmp'])
      expect(made.HostConfig?.Tmpfs?.[disk]).toBe(
        'rw,noexec,nosuid,nodev,size=16777216,nr_inodes=1024,mode=1777',
      );
  });

  test('that isolates it', () => {
    expect(made).toMatchObject({
      User: '65534:65534',
      Env: [],
      NetworkDisabled: true,
      StdinOnce: true,
      Tty: false,
      HostConfig: {
        NetworkMode: 'none',
        IpcMode: 'none',
        CapDrop: ['ALL'],
        ReadonlyRootfs: true,
        AutoRemove: false,
        LogConfig: { Type: 'none' },
        RestartPolicy: { Name: 'no' },
      },
    });
    expect(made.HostConfig?.SecurityOpt?.[0]).toBe('no-new-privileges');
    for (const key of [
      'Binds',
      'Mounts',
      'Devices',
      'CapAdd',
      'Privileged',
      'VolumesFrom',
      'ExtraHosts',
    ])
      expect(made.HostConfig).not.toHaveProperty(key);
  });

  test('whose labels name its owner', () => {
    expect(made.Labels).toEqual({
      'vx11.sandbox': 'k',
      'vx11.owner': 'o',
      'vx11.boot': 'b',
      'vx11.deadline': '5',
      'vx11.spawn': 's',
      'vx11.attempt': '2',
      'vx11.correlation': 'c',
    });
  });

  test('with a runtime if one is configured', () => {
    expect(made.HostConfig).not.toHaveProperty('Runtime');
    const other = sandboxTemplate('image', 'runsc', shape, labels, true);
    expect(other.HostConfig?.Runtime).toBe('runsc');
    expect(other.Cmd?.at(-1)).toBe('warm');
  });

  test.each([
    [null, 65],
    ['crun', 65],
    ['runsc', 512],
  ])('and by %s with a wall of %i processes on the host', (runtime, most) => {
    const { HostConfig } = sandboxTemplate('image', runtime, shape, labels, true);
    expect(HostConfig?.PidsLimit).toBe(most);
    const clone3 = HostConfig?.SecurityOpt?.[1]?.includes(
      '"names":["clone3"],"action":"SCMP_ACT_ALLOW"',
    );
    expect(clone3).toBe(runtime === 'runsc');
  });
});

interface Profile {
  defaultAction: string;
  syscalls: { names: string[]; action: string; args?: unknown[] }[];
}

test('no system call that escapes a sandbox is allowed', () => {
  const profile = JSON.parse(seccompProfile({ internet: true, ownKernel: false })) as Profile;
  expect(profile.defaultAction).toBe('SCMP_ACT_ERRNO');
  const allowed = profile.syscalls.filter(
    ({ action, args }) => action === 'SCMP_ACT_ALLOW' && !args,
  );
  const names = allowed.flatMap((rule) => rule.names);
  expect(new Set(names).size).toBe(names.length);
  for (const name of `socket socketpair clone clone3 prlimit64 ptrace process_vm_readv process_vm_writev pidfd_getfd
    unshare setns mount umount2 pivot_root chroot memfd_create memfd_secret execveat io_uring_setup io_uring_enter
    io_uring_register keyctl add_key request_key bpf perf_event_open userfaultfd open_by_handle_at reboot
    kexec_load init_module finit_module delete_module settimeofday clock_settime syslog swapon sync shmget msgget
    mq_open`.split(/\s+/))
    expect(names).not.toContain(name);
});
