import { setTimeout as sleep } from 'node:timers/promises';
import type { Images } from '../../../../activities/images/images.ts';
import type { LocalImage } from '../../../../domain/services/image-source.ts';
import { pullProgress } from '../../../../domain/services/pull-progress.ts';

/** In-memory images: every image exists unless a test removes it. */
export interface FakeImages extends Images {
  /** Names of images that are not on the host. */
  absent: Set<string>;
  /** Duration of a pull in ms. */
  pullMs: number;
  /** The error that a pull throws. */
  refusal: Error | null;
  /** The calls, such as `pull tiny`. */
  calls: string[];
}

export function createFakeImages(): FakeImages {
  const fake: FakeImages = {
    absent: new Set(),
    pullMs: 0,
    refusal: null,
    calls: [],
    find: async ({ ref }) => (fake.absent.has(ref) ? null : imageOf(ref)),
    async pull({ ref }, on, signal) {
      fake.calls.push(`pull ${ref}`);
      on(pullProgress(new Map([['a', { current: 210e6, total: 480e6, done: false }]])));
      if (fake.pullMs > 0) await sleep(fake.pullMs, undefined, { signal });
      if (fake.refusal !== null) throw fake.refusal;
      fake.absent.delete(ref);
    },
    async build(service, on) {
      fake.calls.push(`build ${service}`);
      on('Step 1/1 : FROM scratch');
      fake.absent.delete(service === 'named' ? 'own:1' : `shop-${service}`);
    },
  };
  return fake;
}

const imageOf = (ref: string): LocalImage => ({
  id: `sha256:${ref}`,
  tagged_at: 0,
  os: 'linux',
  architecture: 'amd64',
  variant: '',
});
