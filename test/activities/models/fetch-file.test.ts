import { readFile, mkdtemp, readdir, rm, writeFile, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ModelFailure } from '../../../activities/models/failure.ts';
import { fetchFile } from '../../../activities/models/fetch-file.ts';
import { bytesKey } from '../../../activities/models/folder.ts';
import { createHub } from '../../../activities/models/hub.ts';
import { createHubClient } from '../../../activities/models/hub-client.ts';
import type { HubFile } from '../../../contracts/model-files.ts';
import { ggufFile, startHub, type StandInHub } from './stand-in-hub.ts';

const size = 400_000;
const bytes = ggufFile(size);
const signal = new AbortController().signal;
let hub: StandInHub;
let root: string;
let seen: number[];
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'vx11-models-'));
  hub = await startHub({
    'ana/tiny': { files: { 'tiny.gguf': bytes, 'small.gguf': bytes }, small: ['small.gguf'] },
  });
  seen = [];
});
afterEach(async () => {
  await hub.close();
  await rm(root, { recursive: true });
});

const clientOf = (token: string | null = null) => createHubClient({ url: hub.url, token });
const listed = async (path: string): Promise<HubFile> => {
  const { files } = await createHub(clientOf()).repository('ana/tiny', 'main', signal);
  return files!.find((file) => file.path === path)!;
};
/** One call, as one try of the activity makes it. */
const fetchOnce = async (file: HubFile, token: string | null = null, known: string | null = null) =>
  fetchFile(
    { client: clientOf(token), root, signal, onBytes: (now) => seen.push(now) },
    { repo: 'ana/tiny', commit: hub.commit },
    file,
    known,
  );
const failure = async (work: Promise<unknown>): Promise<ModelFailure> =>
  work.then(
    () => expect.fail('it did not fail'),
    (error: unknown) => {
      expect(error).toBeInstanceOf(ModelFailure);
      return error as ModelFailure;
    },
  );
const partial = async (file: HubFile): Promise<Buffer> =>
  readFile(join(root, '@partial', bytesKey(file)));

describe('a file is fetched', () => {
  test.each(['tiny.gguf', 'small.gguf'])('whole, and its hash proved: %s', async (path) => {
    const file = await listed(path);
    await fetchOnce(file);
    expect((await partial(file)).equals(bytes)).toBe(true);
    expect(seen.at(-1)).toBe(size);
    expect(hub.counts).toMatchObject({ ranges: [null], bytes: size });
  });
  test('with a token that the second origin never sees', async () => {
    await fetchOnce(await listed('tiny.gguf'), 'granted');
    expect(hub.counts).toMatchObject({ leaked: 0, bytes: size });
  });
  test('once: a repeated call only proves the hash', async () => {
    const file = await listed('tiny.gguf');
    await fetchOnce(file);
    await fetchOnce(file);
    expect(hub.counts.ranges).toEqual([null]);
  });
  test('from a file of this host that has the same bytes', async () => {
    await mkdir(join(root, 'other'));
    await writeFile(join(root, 'other/same.gguf'), bytes);
    const file = await listed('tiny.gguf');
    await fetchOnce(file, null, 'other/same.gguf');
    expect(hub.counts.ranges).toEqual([]);
    expect((await partial(file)).equals(bytes)).toBe(true);
  });
});

describe('a resume fetches only the rest', () => {
  const cut = async (): Promise<HubFile> => {
    const file = await listed('tiny.gguf');
    hub.mode.cutAfter = 150_000;
    expect(await failure(fetchOnce(file))).toMatchObject({ reason: 'cut_short', retry: true });
    delete hub.mode.cutAfter;
    return file;
  };
  test.each([false, true])('after a cut, with a weak ETag: %s', async (weakEtag) => {
    hub.mode.weakEtag = weakEtag;
    const file = await cut();
    const { length } = await partial(file);
    expect(length).toBeGreaterThan(0);
    const sent = hub.counts.bytes;
    await fetchOnce(file);
    expect(hub.counts.ranges).toEqual([null, `bytes=${length}-`]);
    expect(hub.counts.bytes - sent).toBe(size - length);
    expect((await partial(file)).equals(bytes)).toBe(true);
  });
  test('after a chunked body that was too short and ended well', async () => {
    const file = await listed('tiny.gguf');
    hub.mode.shortAfter = 100_000;
    expect(await failure(fetchOnce(file))).toMatchObject({ reason: 'cut_short' });
    delete hub.mode.shortAfter;
    await fetchOnce(file);
    expect(hub.counts.ranges).toEqual([null, 'bytes=100000-']);
    expect(hub.counts.bytes).toBe(size);
  });
  test('over many cuts', async () => {
    const file = await listed('tiny.gguf');
    hub.mode.cutAfter = 90_000;
    let tries = 1;
    while (
      !(await fetchOnce(file).then(
        () => true,
        () => false,
      ))
    )
      tries += 1;
    expect(tries).toBeGreaterThan(3);
    expect((await partial(file)).equals(bytes)).toBe(true);
  });
});

