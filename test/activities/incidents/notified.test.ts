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

  describe('again of what is high and still there', () => {
    const hours = async (count: number): Promise<void> => {
      for (let nth = 0; nth < count * 6; nth += 1) {
        nest.now += 570_000;
        await nest.round(false);
        await send();
      }
    };
    const still = (): string[] => titles().filter((title) => title.startsWith('Still open'));
    beforeEach(async () => {
      nest.services = [unhealthy];
      await rounds(4);
    });

    test('every four hours, until it is over', async () => {
      await hours(3.5);
      expect(still()).toEqual([]);
      await hours(1);
      expect(still()).toEqual([
        expect.stringMatching(
          /^Still open since 2026-01-05T12:\d\d:30.000Z: web is unhealthy \(web\)$/,
        ),
      ]);
      await hours(4);
      expect(still()).toHaveLength(2);
      nest.services = [web];
      await hours(5);
      expect(still()).toHaveLength(2);
      expect(titles().at(-1)).toBe('Over: web is unhealthy (web)');
    });

    test('not while it is acknowledged, or if the settings say never', async () => {
      notify = { ...notify, repeat: '0s' };
      await hours(5);
      const { incidents } = await nest.store.incidents.list({ limit: 1 });
      await nest.store.incidents.change(incidents[0]!.incident_id, (one) => {
        const ack = { by: 'ana', until: nest.now + 86_400_000, note: null };
        return { incident: acknowledged(one, ack, nest.now).incident, events: [] };
      });
      notify = { ...notify, repeat: '1h' };
      await hours(5);
      expect(still()).toEqual([]);
    });

    test('once after quiet hours, however long they were', async () => {
      notify = { ...notify, quiet: { from: '13:00', to: '23:00' } };
      await hours(10);
      expect(still()).toEqual([]);
      await hours(1.5);
      expect(still()).toHaveLength(1);
    });
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
