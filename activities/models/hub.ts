import { z } from 'zod';
import {
  modelRepo,
  type HubFile,
  type HubModel,
  type ModelFormat,
} from '../../contracts/model-files.ts';
import type { SearchBody } from '../../contracts/models.ts';
import { fileProblem, namedFormat } from '../../domain/models/file.ts';
import { isoTime } from '../../platform/time.ts';
import { ModelFailure } from './failure.ts';
import type { HubClient } from './hub-client.ts';

const count = z.int().nullish().catch(null);
const gated = z
  .union([z.boolean(), z.string()])
  .nullish()
  .transform((value) => value !== false && value !== null && value !== undefined);
/** One repository, in a search or alone: only what we read. */
const repository = z.object({
  id: modelRepo,
  sha: z.string().max(64).nullish(),
  gated,
  downloads: count,
  likes: count,
  tags: z.array(z.string()).catch([]),
  siblings: z
    .array(z.object({ rfilename: z.string() }))
    .nullish()
    .catch(null),
});
const entry = z.object({
  type: z.string(),
  path: z.string().max(1000),
  size: z.int().min(0).catch(0),
  oid: z.string().max(64).nullish(),
  lfs: z.object({ oid: z.string().regex(/^[\da-f]{64}$/), size: z.int().min(0) }).nullish(),
});
const expand = ['gated', 'downloads', 'likes', 'siblings', 'tags', 'sha'];
const mostPages = 20;

/** Calls of the hub. https://huggingface.co/docs/hub/api */
export interface Hub {
  /** One page of repositories. Those that cannot be read are left out. */
  search(
    body: SearchBody,
    signal: AbortSignal,
  ): Promise<{ models: HubModel[]; next: string | null }>;
  /** A repository with all its files, at the commit that the revision names now. */
  repository(repo: string, revision: string, signal: AbortSignal): Promise<HubModel>;
}

export function createHub(client: HubClient): Hub {
  return {
    async search({ query, author, format = 'gguf', limit = 20, cursor }, signal) {
      const asked = new URLSearchParams({
        ...(query !== undefined && { search: query }),
        ...(author !== undefined && { author }),
        filter: format,
        sort: 'downloads',
        direction: '-1',
        limit: String(limit),
      });
      for (const field of expand) asked.append('expand[]', field);
      const path = cursor === undefined ? `/api/models?${asked}` : `/api/models?${cursor}`;
      const { body, header } = await client.json(path, 'a search', signal);
      const found = read(z.array(z.unknown()), body, 'a search').flatMap((one) => {
        const { data } = repository.safeParse(one);
        return data === undefined ? [] : [modelOf(data)];
      });
      return { models: found, next: nextOf(header('link'))?.search.slice(1) ?? null };
    },
    async repository(repo, revision, signal) {
      const about = `/api/models/${repo}/revision/${encodeURIComponent(revision)}`;
      const { body } = await client.json(about, `${repo} at ${revision}`, signal);
      const model = modelOf(read(repository, body, repo));
      if (model.commit === null || !/^[\da-f]{40,64}$/.test(model.commit))
        throw unreadable(`the commit of ${repo}`);
      const files: HubFile[] = [];
      let page: string | URL | null = `/api/models/${repo}/tree/${model.commit}?recursive=true`;
      for (let nth = 0; page !== null; nth += 1) {
        if (nth === mostPages) throw unreadable(`the files of ${repo}: too many`);
        const answer = await client.json(page, `the files of ${repo}`, signal);
        for (const one of read(z.array(entry), answer.body, `the files of ${repo}`))
          if (one.type === 'file') files.push(fileOf(one));
        page = nextOf(answer.header('link'));
      }
      const formats = formatsOf(files.map(({ path }) => path));
      return { ...model, repo, formats, files };
    },
  };
}

function read<T>(schema: z.ZodType<T>, body: unknown, what: string): T {
  const { success, data } = schema.safeParse(body);
  if (!success) throw unreadable(what);
  return data;
}
const unreadable = (what: string): ModelFailure =>
  new ModelFailure('hub_refused', `The answer of the hub cannot be read: ${what}.`);

const modelOf = (one: z.infer<typeof repository>): HubModel => ({
  repo: one.id,
  commit: one.sha ?? null,
  gated: one.gated,
  license:
    one.tags.find((tag) => tag.startsWith('license:'))?.slice('license:'.length, 100) ?? null,
  downloads: one.downloads ?? null,
  likes: one.likes ?? null,
  formats: formatsOf([
    ...(one.siblings ?? []).map(({ rfilename }) => rfilename),
    ...one.tags.map((tag) => `.${tag}`),
  ]),
  files: null,
  seen_at: isoTime(Date.now()),
});

const fileOf = ({ path, size, oid, lfs }: z.infer<typeof entry>): HubFile => ({
  path,
  size_bytes: lfs?.size ?? size,
  sha256: lfs?.oid ?? null,
  git_id: oid ?? null,
  problem: fileProblem(path),
});

const formatsOf = (paths: readonly string[]): ModelFormat[] =>
  [...new Set(paths.flatMap((path) => namedFormat(path) ?? []))].toSorted();

/** The next page of a listing: `<https://…?cursor=…>; rel="next"`. */
const nextOf = (link: string | null): URL | null => {
  const next = /<([^>]+)>\s*;\s*rel="?next"?/.exec(link ?? '')?.[1];
  return next !== undefined && URL.canParse(next) ? new URL(next) : null;
};
