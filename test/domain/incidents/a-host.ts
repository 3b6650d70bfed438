import type { Incident } from '../../../contracts/incidents.ts';
import { looks, type Sighting } from '../../../domain/incidents/ant.ts';
import { ancestorsIn } from '../../../domain/incidents/inhibit.ts';
import { judge, type AntLook, type Judgement } from '../../../domain/incidents/judge.ts';
import type { Memory } from '../../../domain/incidents/memory.ts';
import { subjectText } from '../../../domain/incidents/subject.ts';

const began = Date.parse('2026-11-29T12:00:00.000Z');

/** A sighting of an unhealthy service; three looks open and close it. */
export const sighting = (change: Partial<Sighting> = {}): Sighting => ({
  kind: 'unhealthy',
  service: 'web',
  subkey: '',
  state: 'bad',
  severity: 'high',
  title: 'web is unhealthy',
  detail: 'Its health check fails.',
  value: null,
  rule: looks(3),
  ...change,
});

/** A host whose looks are judged one after the other, as its activity does it. */
export class AHost {
  at = began;
  memories = new Map<string, Memory>();
  /** All, in the order in which they were opened. */
  incidents = new Map<string, Incident>();
  /** Everything that was announced, in order. */
  announced: string[] = [];
  made = 0;
  toNotify: Incident[] = [];
  asleep = new Set<string>();
  moving = new Set<string>();
  parents = new Map<string, string[]>();

  /** Judges one look of an ant, half a minute after the last one. */
  look(sightings: Sighting[] | null, ant = 'health', afterMs = 30_000): Judgement {
    return this.round([{ ant, sightings }], afterMs);
  }

  round(antLooks: AntLook[], afterMs = 30_000): Judgement {
    this.at += afterMs;
    const live = [...this.incidents.values()].filter(({ status }) => status !== 'closed');
    const judged = judge(
      antLooks,
      { memories: [...this.memories.values()], incidents: live },
      {
        host: 'box',
        at: this.at,
        correlation_id: 'ants:box',
        isAsleep: (service) => this.asleep.has(service),
        isMoving: (service) => this.moving.has(service),
        patchedSince: () => null,
        ancestors: ancestorsIn(this.parents),
        fingerprint: (subject) => subjectText('box', subject),
        newId: () => `incident-${String((this.made += 1)).padStart(8, '0')}`,
      },
    );
    for (const [print, memory] of judged.memories) {
      if (memory === null) this.memories.delete(print);
      else this.memories.set(print, memory);
    }
    for (const one of judged.incidents) this.incidents.set(one.incident_id, one);
    this.announced.push(...judged.announced.map(({ type }) => type));
    this.toNotify.push(...judged.toNotify);
    return judged;
  }

  /** The same look several times. */
  looks(times: number, change: Partial<Sighting> = {}): void {
    for (let nth = 0; nth < times; nth += 1) this.look([sighting(change)]);
  }

  get list(): Incident[] {
    return [...this.incidents.values()];
  }

  get only(): Incident {
    const [one, ...more] = this.list;
    if (one === undefined || more.length > 0) throw new Error(`${more.length + 1} incidents`);
    return one;
  }

  change(change: (incident: Incident) => Incident): void {
    const now = change(this.only);
    this.incidents.set(now.incident_id, now);
  }
}
