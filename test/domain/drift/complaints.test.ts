import { describe, expect, test } from 'vitest';
import { sinceBaseline } from '../../../domain/drift/baseline.ts';
import { judge } from '../../../domain/drift/judge.ts';
import { cannotRestore, draftPatch } from '../../../domain/drift/patch/draft.ts';
import { after } from './changed-container.ts';
import { seeds, untouchedFacts } from './seeds.ts';

const environment = 'environment from a map, a list and files';

describe('what users of other tools complain of', () => {
  test('a command that the file no longer has, and the container does, is found', () => {
    const found = after(environment, 'map', ({ Config }) => {
      Config.Entrypoint = ['sh', '-c'];
    });
    expect(found.map(({ kind, path, type }) => [kind, path, type])).toEqual([
      ['command_changed', 'services.map.entrypoint', 'extra'],
    ]);
  });

  test('an ignore rule holds in the audit and for patches', () => {
    const facts = untouchedFacts();
    seeds.limits_changed[1](facts);
    facts.ignore = [{ kind: 'limits_changed', reason: 'tuned by hand', until: '2026-12-24' }];
    const [one] = judge(facts);
    expect(one).toMatchObject({ state: 'ignored', patchable: false });
    expect(cannotRestore(one!)).toContain('ignored');
    const ground = { finding: one!, containers: [], declared: {}, sources: [], values: [] };
    const readout = { declared: { name: 'shop', services: {} }, containers: [], folder: '' };
    const around = { images: new Map(), networks: new Map(), names: new Map() };
    const grounds = [{ ...ground, folder: '', readout: { ...readout, ...around } }];
    expect(draftPatch(grounds, 'restore', () => false)).toMatchObject({ operations: [] });
  });

  test('a job that ended with 0, one with 1 and a paused service are no drift: their state is for incidents', () => {
    const facts = untouchedFacts();
    for (const status of ['exited', 'paused', 'restarting', 'dead']) {
      facts.services[0]!.containers[0]!.status = status;
      expect(judge(facts)).toEqual([]);
    }
  });

  test('a vulnerability is named per package, and gone with the image that has it', () => {
    const facts = untouchedFacts();
    seeds.image_vulnerable[1](facts);
    expect(judge(facts).map(({ path }) => path)).toEqual([seeds.image_vulnerable[0]]);
    facts.services[0]!.image!.vulnerable = [];
    expect(judge(facts)).toEqual([]);
  });

  test('only the service of the changed file is named, though another file has its name', () => {
    const now = { '/a/app.env': 'read', '/b/app.env': 'read' };
    const { baseline } = sinceBaseline(null, now, 0);
    const { changes } = sinceBaseline(baseline, { '/b/app.env': 'read' }, 1);
    expect(changes.map(({ name }) => name)).toEqual(['/a/app.env']);
  });
});
