import { expect, test } from 'vitest';
import { registryReference } from '../../../domain/services/registry-reference.ts';

test.each([
  ['nginx', 'registry-1.docker.io', 'library/nginx', 'latest'],
  ['nginx:1.27', 'registry-1.docker.io', 'library/nginx', '1.27'],
  ['grafana/loki:3', 'registry-1.docker.io', 'grafana/loki', '3'],
  ['docker.io/nginx', 'registry-1.docker.io', 'library/nginx', 'latest'],
  ['ghcr.io/a/b/c:x', 'ghcr.io', 'a/b/c', 'x'],
  ['localhost:5000/app', 'localhost:5000', 'app', 'latest'],
])('%s is asked for at %s', (ref, host, repository, tag) => {
  expect(registryReference(ref)).toEqual({ host, repository, tag });
});

test.each(['nginx@sha256:abc', `sha256:${'a'.repeat(64)}`, 'a:b:c'])('%s at none', (ref) => {
  expect(registryReference(ref)).toBeNull();
});
