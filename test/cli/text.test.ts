import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readMessages } from '../../client/sse-messages.ts';
import { isAtLeast } from '../../cli/doctor/finding.ts';
import { clockFinding } from '../../cli/doctor/clock.ts';
import { rootlessFindings, runcFinding } from '../../cli/doctor/engine.ts';
import { heartbeatFinding } from '../../cli/doctor/guard.ts';
import { liveLine, progressAfter } from '../../cli/progress.ts';
import { plainText } from '../../platform/clean-text.ts';
import { table } from '../../cli/table.ts';
import { receiptText, windowText } from '../../cli/window-text.ts';
import type { EventRecord } from '../../contracts/event.ts';
import { view } from '../gateway/fixture.ts';

const bytes = (...chunks: string[]) =>
  new ReadableStream<BufferSource>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk));
      controller.close();
    },
  });

test('stream messages are complete, wherever the chunks are cut', async () => {
  const stream = bytes(
    'retry: 1\n\n: hi\n\nid: 1\nev',
    'ent: x\ndata: {"a"',
    ':1}\r\n\r',
    '\ndata:2\ndata: 3\n\ndata: cut',
  );
  const found: string[] = [];
  for await (const { data } of readMessages(stream)) found.push(data);
  expect(found).toEqual(['{"a":1}', '2\n3']);
});

test('control characters and marks of direction are removed from text, and its indent stays', () => {
  expect(plainText('a\u001b[31mred\u001b[0m\nb\u0007\u009b2J')).toBe('ared b');
  expect(plainText('  db\u202e ko\u200b \tend')).toBe('  db ko  end');
  expect(table(['A', 'B'], [['one', 'x\ny']])).toBe('A    B\none  x y');
});

const event = (type: EventRecord['type'], more: Partial<EventRecord> = {}): EventRecord => ({
  seq: 1,
  at: '2026-11-21T12:00:00.000Z',
  type,
  actor: 'me',
  host: 'box',
  window_id: 'window-00000001',
  service: null,
  correlation_id: null,
  payload: {},
  prev_hash: '',
  hash: '',
  ...more,
});

test('progress shows which services are ready and which are awaited', () => {
  const events = [
    event('window.requested'),
    event('window.opening', { payload: { members: ['db', 'web', 'mail'] } }),
    event('service.started', { service: 'db', payload: { ready_ms: 40 } }),
    event('service.failed', { service: 'mail', payload: { detail: 'its image is missing' } }),
    event('service.started', { service: 'web' }),
  ];
  let progress = { waiting: [] as string[], ready: [] as string[], failed: [] as string[] };
  const lines = events.flatMap((one) => {
    const [after, line] = progressAfter(progress, one);
    progress = after;
    return line ?? [];
  });
  expect(lines).toEqual([
    'starting db, web, mail',
    'db is ready after 40 ms; waiting for web, mail',
    'mail failed: its image is missing',
    'web is ready',
  ]);
  expect(liveLine({ ...progress, waiting: ['web'] }, 3_900)).toBe('  waiting for web … 3 s');
  expect(progress).toEqual({ waiting: [], ready: ['db', 'web'], failed: ['mail'] });
});

test('the last line shows pulls until the image is there or its service fails', () => {
  const pulling = event('image.pulling', {
    service: 'web',
    payload: { image: 'site:1', services: ['web'], text: 'pulling 43 %, 210 of 480 MB' },
  });
  const nobody = { waiting: ['web'], ready: [], failed: [] };
  const [on, line] = progressAfter(nobody, pulling);
  expect(line).toBe('site:1: pulling 43 %, 210 of 480 MB');
  expect(liveLine(on, 2000)).toBe('  site:1: pulling 43 %, 210 of 480 MB … 2 s');
  const [here, pulled] = progressAfter(on, { ...pulling, type: 'image.pulled' });
  expect(pulled).toBe('site:1 is pulled');
  expect(liveLine(here, 2000)).toBe('  waiting for web … 2 s');
  const [gone] = progressAfter(on, event('service.failed', { service: 'web' }));
  expect(gone.images).toEqual({});
});

