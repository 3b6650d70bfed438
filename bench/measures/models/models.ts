import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fetchFile } from '../../../activities/models/fetch-file.ts';
import { createHubClient } from '../../../activities/models/hub-client.ts';
import { resolveModel } from '../../../activities/models/resolve.ts';
import { bytesKey, partialFile } from '../../../activities/models/folder.ts';
import { createHub } from '../../../activities/models/hub.ts';
import { placeModel } from '../../../activities/models/place.ts';
import type { ResolvedModel } from '../../../activities/models/model-activities.ts';
import {
  ggufFile,
  startHub,
  type StandInHub,
} from '../../../test/activities/models/stand-in-hub.ts';
import type { Measure, Result } from '../../measure.ts';
import { figures, inTurns, timed } from '../../sample.ts';

const mebibyte = 1024 ** 2;
const size = 64 * mebibyte;
const { signal } = new AbortController();

/**
 * A pull beside a plain download of the same bytes from the same stand-in hub: what it costs to resolve, prove and place a
 * model; and how much a pull fetches that goes on after a cut.
 */
export const models: Measure = {
  name: 'models',
  async compute(quick) {
    const root = await mkdtemp(join(tmpdir(), 'vx11-bench-models-'));
    const hub = await startHub({ 'ana/tiny': { files: { 'tiny.gguf': ggufFile(size) } } });
    try {
      const samples = quick ? 3 : 15;
      return [await whole(hub, root, samples), await resumed(hub, root, samples)];
    } finally {
      await hub.close();
      await rm(root, { recursive: true });
    }
  },
};

async function whole(hub: StandInHub, root: string, n: number): Promise<Result> {
  const [ours, plain]: [number[], number[]] = [[], []];
  const pull = async (): Promise<void> => {
    const folder = await mkdtemp(join(root, 'pull-'));
    const [took] = await timed(async () => {
      const model = await resolve(hub);
      await fetchAll(hub, folder, model);
      await placeModel(folder, model);
    });
    ours.push(took);
    await rm(folder, { recursive: true });
  };
  const path = `${hub.url}/ana/tiny/resolve/main/tiny.gguf`;
  const download = async (): Promise<void> => {
    const file = join(root, 'plain');
    const [took] = await timed(async () => {
      const { body } = await fetch(path);
      await pipeline(Readable.fromWeb(body as never), createWriteStream(file));
    });
    plain.push(took);
  };
  await inTurns(n, pull, download);
  const [mine, theirs] = [figures(ours), figures(plain)];
  const ratio = mine.p50 / theirs.p50;
  const notes = ['the same bytes by fetch, followed and written to a file, without any proof'];
  const bar = '≤ 3 × a plain download on the same machine';
  const name = `pull of a model of ${size / mebibyte} MB, proved and placed`;
  return { name, unit: 'ms', ours: mine, plain: theirs, ratio, bar, met: ratio <= 3, n, notes };
}

async function resumed(hub: StandInHub, root: string, n: number): Promise<Result> {
  const shares: number[] = [];
  for (let nth = 0; nth < n; nth += 1) {
    const folder = await mkdtemp(join(root, 'cut-'));
    const model = await resolve(hub);
    hub.mode.cutAfter = Math.floor((size * (nth + 1)) / (n + 1));
    await fetchAll(hub, folder, model).catch(() => undefined);
    hub.mode = {};
    const have = await partialFile(folder, bytesKey(model.files[0]!)).length();
    const [before, missing] = [hub.counts.bytes, size - have];
    await fetchAll(hub, folder, model);
    shares.push((100 * (hub.counts.bytes - before)) / missing);
    await rm(folder, { recursive: true });
  }
  const ours = figures(shares);
  const name = 'bytes that a pull fetches after a cut, of those that are missing';
  const bar = '100 %: only the rest';
  const met = ours.p95 <= 100;
  return { name, unit: '%', ours, plain: null, bar, met, n: ours.n, notes: [] };
}

const resolve = (hub: StandInHub): Promise<ResolvedModel> => {
  const target = { source: 'hub' as const, model: 'ana/tiny', revision: 'main', file: null };
  return resolveModel(createHub(createHubClient({ url: hub.url, token: null })), target, signal);
};

async function fetchAll(hub: StandInHub, root: string, model: ResolvedModel): Promise<void> {
  const client = createHubClient({ url: hub.url, token: null });
  const way = { client, root, signal, onBytes: () => undefined };
  for (const file of model.files) await fetchFile(way, model, file, null);
}
