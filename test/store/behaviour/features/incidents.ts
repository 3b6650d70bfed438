import { beforeAll, describe, expect, test } from 'vitest';
import type { Incident } from '../../../../contracts/incidents.ts';
import { incidentExample } from '../../../../gateway/incidents/incident-examples.ts';
import type { RoundChange } from '../../../../store/incidents/incidents.ts';
import type { Store } from '../../../../store/index.ts';
import { iso, noon } from '../../../domain/samples.ts';
import type { StoreUnderTest } from '../under-test.ts';

const idOf = (nth: number): string => `incident-${String(nth).padStart(8, '0')}`;
const anIncident = (nth: number, change: Partial<Incident> = {}): Incident => ({
  ...incidentExample,
  incident_id: idOf(nth),
  host: 'i-box',
  fingerprint: `print-${nth}`,
  detected_at: iso(noon + nth),
  ...change,
});

export function describeIncidents(under: () => StoreUnderTest): void {
  let store: Store;
  let other: Store;
  beforeAll(() => void ({ store, other } = under()));
  const none = { memories: new Map(), states: [], events: [] };
  const write = (host: string, change: Partial<RoundChange>, by = store) =>
    by.incidents.round(host, () => ({ incidents: [], ...none, ...change }));

  describe('incidents', () => {
    test('of one fingerprint are at most one that is not closed', async () => {
      const first = anIncident(1, { host: 'one' });
      await write('one', { incidents: [first] });
      const second = { ...first, incident_id: idOf(2) };
      await expect(write('one', { incidents: [second] })).rejects.toThrow(/store/);
      const closed: Incident = { ...first, status: 'closed', closed_at: iso(noon) };
      await write('one', { incidents: [closed, second] });
      const { incidents } = await other.incidents.list({ host: 'one', limit: 9 });
      expect(incidents.map(({ status }) => status).toSorted()).toEqual(['closed', 'open']);
    });

    test('are decided on one round at a time', async () => {
      const rounds = Array.from({ length: 10 }, (_, nth) =>
        (nth % 2 === 0 ? store : other).incidents.round('race', ({ incidents: [known] }) => ({
          ...none,
          incidents: [
            known === undefined
              ? anIncident(20, { host: 'race' })
              : { ...known, occurrences: known.occurrences + 1 },
          ],
        })),
      );
      await Promise.all(rounds);
      expect((await store.incidents.find(idOf(20)))?.occurrences).toBe(10);
    });

    test('that nobody has acknowledged or ended are found by their age', async () => {
      const host = 'old';
      const open = { host, severity: 'high' } as const;
      await write(host, {
        incidents: [
          anIncident(51, open),
          anIncident(52, { ...open, status: 'acknowledged' }),
          anIncident(53, { ...open, status: 'resolved' }),
          anIncident(54, open),
          anIncident(60, open),
        ],
      });
      const found = await other.incidents.unresolved(host, noon + 54);
      expect(found.map(({ incident_id }) => incident_id)).toEqual([idOf(51), idOf(54)]);
    });

    test('are listed newest first, page by page, and counted by severity', async () => {
      const all = [
        anIncident(31),
        anIncident(32, { severity: 'warn' }),
        anIncident(33, { status: 'resolved' }),
        anIncident(34, { service: 'db', status: 'acknowledged' }),
      ];
      await write('i-box', { incidents: all });
      const list = async (filter: object) => {
        const page = await other.incidents.list({ host: 'i-box', limit: 3, ...filter });
        return { ids: page.incidents.map(({ incident_id }) => incident_id), page };
      };
      const first = await list({});
      expect(first.ids).toEqual([34, 33, 32].map(idOf));
      expect((await list({ cursor: first.page.next_cursor! })).ids).toEqual([idOf(31)]);
      expect((await list({ status: 'resolved' })).ids).toEqual([idOf(33)]);
      expect((await list({ severity: 'warn' })).ids).toEqual([idOf(32)]);
      expect((await list({ service: 'db' })).ids).toEqual([idOf(34)]);
      expect(await store.incidents.open('i-box')).toEqual({
        info: 0,
        warn: 1,
        high: 2,
        critical: 0,
      });
    });

    test('keep what their ants remember, until it is forgotten or a person resolves them', async () => {
      const memory = { ant: 'health', looks: 'bb' };
      const memories = new Map([
        ['print-41', memory],
        ['print-42', memory],
      ]);
      const states = [{ ant: 'health', next_look_at: 7 }];
      await write('kept', { incidents: [anIncident(41, { host: 'kept' })], memories, states });
      expect(await other.incidents.memories('kept')).toEqual([memory, memory]);
      expect(await other.ants.states('kept')).toEqual([{ host: 'kept', state: states[0] }]);
      await write('kept', { memories: new Map([['print-42', null]]) });
      expect(await other.incidents.memories('kept')).toHaveLength(1);
      const ended = await store.incidents.change(idOf(41), (incident) => ({
        incident: { ...incident, status: 'resolved' },
        events: [],
      }));
      expect(ended?.status).toBe('resolved');
      expect(await other.incidents.memories('kept')).toEqual([]);
      expect(await store.incidents.change('incident-00000000', () => never())).toBeNull();
    });
  });
}

const never = (): never => {
  throw new Error('there is no such incident');
};