describe('it begins again', () => {
  const begun = async (): Promise<HubFile> => {
    const file = await listed('tiny.gguf');
    hub.mode.cutAfter = 150_000;
    await failure(fetchOnce(file));
    hub.mode = {};
    return file;
  };
  test.each<[string, StandInHub['mode']]>([
    ['a 200 answers a range', { ignoresRange: true }],
    ['the file has another ETag, which If-Range shows', { etag: '"other"' }],
  ])('when %s', async (_, mode) => {
    const file = await begun();
    hub.mode = mode;
    await fetchOnce(file);
    expect((await partial(file)).equals(bytes)).toBe(true);
    expect(hub.counts.ranges).toHaveLength(2);
  });
  test('when a part begins elsewhere than asked, with the next try', async () => {
    const file = await begun();
    hub.mode = { wrongStart: true };
    expect(await failure(fetchOnce(file))).toMatchObject({ reason: 'file_changed', retry: true });
    hub.mode = {};
    await fetchOnce(file);
    expect(hub.counts.ranges.at(-1)).toBeNull();
  });
  test('when a weak ETag has changed, with the next try', async () => {
    hub.mode.weakEtag = true;
    const file = await listed('tiny.gguf');
    hub.mode.cutAfter = 150_000;
    await failure(fetchOnce(file));
    hub.mode = { etag: 'W/"other"' };
    expect(await failure(fetchOnce(file))).toMatchObject({ reason: 'file_changed' });
    await fetchOnce(file);
    expect((await partial(file)).equals(bytes)).toBe(true);
  });
  test.each([size, size + 7])('when what was left has %d bytes that are wrong', async (length) => {
    const file = await listed('tiny.gguf');
    await mkdir(join(root, '@partial'));
    await writeFile(join(root, '@partial', bytesKey(file)), Buffer.alloc(length));
    await fetchOnce(file);
    expect((await partial(file)).equals(bytes)).toBe(true);
  });
  test('when one byte was flipped, once', async () => {
    hub.mode.flips = 1;
    const file = await listed('tiny.gguf');
    await fetchOnce(file);
    expect(hub.counts.bytes).toBe(2 * size);
    expect((await partial(file)).equals(bytes)).toBe(true);
  });
});

describe('it fails', () => {
  test.each<[string, StandInHub['mode']]>([
    ['a byte is flipped each time', { flips: 9 }],
    ['there are bytes too many each time', { extra: 5 }],
    ['the hub means another size', { linked: { size: size - 1 } }],
    ['the hub means other bytes', { linked: { sha256: 'a'.repeat(64) } }],
    ['the hub means another commit', { linked: { commit: 'b'.repeat(40) } }],
  ])('with checksum_mismatch when %s, and nothing is left', async (_, mode) => {
    hub.mode = mode;
    const file = await listed('tiny.gguf');
    const { reason, retry } = await failure(fetchOnce(file));
    expect({ reason, retry }).toEqual({ reason: 'checksum_mismatch', retry: false });
    expect(await readdir(join(root, '@partial')).catch(() => [])).toEqual([]);
  });
  test('for now when the link has expired; the next try gets a new one', async () => {
    hub.mode.expired = 1;
    const file = await listed('tiny.gguf');
    expect(await failure(fetchOnce(file))).toMatchObject({ reason: 'link_expired', retry: true });
    await fetchOnce(file);
  });
  test('for as long as the hub says when it wants a pause', async () => {
    const headers = { ratelimit: '"resolvers";r=0;t=55' };
    hub.mode.refuse = { status: 429, headers, times: 1, path: /resolve/ };
    const file = await listed('tiny.gguf');
    const failed = await failure(fetchOnce(file));
    expect(failed).toMatchObject({ reason: 'rate_limited', retry: true, waitMs: 55_000 });
  });
  test.each([
    [null, /set HF_TOKEN/],
    ['other', /ask for it on the page/],
  ])('for good when the file is gated and the token is %s', async (token, said) => {
    hub.repos['ana/tiny']!.gated = true;
    const failed = await failure(fetchOnce(await listed('tiny.gguf'), token));
    expect(failed).toMatchObject({ reason: 'gated', retry: false });
    expect(failed.message).toMatch(said);
    await fetchOnce(await listed('tiny.gguf'), 'granted');
  });
  test('at once when it is aborted, and keeps what it has', async () => {
    hub.mode.speed = 100_000;
    const file = await listed('tiny.gguf');
    const ending = new AbortController();
    const way = {
      client: clientOf(),
      root,
      signal: ending.signal,
      onBytes: (now: number) => now > 10_000 && ending.abort(new Error('enough')),
    };
    const about = { repo: 'ana/tiny', commit: hub.commit };
    await expect(fetchFile(way, about, file, null)).rejects.toThrow('enough');
    expect((await partial(file)).length).toBeGreaterThan(10_000);
  });
});
