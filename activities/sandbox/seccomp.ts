/**
 * The system calls that a sandbox may make; every other call fails with EPERM. Rules on arguments allow only AF_UNIX
 * sockets, forbid new namespaces, and keep a task from changing the limits and the priority of other processes.
 * https://github.com/opencontainers/runtime-spec/blob/main/config-linux.md#seccomp
 */
const files = `
  access faccessat faccessat2 open openat openat2 creat close close_range dup dup2 dup3 fcntl ioctl flock
  read readv pread64 preadv preadv2 write writev pwrite64 pwritev pwritev2 lseek readahead fadvise64
  stat fstat lstat newfstatat statx statfs fstatfs getdents getdents64 readlink readlinkat getcwd chdir fchdir
  mkdir mkdirat rmdir rename renameat renameat2 link linkat symlink symlinkat unlink unlinkat mknod mknodat
  chmod fchmod fchmodat fchmodat2 chown fchown fchownat lchown umask utime utimes utimensat futimesat
  truncate ftruncate fallocate fsync fdatasync sync_file_range copy_file_range sendfile splice tee vmsplice
  getxattr lgetxattr fgetxattr listxattr llistxattr flistxattr
  pipe pipe2 eventfd eventfd2 signalfd signalfd4 timerfd_create timerfd_gettime timerfd_settime
  poll ppoll select pselect6 epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait epoll_pwait2
  inotify_init inotify_init1 inotify_add_watch inotify_rm_watch`;

const memory = `
  brk mmap munmap mprotect mremap madvise mincore msync mlock mlock2 mlockall munlock munlockall membarrier
  pkey_alloc pkey_free pkey_mprotect`;

const processes = `
  fork vfork execve exit exit_group wait4 waitid kill tkill tgkill pidfd_open pidfd_send_signal
  getpid getppid gettid getpgid getpgrp getsid setpgid setsid
  getuid geteuid getgid getegid getresuid getresgid getgroups setuid setgid setreuid setregid setresuid setresgid
  capget capset prctl arch_prctl set_tid_address set_robust_list get_robust_list rseq futex futex_waitv
  getrlimit setrlimit getrusage times getpriority ioprio_get sched_yield sched_getaffinity sched_getattr
  sched_getparam sched_getscheduler sched_get_priority_max sched_get_priority_min sched_rr_get_interval getcpu
  rt_sigaction rt_sigpending rt_sigprocmask rt_sigqueueinfo rt_sigreturn rt_sigsuspend rt_sigtimedwait
  rt_tgsigqueueinfo sigaltstack pause restart_syscall uname sysinfo getrandom`;

const clocks = `
  time gettimeofday clock_gettime clock_getres nanosleep clock_nanosleep alarm getitimer setitimer
  timer_create timer_delete timer_getoverrun timer_gettime timer_settime`;

const sockets = `
  bind connect listen accept accept4 getsockname getpeername getsockopt setsockopt shutdown
  sendto sendmsg sendmmsg recvfrom recvmsg recvmmsg`;

const unixFamily = 1;
const internetFamilies = [2, 10];
/** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID and NEWNET. */
const newNamespaces = 0x7e_02_00_00;
const noSuchCall = 38;

interface Rule {
  names: string[];
  action: 'SCMP_ACT_ALLOW' | 'SCMP_ACT_ERRNO';
  errnoRet?: number;
  args?: { index: number; value: number; valueTwo?: number; op: string }[];
}

/** What a sandbox may do beyond the minimum. */
export interface Profile {
  internet: boolean;
  ownKernel: boolean;
}

const allow = (names: string): Rule => ({
  names: names.trim().split(/\s+/),
  action: 'SCMP_ACT_ALLOW',
});

/** Allows calls whose argument at `index` has this value. */
const allowWith = (names: string, index: number, value: number): Rule => ({
  ...allow(names),
  args: [{ index, value, op: 'SCMP_CMP_EQ' }],
});

/**
 * Returns the profile in the JSON form that the Engine accepts inline.
 * @param internet also allows sockets of the internet families, for a sandbox whose only interface is loopback
 * @param ownKernel allows `clone3`: gVisor answers EPERM whatever error the profile names, and threads would fail
 */
export function seccompProfile({ internet, ownKernel }: Profile): string {
  const families = internet ? [unixFamily, ...internetFamilies] : [unixFamily];
  const syscalls: Rule[] = [
    allow([files, memory, processes, clocks, sockets].join(' ')),
    ...families.map((family) => allowWith('socket socketpair', 0, family)),
    {
      ...allow('clone'),
      args: [{ index: 0, value: newNamespaces, valueTwo: 0, op: 'SCMP_CMP_MASKED_EQ' }],
    },
    // a filter cannot read its flags, which are in memory; on ENOSYS libraries fall back to clone
    ownKernel
      ? allow('clone3')
      : { names: ['clone3'], action: 'SCMP_ACT_ERRNO', errnoRet: noSuchCall },
    // only on itself: the first process of the sandbox has the same user
    allowWith('prlimit64 sched_setaffinity sched_setattr sched_setparam sched_setscheduler', 0, 0),
    allowWith('setpriority ioprio_set', 1, 0),
    allowWith('personality', 0, 0),
    allowWith('personality', 0, 0xff_ff_ff_ff),
  ];
  // calls of another architecture, such as 32-bit ones, are not listed and kill the caller
  const archMap = ['SCMP_ARCH_X86_64', 'SCMP_ARCH_AARCH64'].map((architecture) => ({
    architecture,
    subArchitectures: [],
  }));
  return JSON.stringify({ defaultAction: 'SCMP_ACT_ERRNO', archMap, syscalls });
}
