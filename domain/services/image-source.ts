import type { ComposeService } from '../../contracts/compose.ts';
import type { ImageSource } from '../../contracts/service.ts';

const unitMs: Record<string, number> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** Compose's pull policies; like Compose, VX11 treats any other text as `missing`. */
const plainPolicies: Record<string, ImageSource['policy']> = {
  always: 'always',
  never: 'never',
  build: 'build',
  missing: 'missing',
  if_not_present: 'missing',
};

/**
 * Where a service's image comes from, by Compose's rules (`GetPullPolicy` of compose-go).
 * @param pull `x-vx11.pull`, which overrides the file's `pull_policy` like `docker compose up --pull`
 * @returns null if the service has neither an image nor a build section, or has a provider
 * @throws Error that names the invalid setting
 */
export function imageSource(
  project: string,
  name: string,
  service: ComposeService,
  pull: 'never' | 'missing' | 'always' | undefined,
): ImageSource | null {
  const { image, build } = service;
  const has_build = build !== undefined && build !== null;
  if ((image === undefined && !has_build) || service.provider !== undefined) return null;
  return {
    // Compose's default name for a built image
    ref: image ?? `${project}-${name}`,
    pullable: image !== undefined,
    has_build,
    platform: service.platform ?? null,
    volume_images: (service.volumes ?? []).flatMap((volume) =>
      volume.type === 'image' && volume.source !== undefined ? [volume.source] : [],
    ),
    ...policyOf(pull ?? service.pull_policy ?? 'missing', `services.${name}.pull_policy`),
  };
}

function policyOf(text: string, where: string): Pick<ImageSource, 'policy' | 'refresh_ms'> {
  const plain = plainPolicies[text];
  if (plain !== undefined) return { policy: plain, refresh_ms: null };
  if (text === 'daily') return { policy: 'refresh', refresh_ms: unitMs['d']! };
  if (text === 'weekly') return { policy: 'refresh', refresh_ms: unitMs['w']! };
  if (!text.startsWith('every_')) return { policy: 'missing', refresh_ms: null };
  const refresh_ms = refreshPeriod(text.slice('every_'.length));
  if (refresh_ms === null)
    throw new Error(`${where}: "${text}" is not every_ and a duration such as 12h, 2d or 1w`);
  return { policy: 'refresh', refresh_ms };
}

function refreshPeriod(text: string): number | null {
  if (!/^(\d+[smhdw])+$/.test(text)) return null;
  return [...text.matchAll(/(\d+)([smhdw])/g)].reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * unitMs[unit!]!,
    0,
  );
}

/** An image in the Engine's store. */
export interface LocalImage {
  id: string;
  /** When a pull or a build last set its name; epoch ms, 0 if the Engine does not report it. */
  tagged_at: number;
  os: string;
  architecture: string;
  variant: string;
}

/** What has to happen before a container can be created: nothing (`use`), a pull or a build; `missing`: nothing can help. */
export type ImageStep = 'use' | 'pull' | 'build' | 'missing';

/**
 * What Compose does with an image before it creates a container.
 * @param found the local image with that name and the right platform
 */
export function imageStep(source: ImageSource, found: LocalImage | null, now: number): ImageStep {
  const { policy, has_build, pullable, refresh_ms } = source;
  if (policy === 'build' && has_build) return 'build';
  const without = found !== null ? 'use' : has_build ? 'build' : 'missing';
  if (!pullable || policy === 'never' || policy === 'build') return without;
  if (policy === 'always' || found === null) return 'pull';
  return policy === 'refresh' && now > found.tagged_at + (refresh_ms ?? 0) ? 'pull' : 'use';
}

const architectures: Record<string, string> = {
  x86_64: 'amd64',
  'x86-64': 'amd64',
  aarch64: 'arm64',
  armhf: 'arm',
  armel: 'arm',
  i386: '386',
};
const operatingSystems = new Set(['linux', 'windows', 'freebsd', 'darwin', 'wasi', 'wasip1']);

/** Whether an image matches the platform that a service sets, such as `linux/arm64/v8`, `arm64` or `linux`. */
export function isOfPlatform(image: LocalImage, platform: string | null): boolean {
  if (platform === null || platform === '') return true;
  const parts = platform.toLowerCase().split('/');
  const os = parts.length > 1 || operatingSystems.has(parts[0]!) ? parts.shift()! : null;
  const [asked, variant] = parts;
  if (os !== null && os !== image.os.toLowerCase()) return false;
  if (asked === undefined) return true;
  const architecture = architectures[asked] ?? asked;
  if (architecture !== image.architecture) return false;
  // a newer ARM variant runs images for an older one
  return variant === undefined || image.variant === '' || image.variant <= variant;
}

/** Splits an image name as the Engine's pull expects it: the repository, and a tag or a digest. */
export function splitReference(ref: string): { name: string; tag: string } {
  const [named = '', digest] = ref.split('@');
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1);
  const name = colon === -1 ? named : named.slice(0, colon);
  return { name, tag: digest ?? (colon === -1 ? 'latest' : named.slice(colon + 1)) };
}

/** The registry of an image name; `docker.io` if it names none. */
export function registryOf(ref: string): string {
  const [first = '', ...rest] = ref.split('/');
  const isHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  if (!isHost) return 'docker.io';
  return first === 'index.docker.io' ? 'docker.io' : first;
}
