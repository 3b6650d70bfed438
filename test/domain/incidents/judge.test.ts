import { describe, expect, test } from 'vitest';
import { looks } from '../../../domain/incidents/ant.ts';
import { acknowledged, reopenMs } from '../../../domain/incidents/life.ts';
import { AHost, sighting } from './a-host.ts';

const good = { state: 'good' } as const;

describe('trouble', () => {
  test('is an incident after looks in a row, and is over after looks in a row', () => {
    const host = new AHost();
    host.looks(2);
    expect(host.list).toEqual([]);
    host.looks(1);
    expect(host.only).toMatchObject({ status: 'open', occurrences: 1, service: 'web' });
    host.looks(2, good);
    host.looks(1);
    host.looks(2, good);
    expect(host.only.status).toBe('open');
    host.looks(1, good);
    expect(host.only).toMatchObject({ status: 'resolved', resolved_by: 'looks' });
    expect(host.announced).toEqual(['incident.opened', 'incident.resolved']);
  });

  test('has to last as long as its rule says', () => {
    const host = new AHost();
    const rule = { open: { looks: 2, ms: 120_000 }, clear: { looks: 3, ms: 300_000 } };
    host.looks(4, { rule });
    expect(host.list).toEqual([]);
    host.looks(1, { rule });
    expect(host.only.status).toBe('open');
    host.looks(9, { rule, ...good });
    expect(host.only.status).toBe('open');
    host.looks(2, { rule, ...good });
    expect(host.only.status).toBe('resolved');
  });

  test('that is worse than gone keeps what is', () => {
    const host = new AHost();
    host.looks(9, { state: 'between' });
    expect(host.list).toEqual([]);
    host.looks(3);
    host.looks(9, { state: 'between' });
    expect(host.only.status).toBe('open');
  });

  test('that is no longer mentioned is gone', () => {
    const host = new AHost();
    host.looks(3);
    for (let nth = 0; nth < 3; nth += 1) host.look([]);
    expect(host.only.status).toBe('resolved');
  });

  test.each([
    ['a failed look', (host: AHost) => host.look(null)],
    ['a look that saw nothing', (host: AHost) => host.look([sighting({ state: 'unknown' })])],
    ['a look that came late', (host: AHost) => host.look([sighting(good)], 'health', -60_000)],
    ['a look of another ant', (host: AHost) => host.look([], 'oom')],
    ['no look', (host: AHost) => host.round([])],
  ])('is not over by %s', (_, unseen) => {
    const host = new AHost();
    host.looks(3);
    for (let nth = 0; nth < 10; nth += 1) unseen(host);
    expect(host.only.status).toBe('open');
    host.at += 3_600_000;
    host.looks(3, good);
    expect(host.only.status).toBe('resolved');
  });

  test('whose looks fail is marked as stale, until one succeeds', () => {
    const host = new AHost();
    host.looks(3);
    host.look(null);
    expect(host.only.stale_since).not.toBeNull();
    host.looks(1);
    expect(host.only.stale_since).toBeNull();
  });
});

