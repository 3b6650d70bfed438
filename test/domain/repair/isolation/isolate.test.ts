import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { isolate, type StackModel } from '../../../../domain/repair/isolation/isolate.ts';

const isolation = {
  project: 'vx11-repair-1',
  folder: '/copy',
  labels: { 'io.vx11.trial': '1' },
  realPaths: new Map([['/copy/link', '/srv/data']]),
};
const custom = ['!reset', '!override'].map((tag) => ({ tag, resolve: (text: string) => text }));
const override = (model: StackModel) => {
  const isolated = isolate(model, isolation);
  if ('refused' in isolated) throw new Error(isolated.refused);
  return isolated.override;
};

test('a trial has no port, name, network or volume of the host, and does not restart', () => {
  const text = override({
    services: {
      web: {
        image: 'shop/web:1',
        container_name: 'web',
        ports: [{ target: 80, published: '8080' }],
        restart: 'always',
        networks: { front: { ipv4_address: '10.1.0.2', aliases: ['www'] } },
        deploy: { restart_policy: {}, resources: { limits: { memory: '33554432' } } },
      },
    },
    networks: { front: { name: 'shared', external: true, internal: true, ipam: {} } },
    volumes: { data: { name: 'data', external: true } },
  });
  expect(text).toContain('"ports": !reset null');
  expect(text).toContain('"container_name": !reset null');
  expect(text).toContain('"networks": !override {"front": {"aliases": ["www"]}}');
  expect(text).toContain('"deploy": {"restart_policy": !reset null}');
  expect(text).toContain('"restart": "no"');
  expect(text).toContain('"front": !override {"internal": true, "labels": {"io.vx11.trial": "1"}}');
  expect(text).toContain('"data": !override {"labels": {"io.vx11.trial": "1"}}');
  expect(text).not.toContain('limits');
});

test('only what is mounted from the copy can be written, also when a link of the copy leads out', () => {
  const text = override({
    services: {
      web: {
        image: 'web',
        volumes: [
          { type: 'bind', source: '/copy/data', target: '/data' },
          { type: 'bind', source: '/copy/link', target: '/link' },
          { type: 'bind', source: '/copy2/x', target: '/x' },
          { type: 'volume', source: 'v', target: '/v' },
        ],
      },
    },
  });
  const volumes = (
    parse(text, { customTags: custom as never, logLevel: 'silent' }) as {
      services: { web: { volumes: unknown } };
    }
  ).services.web.volumes;
  const outside = { read_only: true, bind: { create_host_path: false } };
  expect(volumes).toEqual([
    { type: 'bind', source: '/copy/data', target: '/data' },
    { type: 'bind', source: '/copy/link', target: '/link', ...outside },
    { type: 'bind', source: '/copy2/x', target: '/x', ...outside },
    { type: 'volume', source: 'v', target: '/v' },
  ]);
});

test('an image that a service builds is one of the trial, also where another service uses it', () => {
  const text = override({
    services: {
      web: { image: 'shop:dev', build: { context: '.' } },
      worker: { image: 'shop:dev' },
      API: { build: { context: './api' } },
      db: { image: 'db:1' },
    },
  });
  expect(text.match(/"image": "[^"]+"/g)).toEqual([
    '"image": "vx11-repair-1-web"',
    '"image": "vx11-repair-1-web"',
    '"image": "vx11-repair-1-api"',
  ]);
  expect(text).toContain('"tags": !reset null');
});

test.each<[string, object]>([
  ['is privileged', { privileged: true }],
  ['has network_mode host', { network_mode: 'host' }],
  ['has pid host', { pid: 'host' }],
  ['has ipc container:x', { ipc: 'container:x' }],
  ['has volumes_from container:x', { volumes_from: ['container:x'] }],
  ['mounts /var/run/docker.sock', { volumes: [{ type: 'bind', source: '/var/run/docker.sock' }] }],
  ['mounts /', { volumes: [{ type: 'bind', source: '/' }] }],
  ['uses the socket of Docker', { use_api_socket: true }],
])('a service that %s is refused with that word', (word, service) => {
  const isolated = isolate({ services: { web: { image: 'x', ...service } } }, isolation);
  expect(isolated).toEqual({
    refused: `web ${word}, which reaches beyond a copy; VX11 tries no patch of such a stack`,
  });
});

test('a namespace of another service of the stack is allowed', () => {
  expect(override({ services: { a: { image: 'x', network_mode: 'service:b' } } })).toContain('a');
});
