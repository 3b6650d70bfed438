import { describe, expect, test } from 'vitest';
import type { CommandOutput } from '../../../activities/engine/engine.ts';
import { shownResult } from '../../../store/checks/check-runs.ts';
import { startChecksHost } from './checks-host.ts';
import { local, perform, plan } from './perform-run.ts';

describe('a container', () => {
  const container = (conditions?: string[]) => ({
    'x-vx11': { checks: [{ name: 'up', container: 'web', ...(conditions && { conditions }) }] },
  });
  test.each<[string, object, string[] | undefined, string]>([
    ['runs', {}, undefined, 'passed'],
    ['is healthy', { health: 'healthy' }, ['[HEALTH] == healthy'], 'passed'],
    ['is unhealthy', { health: 'unhealthy' }, ['[HEALTH] == healthy'], 'failed: unhealthy'],
    ['was killed for its memory', { out_of_memory: true }, undefined, 'failed: out_of_memory'],
    // 137 alone is no proof of that
    [
      'was killed',
      { exit_code: 137, out_of_memory: false },
      ['[RUNNING] == false', '[OOM] == true'],
      'failed: condition',
    ],
  ])('that %s', async (_, change, conditions, expected) => {
    const { host, deps } = await startChecksHost({ web: container(conditions) });
    host.engine.put('web', { ...local, ...change });
    expect(await perform(deps, await plan(deps))).toEqual({ up: expected });
  });

  test('is healthy once VX11 has run its health check, before the Engine has', async () => {
    const { host, deps } = await startChecksHost({ web: container(['[HEALTH] == healthy']) });
    const starting = { ...local, state: 'starting', health: 'starting' } as const;
    const it = host.engine.put('web', starting);
    expect(await perform(deps, await plan(deps))).toEqual({ up: 'failed: condition' });
    deps.power.proved.add(it.id);
    expect(await perform(deps, await plan(deps))).toEqual({ up: 'passed' });
  });

  test.each([
    [0, 'passed'],
    [1, 'failed: condition'],
  ])('whose health check, run by VX11, ends with %d', async (code, expected) => {
    const source = { name: 'up', container: 'web', timeout: '300ms' };
    const checks = [{ ...source, conditions: ['[HEALTH] == healthy'] }];
    const { host, deps } = await startChecksHost({ web: { 'x-vx11': { checks } } });
    const times = { interval_ms: 30_000, timeout_ms: 1000, decides_ms: 90_000 };
    const health_check = { test: ['CMD', 'ask'], ...times };
    host.engine.put('web', { ...local, state: 'starting', health: 'starting', health_check });
    host.engine.exits.set('ask', code);
    expect(await perform(deps, await plan(deps))).toEqual({ up: expected });
  });

  test('that restarts while it is watched did not stay up', async () => {
    const { host, deps } = await startChecksHost({ web: {} });
    const it = host.engine.put('web', { ...local, started_at: 1 });
    const run = await plan(deps);
    const restart = setTimeout(() => void (it.started_at = 2), 700);
    expect(await perform(deps, run)).toEqual({ 'stays up': 'failed: restarted' });
    clearTimeout(restart);
  });
});

describe('a command', () => {
  const exec = (change: object = {}) => ({
    'x-vx11': { checks: [{ name: 'ready', exec: ['db', 'ready'], ...change }] },
  });
  test.each<[string, CommandOutput, object, string]>([
    ['ends with 0', { exit_code: 0, output: '' }, {}, 'passed'],
    ['ends with 3', { exit_code: 3, output: 'no' }, {}, 'failed: condition'],
    [
      'writes what it should',
      { exit_code: 0, output: '42 rows\n' },
      { conditions: ['[OUTPUT] == pat(*rows)'] },
      'passed',
    ],
    // the exit code of a command that did not end is not known, and is not 0
    [
      'does not end',
      { exit_code: null, output: 'so far' },
      { conditions: ['[EXIT_CODE] != 1'] },
      'timeout: timeout',
    ],
  ])('that %s', async (_, output, change, expected) => {
    const { host, deps } = await startChecksHost({ web: exec(change) });
    host.engine.put('web', local);
    host.engine.outputs.set('db ready', output);
    expect(await perform(deps, await plan(deps))).toEqual({ ready: expected });
  });

  test('hands its output on, and hides its secret', async () => {
    const suite = {
      name: 's',
      endpoints: [
        {
          name: 'login',
          container: 'web',
          exec: ['login', { secret: 'hush' }],
          conditions: ['[EXIT_CODE] == 0', '[OUTPUT] != x'],
          store: { who: '[OUTPUT]' },
        },
        { name: 'use', container: 'web', exec: ['use', '[CONTEXT].who'] },
        { name: 'fail', container: 'web', exec: ['fail', { secret: 'hush' }] },
      ],
    };
    const { host, deps } = await startChecksHost({ web: {} }, { suites: [suite] });
    host.engine.put('web', local);
    host.engine.outputs.set('login hush', { exit_code: 0, output: 'ana\n' });
    host.engine.outputs.set('fail hush', { exit_code: 1, output: 'hush is wrong' });
    const run = await plan(deps);
    expect(await perform(deps, run)).toMatchObject({
      login: 'passed',
      use: 'passed',
      fail: 'failed: condition',
    });
    expect(host.engine.calls).toContainEqual(expect.stringContaining('read use ana in'));
    const shown = (await host.store.checks.results(run.run_id)).map(shownResult);
    expect(JSON.stringify(shown)).not.toContain('hush');
    expect(shown.find(({ name }) => name === 'fail')!.attempts[0]!.evidence).toContain(
      '*** is wrong',
    );
  });

  test('may have had its effect when its process died, and is not repeated', async () => {
    const { host, deps } = await startChecksHost({ web: exec() });
    host.engine.put('web', local);
    const run = await plan(deps);
    const [ready] = await host.store.checks.results(run.run_id);
    await host.store.checks.save(run.run_id, [
      { ...ready!, status: 'interrupted', cause: 'interrupted' },
    ]);
    expect(await perform(deps, run)).toEqual({ ready: 'interrupted: interrupted' });
  });
});