describe('an incident', () => {
  test('that comes back within half an hour is the same one, and a new one later', () => {
    const host = new AHost();
    host.looks(3);
    host.looks(3, good);
    host.looks(3);
    expect(host.only).toMatchObject({ status: 'open', reopened: 1 });
    host.looks(3, good);
    host.at += reopenMs;
    host.looks(3);
    expect(host.list.map(({ status }) => status)).toEqual(['closed', 'open']);
    expect(host.announced.slice(2)).toEqual([
      'incident.reopened',
      'incident.resolved',
      'incident.closed',
      'incident.opened',
    ]);
  });

  // IncidentRelay#84, alertmanager#204
  test('that goes on and off every 2 looks for an hour is one, flapping, and announced twice', () => {
    const host = new AHost();
    for (let nth = 0; nth < 120; nth += 1)
      host.looks(1, { state: nth % 4 < 2 ? 'bad' : 'good', rule: looks(2) });
    expect(host.only).toMatchObject({ status: 'open', flapping: true, reopened: 0 });
    expect(host.announced).toEqual(['incident.opened', 'incident.flapping']);
    host.looks(2);
    host.looks(3, good);
    expect(host.only.status).toBe('open');
    host.looks(1, good);
    expect(host.only).toMatchObject({ status: 'resolved', flapping: false });
  });

  // keep#6793
  test('that was acknowledged stays so with its notes, for new occurrences, and when it comes back', () => {
    const host = new AHost();
    host.looks(3);
    const until = host.at + 3_600_000;
    host.change((one) => acknowledged(one, { by: 'ana', until, note: 'known' }, host.at).incident);
    host.looks(5);
    const kept = { status: 'acknowledged', acked_by: 'ana', occurrences: 6 };
    expect(host.only).toMatchObject({ ...kept, notes: [{ by: 'ana', text: 'known' }] });
    host.looks(3, good);
    host.looks(3);
    expect(host.only).toMatchObject({ status: 'acknowledged', acked_by: 'ana', reopened: 1 });
    host.at = until;
    host.looks(1);
    expect(host.only).toMatchObject({ status: 'open', acked_by: null });
  });

  test('that gets worse opens again although it was acknowledged', () => {
    const host = new AHost();
    host.looks(3, { severity: 'warn' });
    const ack = { by: 'ana', until: host.at + 3_600_000, note: null };
    host.change((one) => acknowledged(one, ack, host.at).incident);
    host.looks(1, { severity: 'critical' });
    expect(host.only).toMatchObject({ status: 'open', severity: 'critical', acked_by: null });
    expect(host.announced.at(-1)).toBe('incident.rose');
    // and does not get better before it is over
    host.looks(1, { severity: 'info' });
    expect(host.only.severity).toBe('critical');
  });

  // keep#4766, #2292
  test('never merges with that of another kind, service or subject', () => {
    const host = new AHost();
    const all = [
      sighting(),
      sighting({ service: 'db' }),
      sighting({ kind: 'service_down' }),
      sighting({ kind: 'disk', service: null, subkey: '/' }),
      sighting({ kind: 'disk', service: null, subkey: '/home' }),
    ];
    for (let nth = 0; nth < 5; nth += 1) host.look(all);
    expect(host.list).toHaveLength(all.length);
    expect(new Set(host.list.map(({ fingerprint }) => fingerprint)).size).toBe(all.length);
  });

  test('keeps its first, its last and its worst 20 looks, in 8 KB', () => {
    const host = new AHost();
    for (let nth = 0; nth < 60; nth += 1)
      host.looks(1, { value: (nth * 37) % 60, detail: 'x'.repeat(300) });
    const { first, last, worst } = host.only.evidence;
    expect([first.value, last.value]).toEqual([(2 * 37) % 60, (59 * 37) % 60]);
    expect(worst.map(({ value }) => value)).toEqual(worst.map((_, nth) => 59 - nth));
    expect(worst.length).toBeGreaterThan(10);
    expect(JSON.stringify(host.only.evidence).length).toBeLessThanOrEqual(8192);
  });

  test('10,000 occurrences of 50 subjects are 50 incidents', () => {
    const host = new AHost();
    const all = Array.from({ length: 50 }, (_, nth) => sighting({ service: `s${nth}` }));
    for (let nth = 0; nth < 202; nth += 1) host.look(all);
    expect(host.list).toHaveLength(50);
    expect(host.list.reduce((sum, { occurrences }) => sum + occurrences, 0)).toBe(10_000);
  });
});

