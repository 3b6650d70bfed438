import { spawn } from 'node:child_process';
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, inject } from 'vitest';
import type { CheckRunAnswer } from '../../contracts/checks.ts';
import type { PlanView } from '../../contracts/plan.ts';
import type { RepairAnswer } from '../../contracts/repair.ts';
import { repairHasEnded } from '../../domain/repair/ends.ts';
import { trialLabel } from '../../activities/repair/trial/labels.ts';
import { label } from '../../activities/sandbox/template.ts';
import { startStack, type TestStack } from '../stack/stack.ts';
import { until } from '../stack/wait.ts';

/** A web server on a port of its own setting. The checks ask on 8080. */
export const webOn = (port: number, more: object = {}) => ({
  command: ['sh', '-c', 'echo ok > /tmp/index.html; exec httpd -f -p "$$PORT" -h /tmp'],
  environment: { PORT: String(port) },
  expose: ['8080'],
  'x-vx11': {
    checks: [{ name: 'page', url: 'http://web:8080/', conditions: ['[STATUS] == 200'] }],
  },
  ...more,
});

const main = join(import.meta.dirname, '../../cli/main.ts');

/** A stack whose service web is checked and repaired. */
export interface RepairStack {
  stack: TestStack;
  vx11(...args: string[]): Promise<{ code: number | null; out: string; err: string }>;
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body?: object): Promise<T>;
  /** Runs a suite, by default that of web, and waits for the end. */
  checked(suite?: string): Promise<CheckRunAnswer>;
  /** Starts a repair and waits until it has ended, or its patch waits for a person. */
  repaired(body?: object): Promise<RepairAnswer>;
  decided(id: string, ended?: boolean): Promise<RepairAnswer>;
  confirm(planId: string): Promise<void>;
  /** Every file of the stack's folder: its bytes, mode, owner and time. */
  tree(): unknown[][];
  /** What copies have left: containers, networks, volumes and folders. */
  left(): Promise<string[]>;
}

/** @param policy beside a short `settle` */
export async function startRepairStack(
  policy: object = {},
  env: Record<string, string> = {},
): Promise<RepairStack> {
  return repairsOn(
    await startStack({
      temporalAddress: inject('temporalAddress'),
      services: { web: webOn(8080), other: {} },
      'x-vx11': { repair: { settle: '2s', ...policy } },
      env,
    }),
  );
}

/** What a test of repairs does with a stack. */
export function repairsOn(stack: TestStack): RepairStack {
  function vx11(...args: string[]) {
    const env = { PATH: process.env.PATH, VX11_URL: stack.url, VX11_TOKEN: stack.token };
    const child = spawn(process.execPath, [main, ...args], { env });
    const output = { out: '', err: '' };
    child.stdout.on('data', (part: Buffer) => (output.out += part.toString()));
    child.stderr.on('data', (part: Buffer) => (output.err += part.toString()));
    return new Promise<{ code: number | null; out: string; err: string }>((resolve) =>
      child.on('close', (code) => resolve({ code, ...output })),
    );
  }

  const get = async <T>(path: string): Promise<T> => (await stack.call('GET', path)).body as T;
  const post = async <T>(path: string, body: object = {}): Promise<T> =>
    (await stack.call('POST', path, body)).body as T;

  async function checked(suite = 'web'): Promise<CheckRunAnswer> {
    // a suite that was just written is known a moment later
    const run_id = await until('the run has started', async () => {
      const answer = await post<{ run_id?: string }>('/vx11/checks', { suite });
      return answer.run_id;
    });
    const path = `/vx11/checks/${run_id}`;
    await until('the run has ended', async () => {
      const { run } = await get<CheckRunAnswer>(path);
      return run.finished_at !== null;
    });
    return get(path);
  }

  async function repaired(body: object = {}): Promise<RepairAnswer> {
    const { repair_id } = await post<{ repair_id: string }>('/vx11/repairs', body);
    return decided(repair_id);
  }
  async function decided(id: string, ended = false): Promise<RepairAnswer> {
    const path = `/vx11/repairs/${id}`;
    await until(
      'the repair is decided',
      async () => {
        const { repair } = await get<RepairAnswer>(path);
        return repairHasEnded(repair) || (!ended && repair.status === 'waiting');
      },
      240_000,
    );
    return get(path);
  }

  async function confirm(planId: string): Promise<void> {
    const { plan_hash } = await get<PlanView>(`/madre/plans/${planId}`);
    const { confirm_token } = await post<{ confirm_token: string }>(
      `/madre/plans/${planId}/token`,
      {
        plan_hash,
      },
    );
    const answer = await stack.call('POST', `/madre/plans/${planId}/confirm`, { confirm_token });
    expect(answer.status).toBe(200);
  }

  const tree = () => {
    const folder = dirname(stack.composeFile);
    const names = readdirSync(folder, { recursive: true }) as string[];
    return names.toSorted().map((name) => {
      const stats = lstatSync(join(folder, name));
      const { mode, uid, gid, mtimeMs } = stats;
      // the time of a folder changes with its entries
      if (!stats.isFile()) return [name, mode, uid, gid];
      // a time is put back to the millisecond
      return [name, readFileSync(join(folder, name), 'utf8'), mode, uid, gid, Math.floor(mtimeMs)];
    });
  };
  const left = async (): Promise<string[]> => {
    // other files may be trying patches at the same time
    const own = [`label=${trialLabel}`, `label=${label.owner}=${stack.home}`];
    const filters = own.flatMap((one) => ['--filter', one]);
    const found = await Promise.all([
      stack.docker('ps', '-aq', ...filters),
      stack.docker('network', 'ls', '-q', ...filters),
      stack.docker('volume', 'ls', '-q', ...filters),
    ]);
    const copies = (() => {
      try {
        return readdirSync(join(stack.home, 'trials'));
      } catch {
        return [];
      }
    })();
    return [...found.join('\n').split('\n').filter(Boolean), ...copies];
  };

  return { stack, vx11, get, post, checked, repaired, decided, confirm, tree, left };
}
