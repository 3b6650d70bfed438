import { describe, expect, test } from 'vitest';
import {
  readVersion,
  upstreamVersion,
  versionInFile,
  versionInMetadata,
  versionInPackage,
  versionInPath,
} from '../../../domain/programs/version.ts';

describe('the version in what a program prints', () => {
  test.each([
    ['git', 'git version 2.39.5', '2.39.5'],
    ['docker', 'Docker version 24.0.7, build afdd53b', '24.0.7'],
    ['curl', 'curl 7.88.1 (x86_64-pc-linux-gnu) libcurl/7.88.1 OpenSSL/3.0.15', '7.88.1'],
    ['ssh', 'OpenSSH_9.2p1 Debian-2+deb12u3, OpenSSL 3.0.15 3 Sep 2024', '9.2p1'],
    ['tmux', 'tmux 3.3a', '3.3a'],
    ['jq', 'jq-1.6', '1.6'],
    ['perl', '\nThis is perl 5, version 36, subversion 0 (v5.36.0) built for x86_64', '5.36.0'],
    ['java', 'openjdk version "17.0.9" 2023-10-17\nOpenJDK Runtime Environment', '17.0.9'],
    ['go', 'go version go1.22.1 linux/amd64', '1.22.1'],
    ['node', 'v24.21.0\n', '24.21.0'],
    ['gcc', 'gcc (Debian 12.2.0-14) 12.2.0\nCopyright (C) 2022', '12.2.0'],
    ['ffmpeg', 'ffmpeg version 5.1.6-0+deb12u1 Copyright (c) 2000-2024', '5.1.6'],
    ['mysql', 'mysql  Ver 15.1 Distrib 10.11.6-MariaDB, for debian-linux-gnu', '10.11.6'],
    ['kubectl', '{\n "clientVersion": {\n "gitVersion": "v1.31.0+k3s1"\n}\n}', '1.31.0+k3s1'],
    ['helm', 'v3.13.1+g3547a4b', '3.13.1'],
    ['awk', 'mawk 1.3.4 20200120\nCopyright 2008', '1.3.4'],
    ['rsync', 'rsync  version 3.2.7  protocol version 31', '3.2.7'],
    ['codex', 'codex-cli 0.50.0-alpha.3', '0.50.0-alpha.3'],
    ['pip', 'pip 23.2.1 from /usr/lib/python3.11/site-packages/pip (python 3.11)', '23.2.1'],
    ['less', 'less version 590', '590'],
  ])('of %s', (name, text, version) => expect(readVersion(text, name)).toBe(version));

  test('is not taken from a warning, an address or news of another version', () => {
    const text = [
      'WARNING: Node 12.1.0 is old',
      'A new version 9.9.9 of thing is available!',
      'see https://example.org/v8.8.8',
      'thing 1.2.3',
    ].join('\n');
    expect(readVersion(text, 'thing')).toBe('1.2.3');
  });
  test.each(['', 'no idea', 'built on 2024-01-01', 'usage: thing [-v]'])(
    'is null where there is none: %j',
    (text) => expect(readVersion(text, 'thing')).toBeNull(),
  );
  test('is found in linear time in long lines of digits and dots', { timeout: 5000 }, () => {
    expect(readVersion('1.'.repeat(100_000), 'thing')).toBe('1.1.1.1');
    expect(readVersion('a'.repeat(100_000), 'thing')).toBeNull();
  });
});

test.each([
  ['1:2.39.5-0+deb12u2', '2.39.5'],
  ['7.88.1-10+deb12u8', '7.88.1'],
  ['1.6-2.1', '1.6'],
  ['8.32', '8.32'],
  ['248+deb12u1', '248'],
  ['5:28.2.2-1~debian.12~bookworm', '28.2.2'],
  ['5.15.8+dfsg-11', '5.15.8'],
  ['', null],
])('the Debian version %j is %j upstream', (debian, upstream) =>
  expect(upstreamVersion(debian)).toBe(upstream),
);

describe('the version in a package.json', () => {
  const of = (parts: object): string =>
    JSON.stringify({ name: '@a/tool', version: '1.2.3', ...parts });
  test.each([
    [of({ bin: { tool: 'cli.js' } }), '1.2.3'],
    [of({ bin: 'cli.js' }), '1.2.3'],
    [of({ bin: { other: 'cli.js' } }), null],
    [of({}), null],
    [of({ name: 'corepack', bin: { tool: 'dist/tool.js' } }), null],
    [of({ bin: { tool: 'cli.js' }, version: 3 }), null],
    ['{"type":"module"}', null],
    ['null', null],
    ['{', null],
  ])('%s is %j', (text, version) => expect(versionInPackage(text, 'tool')).toBe(version));
});

test.each([
  ['Metadata-Version: 2.1\nName: llm\nVersion: 0.36\n\nVersion: 9', '0.36'],
  ['Metadata-Version: 2.1\nName: llm\n\nVersion: 9', null],
])('METADATA %j has the version %j', (text, version) =>
  expect(versionInMetadata(text)).toBe(version),
);

test.each([
  ['501.0.0\n', '501.0.0'],
  ['go1.22.1\ntime 2024-03-04', '1.22.1'],
  ['IMPLEMENTOR="Debian"\nJAVA_VERSION="17.0.9"\n', '17.0.9'],
  ['not a version', null],
])('the file %j has the version %j', (text, version) => expect(versionInFile(text)).toBe(version));

test.each([
  ['/opt/homebrew/Cellar/jq/1.7.1/bin/jq', '1.7.1'],
  ['/home/ana/.local/share/claude/versions/2.0.14', '2.0.14'],
  ['/home/ana/.nvm/versions/node/v20.1.0/bin/node', '20.1.0'],
  ['/usr/local/aws-cli/v2/2.15.0/dist/aws', '2.15.0'],
  ['/usr/lib/python3.11/bin/tool', null],
])('the path %s has the version %j', (path, version) => expect(versionInPath(path)).toBe(version));
