import { expect, test } from 'vitest';
import { lackingArguments } from '../../../activities/sandbox/engine-capabilities.ts';

test.each([
  ['runc lacks nothing', { path: 'runc' }, []],
  ['another runtime is not known', { path: '/usr/bin/kata-runtime' }, []],
  [
    'gVisor without arguments lacks both',
    { path: '/usr/bin/runsc' },
    ['--oci-seccomp', '--network=none'],
  ],
  [
    'gVisor with its profile lacks loopback',
    { path: '/usr/bin/runsc', runtimeArgs: ['--platform=systrap', '--oci-seccomp'] },
    ['--network=none'],
  ],
  [
    'gVisor as in docs/sandbox.md lacks nothing',
    { path: '/usr/bin/runsc', runtimeArgs: ['--oci-seccomp', '--network=none'] },
    [],
  ],
])('%s', (_, runtime, lacking) => expect(lackingArguments(runtime)).toEqual(lacking));