test('a window is shown with the next commands', () => {
  const open = view({ window_id: 'window-00000001' });
  expect(windowText(open)).toMatch(
    /open until .*\n.*\n.*vx11 extend window-00000001 --by 10m\n.*vx11 close/,
  );
  expect(windowText({ ...open, mode: 'hold', expires_at: null })).not.toMatch(/extend/);
  const failed = {
    service: 'web',
    error: 'port_taken',
    detail: 'port 80 is taken by nginx',
  } as const;
  const text = windowText({ ...open, state: 'failed', services_failed: [failed] });
  expect(text).toMatch(/left nothing running\n {2}web failed \[port_taken\]: port 80 is taken/);
  expect(windowText({ ...open, state: 'queued', waiting_for: '512 MB' })).toMatch(
    /waiting for 512 MB/,
  );
});

test('an opening window is shown with the image that it waits for', () => {
  const waiting_for = 'site:1: pulling 43 %, 210 of 480 MB';
  expect(windowText(view({ state: 'opening', waiting_for }))).toContain(
    `, waiting for ${waiting_for};`,
  );
  expect(windowText(view({ state: 'opening' }))).toContain('still opening; it continues');
});

test('a receipt shows who closed the window, how late, and what is still running', () => {
  const text = receiptText({
    window_id: 'window-00000001',
    closed_by: 'guard',
    reason: null,
    deadline: '2026-11-21T12:00:00.000Z',
    closed_at: '2026-11-21T12:00:05.000Z',
    overrun_ms: 812,
    services: [
      {
        service: 'web',
        container: 'demo-web-1',
        state: 'exited',
        outcome: 'killed',
        exit_code: 137,
        forced: true,
        stopped_by: 'guard',
        stopped_at: '2026-11-21T12:00:00.812Z',
        stop_ms: 1_012,
        overrun_ms: 812,
        kept_for: [],
      },
    ],
    residue: ['db'],
  });
  expect(text).toMatch(/Closed by guard at .*, 812 ms after its deadline/);
  expect(text).toMatch(/web +killed +1012 ms +exit 137 +by guard/);
  expect(text).toMatch(/Left running: db/);
});

test('a receipt of a window that was closed early shows how early', () => {
  const text = receiptText({
    window_id: 'window-00000001',
    closed_by: 'caller',
    reason: null,
    deadline: '2026-11-21T12:10:00.000Z',
    closed_at: '2026-11-21T12:00:40.000Z',
    overrun_ms: 0,
    services: [],
    residue: [],
  });
  expect(text).toMatch(/Closed by caller at .*, 9m 20s before its deadline\./);
  expect(text).not.toContain('0 ms after');
});

test('a rootless Engine is named, with what it lacks', () => {
  expect(rootlessFindings(['name=seccomp,profile=default'])).toEqual([]);
  expect(rootlessFindings(['name=rootless'])[0]!.detail).toContain('rootless');
});

test('versions and clocks are compared', () => {
  expect(isAtLeast('1.1.5+ds1', '1.2.8')).toBe(false);
  expect(isAtLeast('v1.2.8', '1.2.8')).toBe(true);
  expect(isAtLeast('20.10.24+dfsg1', '20.9')).toBe(true);
  const runc = (version: string) => runcFinding(version).state;
  expect(['1.1.5+ds1', '1.2.7', '1.2.8', '1.3.2', '1.3.3', '1.4.0'].map(runc)).toEqual([
    'warn',
    'warn',
    'ok',
    'warn',
    'ok',
    'ok',
  ]);
  expect(clockFinding('c', 1_500, 1_000, 2_000)).toMatchObject({
    state: 'ok',
    detail: 'in step with this clock',
  });
  expect(clockFinding('c', 9_000, 1_000, 2_000)).toMatchObject({
    state: 'warn',
    detail: expect.stringContaining('7000 ms'),
  });
});

test.each([
  ['that reads the heartbeats', 'ok', 100_000, 99_000, 0],
  ['that was just created', 'ok', 100_000, 0, 99_000],
  ['without any heartbeat to read yet', 'ok', null, null, 0],
  ['that has never read a heartbeat', 'warn', 100_000, null, 0],
  ['that has not read a heartbeat for long', 'warn', 100_000, 80_000, 0],
])('a guard %s is %s', (_, state, written, read, madeAt) => {
  const folder = mkdtempSync(join(tmpdir(), 'vx11-guard-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const write = (name: string, content: object) =>
    writeFileSync(join(folder, name), JSON.stringify(content));
  if (written !== null) write('alive.json', { at_ms: written });
  if (read !== null) write('guard.json', { alive_ms: read });
  expect(heartbeatFinding(folder, madeAt, '', 101_000)).toMatchObject({ name: 'guard', state });
});
