"""Starts the task in a process that has no descriptors of the harness but its own three pipes."""

import os
import resource
import sys

import _signal as signal

from job import WORK
from quiet import allow_dump

NO_SUCH_PROGRAM = 127
CANNOT_RUN = 126
# The kernel allows this many processes above the limit; the next sample counts them and ends the task.
SPARE_PROCESSES = 8
HERE = os.path.dirname(os.path.abspath(__file__))


def launch(job, stdin, stdout, stderr, limit_processes):
    """Forks the task with these descriptors as its 0, 1 and 2, and returns its process id.

    With `limit_processes` the user's process limit replaces that of a cgroup, which a sandbox's own kernel does not have;
    no other sandbox shares the user id there. Raises OSError if the fork fails.
    """
    pid = os.fork()
    if pid:
        return pid
    status = CANNOT_RUN
    try:
        detach(job, stdin, stdout, stderr)
        if limit_processes:
            most = 1 + job.pids + SPARE_PROCESSES  # the harness is one of them
            resource.setrlimit(resource.RLIMIT_NPROC, (most, most))
        if job.kind == b'python' and not any(name.startswith(b'PYTHON') for name in job.env):
            status = run_python(job)
        else:
            execute(job)
    except OSError as error:
        name = os.fsdecode(job.program if job.kind == b'command' else job.kind)
        os.write(2, f'vx11: {name}: {error.strerror}\n'.encode())
        status = NO_SUCH_PROGRAM if isinstance(error, FileNotFoundError) else CANNOT_RUN
    finally:
        os._exit(status)


def detach(job, stdin, stdout, stderr):
    for target, source in enumerate((stdin, stdout, stderr)):
        os.dup2(source, target)
    os.closerange(3, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    os.chdir(WORK)
    if job.cpu_ms:
        # the supervisor counts the whole process tree; this limit is for kernels where it cannot
        seconds = -(-job.cpu_ms // 1000) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    allow_dump()


def execute(job):
    for ignored in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(ignored, signal.SIG_DFL)
    if job.kind == b'command':
        command = [job.program, *job.args]
    else:
        runner = {b'python': b'python3', b'shell': b'sh', b'node': b'node'}[job.kind]
        command = [runner, job.path, *job.args]
    os.execvpe(command[0], command, job.env)


def run_python(job):
    """Runs the code in this interpreter as `python3 main.py` would, and returns its exit status."""
    import atexit
    import builtins
    import types

    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environb.update(job.env)
    for name, module in list(sys.modules.items()):
        if (getattr(module, '__file__', None) or '').startswith(HERE):
            del sys.modules[name]
    sys.path[:] = [path for path in sys.path if path != HERE]
    prepare_python()
    path = os.fsdecode(job.path)
    sys.path.insert(0, os.fsdecode(WORK))
    sys.argv[:] = [path, *map(os.fsdecode, job.args)]
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(line_buffering=True)
    main = types.ModuleType('__main__')
    main.__dict__.update(__file__=path, __builtins__=builtins)
    sys.modules['__main__'] = main
    status = 0
    try:
        exec(compile(job.program, path, 'exec', dont_inherit=True), main.__dict__)
    except SystemExit as stop:
        status = status_of(stop)
    except BaseException as error:
        # the traceback starts at the task's own first line
        error = error.with_traceback(error.__traceback__.tb_next)
        sys.excepthook(type(error), error, error.__traceback__)
        status = 1
    if 'threading' in sys.modules:
        sys.modules['threading']._shutdown()
    atexit._run_exitfuncs()
    main.__dict__.clear()
    try:
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
    except (OSError, ValueError):
        return status or 120  # python3's own exit status when it cannot write its output
    return status


prepared = False


def prepare_python():
    """Does once what an interpreter without -S does at its start: defines `exit` and finds installed packages."""
    global prepared
    if prepared:
        return
    prepared = True
    import site

    site.main()


def status_of(stop):
    if stop.code is None or isinstance(stop.code, int):
        return (stop.code or 0) & 0xFF
    print(stop.code, file=sys.stderr)
    return 1