describe('what sleeps', () => {
  test('is no incident, whatever looks say', () => {
    const host = new AHost();
    host.asleep.add('web');
    host.looks(20);
    expect([host.list, [...host.memories]]).toEqual([[], []]);
  });

  test('ends its incident, and counts from the beginning when it wakes', () => {
    const host = new AHost();
    host.looks(3);
    host.asleep.add('web');
    host.round([]);
    expect(host.only).toMatchObject({ status: 'resolved', resolved_by: 'asleep' });
    host.asleep.clear();
    host.looks(2);
    expect(host.only.status).toBe('resolved');
    host.looks(1);
    expect(host.only).toMatchObject({ status: 'open', reopened: 1 });
  });

  test('is none while its window opens or closes, and looks then do not count', () => {
    const host = new AHost();
    host.moving.add('web');
    host.looks(20);
    expect(host.list).toEqual([]);
    host.moving.clear();
    host.looks(3);
    host.moving.add('web');
    for (let nth = 0; nth < 5; nth += 1) host.look([]);
    expect(host.only.status).toBe('open');
  });

  test('leaves no trace in any order of looks, sleep and movement', () => {
    // every sequence of five rounds: trouble seen or not, asleep, moving or held
    const acts = ['bad', 'good', 'asleep', 'moving'] as const;
    const wrong: string[] = [];
    for (let code = 0; code < acts.length ** 5; code += 1) {
      const host = new AHost();
      const sequence = [0, 1, 2, 3, 4].map((nth) => acts[Math.floor(code / 4 ** nth) % 4]!);
      for (const act of sequence) {
        host.asleep = new Set(act === 'asleep' ? ['web'] : []);
        host.moving = new Set(act === 'moving' ? ['web'] : []);
        host.looks(1, { state: act === 'good' ? 'good' : 'bad', rule: looks(1, 1) });
        const isOn = host.list.some(({ status }) => status === 'open');
        if (act === 'asleep' && isOn) wrong.push(sequence.join());
      }
      if (!sequence.includes('bad') && host.list.length > 0) wrong.push(sequence.join());
    }
    expect(wrong).toEqual([]);
  });
});

describe('an incident that another one explains', () => {
  const engine = sighting({ kind: 'engine_down', service: null, rule: looks(1, 1) });
  const cpu = sighting({ kind: 'cpu', service: null, subkey: 'pressure', rule: looks(1, 1) });

  test.each([
    ['the Engine is away', engine, 'engine'],
    ['the host is under pressure', cpu, 'cpu'],
    ['what it depends on is in trouble', sighting({ service: 'db', rule: looks(1, 1) }), 'parent'],
  ])('is kept, and announced only once %s no more', (_, cause, ant) => {
    const host = new AHost();
    host.parents = new Map([
      ['web', ['api']],
      ['api', ['db', 'web']],
    ]);
    const round = (state: 'bad' | 'good') =>
      host.round([
        { ant, sightings: [{ ...cause, state }] },
        { ant: 'health', sightings: [sighting()] },
      ]);
    for (let nth = 0; nth < 4; nth += 1) round('bad');
    const [why, web] = host.list;
    expect(web).toMatchObject({ service: 'web', inhibited_by: why!.incident_id, announced: null });
    expect(host.toNotify.map(({ kind }) => kind)).toEqual([cause.kind]);
    round('good');
    expect(host.list[1]).toMatchObject({ inhibited_by: null, announced: 'high' });
    expect(host.toNotify.at(-1)!.service).toBe('web');
  });

  test('is none of a disk, nor of a cause that is only a warning', () => {
    const host = new AHost();
    const disk = sighting({ kind: 'disk', service: null, subkey: '/', rule: looks(1) });
    const mild = { ...cpu, severity: 'warn' as const };
    for (let nth = 0; nth < 4; nth += 1) {
      host.round([
        { ant: 'engine', sightings: [engine] },
        { ant: 'disk', sightings: [disk] },
      ]);
    }
    expect(host.list.map(({ inhibited_by }) => inhibited_by)).toEqual([null, null]);
    const other = new AHost();
    for (let nth = 0; nth < 4; nth += 1)
      other.round([
        { ant: 'cpu', sightings: [mild] },
        { ant: 'health', sightings: [sighting()] },
      ]);
    expect(other.list.map(({ inhibited_by }) => inhibited_by)).toEqual([null, null]);
  });
});

test('a lane is informed once for an incident and once for each rise, and of no remark', () => {
  const host = new AHost();
  host.looks(5, { severity: 'info' });
  expect(host.toNotify).toEqual([]);
  for (const severity of ['warn', 'warn', 'high', 'high', 'warn', 'critical'] as const)
    host.looks(2, { severity });
  expect(host.toNotify.map(({ severity }) => severity)).toEqual(['warn', 'high', 'critical']);
});
