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
    ['is missing by default', {}, undefined, { policy: 'missing' }],
    ['is pull_policy of the file', { pull_policy: 'always' }, undefined, { policy: 'always' }],
    [
      'accepts if_not_present for missing',
      { pull_policy: 'if_not_present' },
      {},
      { policy: 'missing' },
    ],
    ['may be a day', { pull_policy: 'daily' }, {}, { policy: 'refresh', refresh_ms: day }],
    ['may be a week', { pull_policy: 'weekly' }, {}, { policy: 'refresh', refresh_ms: 7 * day }],
    [
      'may be any time',
      { pull_policy: 'every_1w2d3h4m5s' },
      {},
      { policy: 'refresh', refresh_ms: 9 * day + 11_045_000 },
    ],
    [
      'is x-vx11.pull of the stack, which overrides pull_policy',
      { pull_policy: 'always' },
      { pull: 'never' },
      { policy: 'never' },
    ],
    [
      'is x-vx11.pull of the service, which overrides that of the stack',
      { 'x-vx11': { pull: 'missing' } },
      { pull: 'never' },
      { policy: 'missing' },
    ],
  ])('%s', (_, service, stack, expected) => {
    expect(sourceOf({ image: 'tiny', ...service }, stack)).toMatchObject(expected);
  });

  test('that is invalid is a problem of its own service only', () => {
    const services = { web: { image: 'tiny', pull_policy: 'every_soon' } };
    const config = composeConfig.parse({ name: 'shop', services });
    expect(catalogContent(config, new Map()).services[0]!.problem?.detail).toContain(
      'services.web.pull_policy: "every_soon" is not every_ and a duration',
    );
    expect(() => sourceOf({ image: 'tiny', 'x-vx11': { pull: 'sometimes' } })).toThrow();
  });
});

test('a built image without a name has Compose’s default name and is in no registry', () => {
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

test('images mounted as volumes are listed', () => {
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
  ['missing and present', {}, image(), 'use'],
  ['missing and absent', {}, null, 'pull'],
  ['always and present', { pull_policy: 'always' }, image(), 'pull'],
  ['never and present', { pull_policy: 'never' }, image(), 'use'],
  ['never and absent', { pull_policy: 'never' }, null, 'missing'],
  ['never, absent and with a build section', { pull_policy: 'never', build: {} }, null, 'build'],
  ['build and present', { pull_policy: 'build', build: {} }, image(), 'build'],
  ['build without a build section', { pull_policy: 'build' }, null, 'missing'],
  ['refresh and young enough', { pull_policy: 'every_25h' }, image(), 'use'],
  ['refresh and too old', { pull_policy: 'every_23h' }, image(), 'pull'],
  ['refresh and of unknown age', { pull_policy: 'weekly' }, image({ tagged_at: 0 }), 'pull'],
  ['missing, absent and with a build section and a name', { build: {} }, null, 'pull'],
  ['missing, present and only built', { image: undefined, build: {} }, image(), 'use'],
  ['missing, absent and only built', { image: undefined, build: {} }, null, 'build'],
  ['always and only built', { image: undefined, build: {}, pull_policy: 'always' }, null, 'build'],
])('the next step for an image with the policy %s', (_, service, found, expected) => {
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
])('platform %s matches the image %o: %s', (platform, found, expected) => {
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
