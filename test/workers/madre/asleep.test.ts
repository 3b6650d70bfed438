import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { callsOver, newConnection } from '../../../workers/madre/temporal-connection.ts';

test('a madre that starts while Temporal sleeps has loaded neither its client nor its worker', () => {
  const code = `
    import { registerHooks } from 'node:module';
    const files = [];
    registerHooks({ load(url, context, next) { files.push(url); return next(url, context); } });
    await import('./workers/madre/power-process.ts');
    console.log(JSON.stringify(files.filter((file) => /@temporalio.(client|worker|core-bridge)/.test(file))));
  `;
  const args = ['--input-type=module', '--eval', code];
  const options = { cwd: join(import.meta.dirname, '../../..'), encoding: 'utf8' } as const;
  expect(JSON.parse(execFileSync(process.execPath, args, options))).toEqual([]);
});

test('while it sleeps, the first call wakes it and then arrives', async () => {
  const connection = newConnection();
  const began: string[] = [];
  connection.wake = async () => {
    began.push('woken');
    connection.running = { count: async () => 3, answers: async () => undefined };
  };
  const running = callsOver(connection, 'running')();
  expect(began).toEqual([]);
  expect(await running.count()).toBe(3);
  expect(began).toEqual(['woken']);
});

test('while it is unavailable, each look fails at once, and so does a call whose waking brought no connection', async () => {
  const connection = newConnection();
  const away = { code: 'temporal_unavailable' };
  expect(callsOver(connection, 'running')).toThrow(expect.objectContaining(away));
  connection.wake = () => Promise.resolve();
  await expect(callsOver(connection, 'running')().count()).rejects.toMatchObject(away);
});
