import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createNoticeRound } from '../../../activities/notices/round.ts';
import { acknowledged } from '../../../domain/incidents/life.ts';
import { readNotify } from '../../../domain/notices/read-notify.ts';
import type { Notice } from '../../../contracts/notice.ts';
import { sendingPair } from '../notices/sender.ts';
import { startNest, web, type Nest } from './a-nest.ts';

let nest: Nest;
let pair: Awaited<ReturnType<typeof sendingPair>>;
let notify: Record<string, unknown>;
let answers: boolean;

const unhealthy = { ...web, state: 'unhealthy' } as const;
const notices = (): Notice[] => pair.received();
const titles = (): string[] => notices().map(({ title }) => title);

/** Notices of what the nest has found. */
const send = (): Promise<void> =>
  createNoticeRound(
    pair.sender.deps({
      host: 'box',
      store: nest.store,
      clock: () => nest.now,
      declared: async () => readNotify(notify),
    }),
  )();
/** Rounds of the ants, each with one of notices. */
const rounds = async (times: number): Promise<void> => {
  for (let nth = 0; nth < times; nth += 1) {
    await nest.round();
    await send();
  }
};

beforeEach(async () => {
  pair = await sendingPair();
  notify = { ...(pair.sender.notify as object), group: '0s', pace: '0s' };
  answers = true;
  nest = await startNest({ engine: async () => ({ answers }) });
  // the first round of notices begins at the newest event
  await send();
});
afterEach(async () => {
  await nest.close();
  await pair.end();
});

describe('people are notified', () => {
  test('of the cause alone while it explains the rest, and of the rest once it is over and the rest is still there', async () => {
    answers = false;
    await rounds(3);
    expect(titles()).toEqual(['The Docker Engine does not answer (box)']);
    nest.services = [unhealthy];
    await rounds(5);
    expect(await nest.events('incident.opened')).toMatchObject([
      { kind: 'unhealthy', inhibited_by: expect.stringMatching(/^incident-/) },
      { kind: 'engine_down', inhibited_by: null },
    ]);
    expect(notices()).toHaveLength(1);
    answers = true;
    await rounds(4);
    expect(await nest.events('incident.uninhibited')).toMatchObject([
      { kind: 'unhealthy', inhibited_by: null },
    ]);
    expect(titles().slice(1).toSorted()).toEqual([
      'Over: The Docker Engine does not answer (box)',
      'web is unhealthy (web)',
    ]);
    nest.services = [web];
    await rounds(4);
    expect(titles().slice(3)).toEqual(['Over: web is unhealthy (web)']);
  });

  test('of nothing but the cause if the rest ends with it', async () => {
    answers = false;
    await rounds(3);
    nest.services = [unhealthy];
    await rounds(5);
    answers = true;
    await rounds(2);
    // its own end takes longer than that of its cause
    nest.services = [web];
    await rounds(6);
    expect(titles()).toEqual([
      'The Docker Engine does not answer (box)',
      'Over: The Docker Engine does not answer (box)',
    ]);
  });

  test('once of what a cause explains only later', async () => {
    nest.services = [unhealthy];
    await rounds(4);
    answers = false;
    await rounds(4);
    answers = true;
    await rounds(5);
    expect(titles().filter((title) => title === 'web is unhealthy (web)')).toHaveLength(1);
  });

  test('of nothing that comes back while it is acknowledged', async () => {
    nest.services = [unhealthy];
    await rounds(4);
    const { incidents } = await nest.store.incidents.list({ limit: 1 });
    await nest.store.incidents.change(incidents[0]!.incident_id, (one) => {
      const until = nest.now + 3_600_000;
      const changed = acknowledged(one, { by: 'ana', until, note: null }, nest.now);
      return { incident: changed.incident, events: [] };
    });
    nest.services = [web];
    await rounds(4);
    nest.services = [unhealthy];
    await rounds(4);
    expect(titles()).toEqual(['web is unhealthy (web)', 'Over: web is unhealthy (web)']);
  });

  test('of a storm as of the worst in it, in quiet hours and by channels of that severity only', async () => {
    const [channel] = notify['channels'] as object[];
    notify = {
      ...notify,
      channels: [{ ...channel, severity: 'critical' }],
      quiet: { from: '00:00', to: '23:59' },
    };
    const many = (count: number, tier: 'window' | 'core') =>
      Array.from({ length: count }, (_, nth) => ({ ...unhealthy, name: `${tier}${nth}`, tier }));
    nest.services = [...many(14, 'window'), ...many(1, 'core')];
    await rounds(5);
    expect(notices()).toMatchObject([{ type: 'incident.storm', severity: 'critical' }]);
    expect(titles()[0]).toBe('15 incidents at once on box, 1 of them critical');
  });

  test('of no storm that a cause explains', async () => {
    answers = false;
    await rounds(3);
    nest.services = Array.from({ length: 15 }, (_, nth) => ({ ...unhealthy, name: `s${nth}` }));
    await rounds(5);
    expect(notices()).toHaveLength(1);
    answers = true;
    await rounds(4);
    expect(titles()).toContain('15 incidents at once on box');
  });
});
