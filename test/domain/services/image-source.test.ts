import { describe, expect, test } from 'vitest';
import { composeConfig } from '../../../contracts/compose.ts';
import type { ImageSource } from '../../../contracts/service.ts';
import { catalogContent } from '../../../domain/services/catalog.ts';
import {
  imageStep,
  isOfPlatform,
  registryOf,
  splitReference,
  type ImageStep,
  type LocalImage,
} from '../../../domain/services/image-source.ts';
import { noon } from '../samples.ts';

const day = 86_400_000;

const sourceOf = (service: object, stack?: object): ImageSource | null | undefined => {
  const config = { name: 'shop', services: { web: service }, ...(stack && { 'x-vx11': stack }) };
  return catalogContent(composeConfig.parse(config), new Map()).services[0]!.image_source;
};

describe('the pull policy of a service', () => {
  test.each<[string, object, object | undefined, Partial<ImageSource>]>([
    ['is missing where nothing is said', {}, undefined, { policy: 'missing' }],
    ['is the one of the file', { pull_policy: 'always' }, undefined, { policy: 'always' }],
    ['has another name for missing', { pull_policy: 'if_not_present' }, {}, { policy: 'missing' }],
    ['may be a day', { pull_policy: 'daily' }, {}, { policy: 'refresh', refresh_ms: day }],
    ['may be a week', { pull_policy: 'weekly' }, {}, { policy: 'refresh', refresh_ms: 7 * day }],
    [
      'may be any time',
      { pull_policy: 'every_1w2d3h4m5s' },
      {},
      { policy: 'refresh', refresh_ms: 9 * day + 11_045_000 },
    ],
    ['is that of the stack', { pull_policy: 'always' }, { pull: 'never' }, { policy: 'never' }],
    [
      'is its own above that of the stack',
      { 'x-vx11': { pull: 'missing' } },
      { pull: 'never' },
      { policy: 'missing' },
    ],
  ])('%s', (_, service, stack, expected) => {
    expect(sourceOf({ image: 'tiny', ...service }, stack)).toMatchObject(expected);
  });

  test('that cannot be understood is the fault of its own service', () => {
    const services = { web: { image: 'tiny', pull_policy: 'every_soon' } };
    const config = composeConfig.parse({ name: 'shop', services });
    expect(catalogContent(config, new Map()).services[0]!.problem?.detail).toContain(
      'services.web.pull_policy: "every_soon" is not every_ and a duration',
    );
    expect(() => sourceOf({ image: 'tiny', 'x-vx11': { pull: 'sometimes' } })).toThrow();
  });
});

test('what is only built has the name that Compose gives it, and is in no registry', () => {
  expect(sourceOf({ build: { context: '.' } })).toMatchObject({
    ref: 'shop-web',
    pullable: false,
    has_build: true,
  });
  expect(sourceOf({ image: 'own', build: { context: '.' } })).toMatchObject({
    ref: 'own',
    pullable: true,
    has_build: true,
  });
  expect(sourceOf({ provider: { type: 'x' } })).toBeNull();
});

test('images that are mounted are known', () => {
  const volumes = [
    { type: 'image', source: 'data:1' },
    { type: 'volume', source: 'state' },
  ];
  expect(sourceOf({ image: 'tiny', volumes })).toMatchObject({ volume_images: ['data:1'] });
});

const image = (change: Partial<LocalImage> = {}): LocalImage => ({
  id: 'sha256:1',
  tagged_at: noon - day,
  os: 'linux',
  architecture: 'amd64',
  variant: '',
  ...change,
});

test.each<[string, object, LocalImage | null, ImageStep]>([
  ['missing, and here', {}, image(), 'use'],
  ['missing, and not here', {}, null, 'pull'],
  ['always, and here', { pull_policy: 'always' }, image(), 'pull'],
  ['never, and here', { pull_policy: 'never' }, image(), 'use'],
  ['never, and not here', { pull_policy: 'never' }, null, 'missing'],
  ['never, not here and with a build', { pull_policy: 'never', build: {} }, null, 'build'],
  ['build, and here', { pull_policy: 'build', build: {} }, image(), 'build'],
  ['build without a build', { pull_policy: 'build' }, null, 'missing'],
  ['young enough', { pull_policy: 'every_25h' }, image(), 'use'],
  ['too old', { pull_policy: 'every_23h' }, image(), 'pull'],
  ['of no known age', { pull_policy: 'weekly' }, image({ tagged_at: 0 }), 'pull'],
  ['with a build and a name, not here', { build: {} }, null, 'pull'],
  ['built, and here', { image: undefined, build: {} }, image(), 'use'],
  ['built, and not here', { image: undefined, build: {} }, null, 'build'],
  ['built, always', { image: undefined, build: {}, pull_policy: 'always' }, null, 'build'],
])('an image that is %s', (_, service, found, expected) => {
  const source = sourceOf({ image: 'tiny', ...service })!;
  expect(imageStep(source, found, noon)).toBe(expected);
});

test.each([
  [null, image(), true],
  ['linux', image(), true],
  ['linux/amd64', image(), true],
  ['amd64', image(), true],
  ['linux/x86_64', image(), true],
  ['linux/arm64', image(), false],
  ['windows/amd64', image(), false],
  ['linux/arm64/v8', image({ architecture: 'arm64' }), true],
  ['linux/aarch64', image({ architecture: 'arm64', variant: 'v8' }), true],
  ['linux/arm/v7', image({ architecture: 'arm', variant: 'v6' }), true],
  ['linux/arm/v6', image({ architecture: 'arm', variant: 'v7' }), false],
])('for the platform %s an image of %o: %s', (platform, found, expected) => {
  expect(isOfPlatform(found, platform)).toBe(expected);
});

test.each([
  ['redis', 'redis', 'latest', 'docker.io'],
  ['redis:7', 'redis', '7', 'docker.io'],
  ['grafana/loki:3', 'grafana/loki', '3', 'docker.io'],
  ['ghcr.io/a/b', 'ghcr.io/a/b', 'latest', 'ghcr.io'],
  ['localhost/x:1', 'localhost/x', '1', 'localhost'],
  ['127.0.0.1:5000/x', '127.0.0.1:5000/x', 'latest', '127.0.0.1:5000'],
  ['index.docker.io/x', 'index.docker.io/x', 'latest', 'docker.io'],
  ['host:5000/x:1@sha256:ab', 'host:5000/x', 'sha256:ab', 'host:5000'],
])('%s is %s with %s at %s', (ref, name, tag, registry) => {
  expect(splitReference(ref)).toEqual({ name, tag });
  expect(registryOf(ref)).toBe(registry);
});
