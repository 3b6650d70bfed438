import { readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parse, stringify } from 'yaml';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { DriftAudit, DriftAuditAnswer, DriftListAnswer } from '../../../contracts/drift.ts';
import type { WindowView } from '../../../contracts/window.ts';
import { insist, openTarget } from '../../stack/calls.ts';
import { startManifestator } from '../../stack/manifestator-program.ts';
import type { TestProgram } from '../../stack/program.ts';
import { until } from '../../stack/wait.ts';
import { startFixture, type Fixture } from '../harness/fixture.ts';
import {
  noPrivateEngine,
  startPrivateEngine,
  type PrivateEngine,
} from '../harness/private-engine.ts';
import { writeShapes, type Part } from './many-shapes.ts';

const least = 200;
/** Each third stack is opened, too: two hundred starts take minutes. */
const third = 3;
const mostInWindow = 10;

describe.skipIf(noPrivateEngine !== null)('two hundred services of many shapes', () => {
  let engine: PrivateEngine;
  let fixture: Fixture;
  let manifestator: TestProgram;
  let parts: Part[];
  let awake: string[];
  let windows: string[] = [];
  /** How long each audit read Compose and the Engine, in ms. */
  const reads: number[] = [];

  beforeAll(async () => {
    engine = await startPrivateEngine({
      image: inject('tinyImage'),
      liveRestore: false,
      // each stack has networks of its own
      settings: { 'default-address-pools': [{ base: '10.210.0.0/16', size: 26 }] },
    });
    fixture = await startFixture({
      services: { manifestator: {} },
      env: { VX11_DOCKER_SOCKET: engine.socket },
      engineSocket: engine.socket,
      async before({ composeFile, docker }) {
        const whole = parse(await readFile(composeFile, 'utf8')) as Record<string, unknown>;
        parts = await writeShapes(dirname(composeFile), String(whole['name']));
        awake = parts
          .filter(({ becomesReady }, nth) => becomesReady && nth % third === 0)
          .flatMap(({ services }) => services);
        const include = parts.map((part) => part.include);
        await writeFile(composeFile, stringify({ ...whole, include }));
        await docker('compose', '-f', composeFile, '--profile', '*', 'create');
      },
    });
    manifestator = startManifestator(fixture);
    await openTarget(fixture, 'manifestator', 3600);
  });
  afterAll(async () => {
    console.log(`audits read for ${reads.join(', ')} ms`);
    await manifestator?.stop();
    // an Engine that cannot remove one of so many is removed with all of them
    await fixture?.destroy().catch((error: unknown) => console.error(error));
    await engine?.destroy();
  });

  /** What an audit finds, in words. */
  async function audit(): Promise<string[]> {
    const asked = await fixture.call('POST', '/manifestator/drift/audit', {});
    expect(asked.status, JSON.stringify(asked.body)).toBe(200);
    const { audit_id } = (asked.body as DriftAuditAnswer).audit!;
    const ended = await until('the audit has ended', async () => {
      const { body } = await fixture.call('GET', `/manifestator/drift/audits/${audit_id}`);
      return (body as DriftAudit).finished_at !== null && (body as DriftAudit);
    });
    expect(ended.status, ended.detail ?? '').toBe('done');
    expect(ended.containers).toBeGreaterThanOrEqual(least);
    reads.push(ended.read_ms!);
    const { body } = await fixture.call('GET', '/drift');
    // what a service writes into its own layer is worth knowing, and no drift
    const found = (body as DriftListAnswer).items.filter(
      ({ kind, state }) => kind !== 'rootfs_changed' || state !== 'info',
    );
    return found.map(
      ({ kind, path, expected, actual, state }) =>
        `${kind} ${path} (${state}): ${expected} → ${actual}`,
    );
  }
  /** Ids of the project's containers, with the name of their service. */
  async function containers(...filters: string[]): Promise<string[]> {
    const own = [`label=com.docker.compose.project=${fixture.project}`, ...filters];
    const format = '{{.ID}} {{.Label "com.docker.compose.service"}}';
    const args = ['ps', '-a', '--no-trunc', '--format', format];
    const text = await fixture.docker(...args, ...own.flatMap((one) => ['--filter', one]));
    return text.split('\n').filter(Boolean).toSorted();
  }
  const running = (): Promise<string[]> => containers('status=running');
  /** An Engine that stopped in the middle of a start takes that container again only as a new one. */
  const names = (lines: string[]): string[] => lines.map((line) => line.split(' ')[1]!).toSorted();
  const idsOf = (lines: string[]): string[] => lines.map((line) => line.split(' ')[0]!);
  /** Opens windows of at most ten services each, one after the other. */
  async function open(): Promise<string[]> {
    const opened: string[] = [];
    for (let at = 0; at < awake.length; at += mostInWindow) {
      const services = awake.slice(at, at + mostInWindow);
      const asked = { services, ttl_sec: 3600, wait_seconds: 60 };
      const { body } = await insist(fixture, '/operator/power/window/open', asked, 120_000);
      const { window_id } = body as { window_id: string };
      const view = await until(
        `${services.join()} are open`,
        async () => {
          const now = (await fixture.call('GET', `/vx11/windows/${window_id}`)).body as WindowView;
          return now.state !== 'opening' && now.state !== 'requested' && now;
        },
        300_000,
      );
      expect([view.state, view.services_failed]).toEqual(['open', []]);
      opened.push(window_id);
    }
    return opened;
  }
  async function close(opened: string[]): Promise<void> {
    for (const window_id of opened)
      await insist(fixture, '/vx11/window/close', { window_id }, 120_000);
  }

  test('are as declared when Compose has created them', async () => {
    expect(await audit()).toEqual([]);
  });

  test('are as declared in windows, paused and resumed, and when somebody restarted them', async () => {
    const created = await containers();
    windows = await open();
    expect(await containers()).toEqual(created);
    expect(await audit()).toEqual([]);
    const up = idsOf(await running());
    await fixture.docker('pause', ...up);
    expect(await audit()).toEqual([]);
    await fixture.docker('unpause', ...up);
    expect(await audit()).toEqual([]);
    await fixture.docker('restart', '-t', '1', ...up);
    expect(await audit()).toEqual([]);
  });

  test('are as declared after a restart of the Engine, asleep, and in another window', async () => {
    const before = await running();
    await engine.stop();
    engine.start();
    await engine.ready();
    await until(
      'what is leased runs again',
      async () => (await running()).length >= before.length,
      600_000,
    );
    expect(names(await running())).toEqual(names(before));
    expect(await audit()).toEqual([]);
    await close(windows);
    expect(await audit()).toEqual([]);
    await open();
    expect(await audit()).toEqual([]);
  });
});
