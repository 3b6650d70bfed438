import { ant, looks } from '../ant.ts';

const gb = 1_000_000_000;
const mostBytes = 5 * gb;
const oldMs = 30 * 86_400_000;

const words = {
  images: 'Images without a name',
  containers: 'Stopped containers of no stack',
  volumes: 'Volumes that nothing uses',
} as const;

/** Things that belong to nothing take much room, or have lain there for a month. What a catalog service uses is none, asleep or not. */
export const danglingAnt = ant({
  name: 'dangling',
  reads: 'leftovers',
  severity: 'info',
  cost_ms: 100,
  least_ms: 3_600_000,
  look: (leftovers, at) =>
    leftovers.map(({ what, count, bytes, since }) => ({
      kind: 'dangling',
      service: null,
      subkey: what,
      state:
        bytes > mostBytes || (count > 0 && since !== null && at - since > oldMs) ? 'bad' : 'good',
      severity: 'info',
      title: `${words[what]} take room`,
      detail: `${count}, ${(bytes / gb).toFixed(1)} GB in all.`,
      value: bytes,
      rule: looks(2, 1),
      suggests: [{ action: null, target: null, text: 'List them: docker system df -v' }],
    })),
});
