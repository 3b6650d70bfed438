import type { Suggestion } from '../../../contracts/incidents.ts';
import { ant, below, lasting, looks, percent, type Sighting } from '../ant.ts';
import type { DiskFact } from '../facts.ts';
import { secondsUntilFull } from '../trend.ts';

const dayS = 86_400;
const makeRoom: Suggestion[] = [
  { action: null, target: null, text: 'Remove what belongs to nothing: docker system df -v' },
];

/** A file system fills up: it is nearly full, nearly out of inodes, or will be full within a day. */
export const diskAnt = ant({
  name: 'disk',
  reads: 'disks',
  severity: 'critical',
  cost_ms: 2,
  look: (disks, at) => disks.flatMap((disk) => lookAt(disk, at)),
});

function lookAt(disk: DiskFact, at: number): Sighting[] {
  const { path, free, free_inodes, free_bytes, history } = disk;
  const about = { service: null, subkey: path, suggests: makeRoom } as const;
  const space: Sighting = {
    ...about,
    kind: 'disk',
    state: below(free, 0.1, 0.15),
    severity: free < 0.05 ? 'critical' : 'high',
    title: `${path} is nearly full`,
    detail: `${percent(free)} of it is free.`,
    value: 1 - free,
    rule: lasting(120, 300),
  };
  const left = secondsUntilFull([...history, [at, free_bytes]]);
  const fills: Sighting = {
    ...about,
    kind: 'disk_fills',
    state: left !== null && left < dayS ? 'bad' : 'good',
    severity: 'warn',
    title: `${path} will be full within a day`,
    detail:
      left === null ? 'It does not fill.' : `It will be full in ${Math.round(left / 3600)} h.`,
    value: left === null ? null : -left,
    rule: looks(2),
  };
  if (free_inodes === null) return [space, fills];
  const inodes: Sighting = {
    ...about,
    kind: 'inodes',
    state: below(free_inodes, 0.1, 0.15),
    severity: free_inodes < 0.05 ? 'critical' : 'high',
    title: `${path} is nearly out of inodes`,
    detail: `${percent(free_inodes)} of its inodes are free.`,
    value: 1 - free_inodes,
    rule: lasting(120, 300),
  };
  return [space, fills, inodes];
}
