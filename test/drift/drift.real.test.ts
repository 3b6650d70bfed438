import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { DriftAuditAnswer, DriftFinding } from '../../contracts/drift.ts';
import type { WindowView } from '../../contracts/window.ts';
import { startManifestator } from '../stack/manifestator-program.ts';
import type { TestProgram } from '../stack/program.ts';
import { openTarget } from '../stack/calls.ts';
import { startStack, type TestStack } from '../stack/stack.ts';
import { until } from '../stack/wait.ts';

let stack: TestStack;
let manifestator: TestProgram;
beforeAll(async () => {
  stack = await startStack({
    temporalAddress: inject('temporalAddress'),
    services: {
      // its window is what counts; the role itself runs beside the stack
      manifestator: {},
      web: { mem_limit: '64m', environment: { MODE: 'secret words' } },
      asleep: {},
      // the core runs beside Docker here
      core: { 'x-vx11': { tier: 'core' } },
    },
  });
  manifestator = startManifestator(stack);
});
afterAll(async () => {
  await manifestator?.stop();
  await stack?.destroy();
});

/** Opens a window, and waits until it is open. */
const open = async (target: string): Promise<void> => {
  const { body } = await openTarget(stack, target, 300);
  await until(`${target} is open`, async () => {
    const view = await stack.call('GET', `/vx11/windows/${(body as WindowView).window_id}`);
    return (view.body as WindowView).state === 'open';
  });
};
const audit = async (): Promise<DriftAuditAnswer> => {
  const { status, body } = await stack.call('POST', '/manifestator/drift/audit', {});
  expect(status).toBe(200);
  return body as DriftAuditAnswer;
};
const named = (items: readonly DriftFinding[]): string[] =>
  items.map(
    ({ kind, path, expected, actual, state }) =>
      `${kind} ${path} ${expected} → ${actual} (${state})`,
  );

test('what is changed by hand in an open window is named with its field, and a closed window is no drift', async () => {
  const [web] = [`${stack.project}-web-1`];
  expect((await audit()).error).toBe('off_by_policy');
  await open('manifestator');
  // never opened is no drift
  expect(named((await audit()).items)).toEqual([]);
  await open('web');
  expect(named((await audit()).items)).toEqual([]);

  await stack.docker('update', '--memory', '32m', '--memory-swap', '64m', web);
  await stack.docker('network', 'disconnect', `${stack.project}_default`, web);
  const found = await audit();
  expect(named(found.items), JSON.stringify(found.audit)).toEqual([
    'network_missing services.web.networks.default attached → null (drift)',
    `limits_changed services.web.mem_limit ${64 * 1024 ** 2} → ${32 * 1024 ** 2} (drift)`,
  ]);
  expect(found.drift_items).toBe(2);

  await stack.docker('network', 'connect', '--alias', 'web', `${stack.project}_default`, web);
  await stack.docker('update', '--memory', '64m', '--memory-swap', '128m', web);
  expect((await audit()).audit).toMatchObject({ found: { drift: 0 }, cleared: 2 });

  // a new value in the file is not in the container that runs, and shows as a hash
  const text = await readFile(stack.composeFile, 'utf8');
  await writeFile(stack.composeFile, text.replace('secret words', 'other words'));
  const [changed] = (await audit()).items;
  expect(changed).toMatchObject({ kind: 'env_changed', path: 'services.web.environment.MODE' });
  expect(JSON.stringify(changed)).not.toContain('words');

  await stack.call('POST', '/vx11/window/close', { target: 'web' });
  // asleep, the next opening makes it as the file says
  expect(named((await audit()).items)).toEqual([
    expect.stringMatching(/^env_changed .* \(pending\)$/) as string,
  ]);
  const events = await stack.call('GET', '/drift');
  expect(events.body).toMatchObject({ drift_items: 0 });

  // what no definition shows is set right by the next opening, in the same container
  const shown = async (format: string): Promise<string> =>
    (await stack.docker('inspect', '--format', format, web)).trim();
  const hand =
    '{{.Id}} {{.HostConfig.Memory}} {{range $name, $_ := .NetworkSettings.Networks}}{{$name}}{{end}}';
  await open('web');
  const before = await shown(hand);
  await stack.call('POST', '/vx11/window/close', { target: 'web' });
  await stack.docker('update', '--memory', '32m', '--memory-swap', '64m', web);
  await stack.docker('network', 'disconnect', `${stack.project}_default`, web);
  expect(await shown(hand)).not.toBe(before);
  await open('web');
  expect(await shown(hand)).toBe(before);
  const { body } = await stack.call('GET', '/vx11/events/history?limit=100');
  const { events: history } = body as { events: { type: string; payload: unknown }[] };
  const restored = history.find(({ type }) => type === 'service.restored');
  expect(restored).toMatchObject({
    service: 'web',
    payload: { paths: ['services.web.mem_limit', 'services.web.networks.default'] },
  });
  expect(named((await audit()).items)).toEqual([]);
});
