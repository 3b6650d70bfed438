import { describe, expect, test } from 'vitest';
import { imageTagMissing } from '../../../../../domain/repair/rules/lifecycle/image-tag-missing.ts';
import { aCapture, fixed } from '../../a-capture.ts';

const stack =
  'services:\n  web:\n    image: acme/app:1.3 # release\n  job:\n    image: acme/app:1.2\n';
const error = 'Error response from daemon: No such image: acme/app:1.3';
const failing = (compose: string, images: string[], message = error) =>
  aCapture({
    compose,
    images,
    services: { web: { container: null } },
    red: [{ service: 'web', cause: 'not_started', detail: message }],
  });

describe('a tag that is on the host', () => {
  test.each([
    error,
    'manifest for acme/app:1.3 not found: manifest unknown: manifest unknown',
    'pull access denied for acme/app, repository does not exist or may require docker login',
    'failed to resolve reference "docker.io/acme/app:1.3": docker.io/acme/app:1.3: not found',
    'image_missing: its image acme/app:1.3 is not on this host, and its pull policy does not allow pulling it; run docker compose pull web',
  ])('of the siblings: %s', (message) => {
    expect(
      fixed(
        imageTagMissing,
        failing(stack, ['acme/app:1.2', 'acme/app:2.0', 'acme/app:latest'], message),
      ),
    ).toEqual({ 'compose.yaml': stack.replace('1.3', '1.2') });
  });

  test('the nearest one, in quotes and with CRLF', () => {
    const text = 'services:\r\n  web:\r\n    image: "postgres:16-alpin"\r\n';
    expect(
      fixed(
        imageTagMissing,
        failing(text, ['docker.io/library/postgres:16-alpine', 'postgres:15']),
      ),
    ).toEqual({ 'compose.yaml': text.replace('alpin"', 'alpine"') });
  });

  test('of the publisher, for another image of his', () => {
    const text =
      'services:\n  web:\n    image: acme/web:9.9.9\n  api:\n    image: acme/api:2.4.0\n';
    expect(fixed(imageTagMissing, failing(text, ['acme/web:2.4.0', 'acme/web:2.3.0']))).toEqual({
      'compose.yaml': text.replace('9.9.9', '2.4.0'),
    });
  });

  test('in a variable of .env, and in its default', () => {
    const text = stack.replace('app:1.3', 'app:${TAG:-1.3}');
    const capture = aCapture({
      compose: text,
      images: ['acme/app:1.2'],
      services: { web: { image: 'acme/app:1.3', container: { error } } },
    });
    expect(fixed(imageTagMissing, capture)).toEqual({
      'compose.yaml': text.replace(':-1.3', ':-1.2'),
    });
    const named = aCapture({
      compose: stack.replace('app:1.3', 'app:$TAG'),
      files: { '.env': 'TAG=1.3\n' },
      images: ['acme/app:1.2'],
      services: { web: { image: 'acme/app:1.3', container: { error } } },
    });
    expect(fixed(imageTagMissing, named)).toEqual({ '.env': 'TAG=1.2\n' });
  });
});

test('tags that are too far, or latest alone, are not chosen', () => {
  const alone = 'services:\n  web:\n    image: acme/app:1.3\n';
  expect(fixed(imageTagMissing, failing(alone, ['acme/app:nightly']))).toBe('needs_value');
  expect(fixed(imageTagMissing, failing(alone, ['acme/app:latest']))).toBe('advice');
  expect(fixed(imageTagMissing, failing(alone, ['acme/app:1.2', 'acme/app:1.4']))).toBe(
    'needs_value',
  );
});

describe('silent', () => {
  test.each([
    ['where the image is there', failing(stack, ['acme/app:1.3'])],
    ['without a message', failing(stack, ['acme/app:1.2'], 'exit code 1')],
    [
      'for an image that is built',
      failing(stack.replace('web:\n', 'web:\n    build: .\n'), ['acme/app:1.2']),
    ],
    ['for a digest', failing(stack.replace('app:1.3', 'app@sha256:abc'), ['acme/app:1.2'])],
  ])('%s', (_, capture) => expect(fixed(imageTagMissing, capture)).toBe('silent'));
});
