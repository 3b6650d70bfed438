import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { systemdUnit } from '../../../cli/init/systemd.ts';
import { notifyReady } from '../../../cli/up/notify-ready.ts';
import { vx11 } from '../fixture.ts';
import { temporaryHome, until } from '../up/temporary-home.ts';

const unit = (env: NodeJS.ProcessEnv, user = false): string =>
  systemdUnit({ program: [process.execPath, '/opt/vx 11/up'], folder: '/', env, user });

test('a unit takes the settings over, and no key, token or password', () => {
  const text = unit({
    HOME: '/root',
    VX11_HOME: '/srv/vx11',
    VX11_TOKEN: 'a',
    VX11_INTERNAL_KEY: 'b',
    VX11_STORE_URL: 'postgres://u:c@db/vx11',
    OPENAI_API_KEY: 'd',
    LESS: '-R',
  });
  expect(text.match(/^Environment=.*$/gm)).toEqual([
    'Environment="HOME=/root"',
    'Environment="VX11_HOME=/srv/vx11"',
  ]);
  expect(text).toContain('EnvironmentFile=-/etc/vx11.env');
  expect(text).toContain('WantedBy=multi-user.target');
});

test('a unit keeps both halves of each certificate, addresses, limits and settings of traces', () => {
  const settings = {
    VX11_TLS_CERT_FILE: '/c.pem',
    VX11_TLS_KEY_FILE: '/k.pem',
    VX11_INTERNAL_TLS_KEY_FILE: '/i.pem',
    TEMPORAL_TLS_CLIENT_KEY_PATH: '/t.pem',
    TEMPORAL_API_KEY_FILE: '/a.key',
    VX11_INEE_KEYS_FILE: '/inee.keys',
    VX11_MADRE_URL: 'https://box:8001',
    VX11_RATE_READS_PER_TOKEN: '9',
    VX11_TEMPORAL_SLEEP: 'off',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318',
    HERMES_ALLOW_DOWNLOAD: 'on',
    AZURE_RESOURCE_NAME: 'here',
  };
  const text = unit(settings);
  for (const [name, value] of Object.entries(settings))
    expect(text).toContain(`Environment="${name}=${value}"`);
});

test('what a unit leaves out is named, with its file, and never its value', async () => {
  const env = {
    VX11_TOKEN: 'the-secret',
    OPENAI_API_KEY: 'the-secret',
    OTEL_EXPORTER_OTLP_HEADERS: 'x=the-secret',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'https://me:the-secret@collector',
    HF_TOKEN: '',
    VX11_NOTIFY_NTFY: 'the-secret',
    VX11_PROT: '8000',
    VX11_HOST: 'box',
  };
  const { out, err } = await vx11(['init', 'systemd', '--user'], env);
  expect(err).toContain(
    'because they hold keys or passwords: OPENAI_API_KEY, OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_HEADERS, VX11_NOTIFY_NTFY, VX11_TOKEN. Put them into ~/.config/vx11.env,',
  );
  expect(err).toContain('because vx11 up has no such setting: VX11_PROT.');
  expect(out + err).not.toContain('the-secret');
  expect(out).toContain('VX11_HOST=box');
});

test('what systemd would read in a value is escaped, and a variable only in the command, where it is one', () => {
  const text = systemdUnit({
    program: ['/opt/a $b/%c'],
    folder: '/x%y',
    env: { VX11_HOME: '/srv/"a" $b %c \\d' },
    user: false,
  });
  expect(text).toContain('ExecStart="/opt/a $$b/%%c"');
  expect(text).toContain('WorkingDirectory=/x%%y');
  expect(text).toContain('Environment="VX11_HOME=/srv/\\"a\\" $b %%c \\\\d"');
});

test.skipIf(!existsSync('/usr/bin/systemd-analyze')).each([false, true])(
  'systemd reads a unit whose settings have any character (of a user: %s)',
  (user) => {
    const file = join(temporaryHome(), 'vx11.service');
    writeFileSync(file, unit({ VX11_HOME: '/srv/a "b" $c %d \\e' }, user));
    const said = spawnSync('systemd-analyze', ['verify', ...(user ? ['--user'] : []), file], {
      encoding: 'utf8',
      env: { ...process.env, XDG_RUNTIME_DIR: temporaryHome() },
    });
    expect([said.status, said.stderr]).toEqual([0, '']);
  },
);

test.skipIf(!existsSync('/usr/bin/systemd-notify'))(
  'systemd is notified once VX11 is ready, and nobody is where it does not wait',
  async () => {
    const socket = join(temporaryHome(), 'notify');
    const listener = spawn('python3', [
      '-c',
      `import socket; s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.bind('${socket}'); print(s.recv(999).decode(), s.recv(999).decode())`,
    ]);
    let heard = '';
    listener.stdout.setEncoding('utf8').on('data', (text: string) => (heard += text));
    const ended = once(listener, 'exit');
    await until(() => existsSync(socket));
    await notifyReady({ ...process.env, NOTIFY_SOCKET: '' });
    await notifyReady({ ...process.env, NOTIFY_SOCKET: socket });
    await ended;
    expect(heard).toContain('READY=1');
    expect(heard).toContain('BARRIER=1');
  },
);
