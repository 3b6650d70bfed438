import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { modelPath, type ModelFile } from '../../contracts/model-files.ts';
import { namedFormat, partsOf } from '../../domain/models/file.ts';
import { walk } from '../../platform/files/walk.ts';
import { hashesOf } from './file-hash.ts';
import { partialFolder, quarantineFolder, sizeOf } from './folder.ts';
import type { KeptModel, ModelsLook } from './model-activities.ts';
import { headerOf } from './place.ts';
import { removeFiles } from './remove.ts';

const partialMs = 7 * 24 * 3_600_000;
/** Files whose formats can hold code; they are moved aside, so that no server loads them by mistake. */
const unsafe = /\.(bin|pt|pth|ckpt|pkl|pickle)$/i;

/**
 * Compares the folder with the registry: removes what was deleted, says what is missing or back, and takes in models that
 * somebody put there. What claims to be a model and is none is moved aside.
 */
export async function lookAtModels(
  root: string,
  { models, live }: { models: KeptModel[]; live: string[] },
): Promise<ModelsLook> {
  await mkdir(root, { recursive: true });
  await sweepPartials(root);
  const isPulled = ({ name }: KeptModel): boolean =>
    live.some((repo) => name.startsWith(`${repo}:`));
  const removing = models.filter(
    (one) => one.status === 'removing' && one.source !== 'ollama' && !isPulled(one),
  );
  const staying = models.filter(
    ({ source, status }) => status !== 'removing' && source !== 'ollama',
  );
  const kept = new Set(staying.flatMap(({ files }) => files.map(({ path }) => path)));
  const gone = removing.flatMap(({ files }) => files.map(({ path }) => path));
  await removeFiles(
    root,
    gone.filter((path) => !kept.has(path)),
  );
  const look: ModelsLook = {
    missing: [],
    back: [],
    removed: removing.map(({ model_id }) => model_id),
    found: [],
  };
  for (const { model_id, status, files } of staying) {
    const sizes = await Promise.all(files.map(({ path }) => sizeOf(join(root, path))));
    const isThere = files.every(({ size_bytes }, nth) => sizes[nth] === size_bytes);
    if (!isThere && status !== 'missing') look.missing.push(model_id);
    if (isThere && status === 'missing') look.back.push(model_id);
  }
  const left = await unknownFiles(root, kept, live);
  for (const first of new Set(left.map((path) => partsOf(path)[0]!)))
    look.found.push(...(await takeIn(root, first, left)));
  return look;
}

/** Paths of files that look like models and that no row knows. */
async function unknownFiles(
  root: string,
  kept: ReadonlySet<string>,
  live: readonly string[],
): Promise<string[]> {
  const ours = new Set([partialFolder, quarantineFolder].map((name) => join(root, name)));
  const paths: string[] = [];
  for await (const { path, stats } of walk(root, (full) => ours.has(full))) {
    const isPulled = live.some((repo) => path.startsWith(`${repo}/`));
    const isModel = namedFormat(path) !== null || unsafe.test(path);
    if (stats.isFile() && isModel && !isPulled && !kept.has(path)) paths.push(path);
  }
  return paths;
}

/** The model that begins with this file, or each of its parts with the reason why it is none. */
async function takeIn(
  root: string,
  first: string,
  left: readonly string[],
): Promise<ModelsLook['found']> {
  const parts = partsOf(first);
  const here = parts.filter((path) => left.includes(path));
  const why = await problemOf(root, parts, here);
  const files: ModelFile[] = [];
  for (const path of here) files.push(await fileAt(root, path));
  if (why === null) {
    const { path, size_bytes } = files[0]!;
    return [{ files, header: await headerOf(join(root, path), size_bytes), reason: null }];
  }
  const moved: ModelsLook['found'] = [];
  for (const file of files)
    moved.push({ files: [await moveAside(root, file)], header: null, reason: why });
  return moved;
}

async function problemOf(
  root: string,
  parts: readonly string[],
  here: readonly string[],
): Promise<string | null> {
  if (here.some((path) => unsafe.test(path))) return 'a format that may hold code';
  if (here.some((path) => !modelPath.safeParse(path).success)) return 'its name is not allowed';
  if (here.length < parts.length)
    return `only ${here.length} of its ${parts.length} parts are there`;
  for (const path of here) {
    const size = (await sizeOf(join(root, path))) ?? 0;
    if ((await headerOf(join(root, path), size)) === null)
      return 'its header is not that of a model';
  }
  return null;
}

async function fileAt(root: string, path: string): Promise<ModelFile> {
  const full = join(root, path);
  const size_bytes = (await sizeOf(full)) ?? 0;
  const { sha256 } = await hashesOf(full, size_bytes);
  return { path, size_bytes, sha256 };
}

async function moveAside(root: string, file: ModelFile): Promise<ModelFile> {
  const name = basename(file.path)
    .replaceAll(/[^\w.-]/g, '_')
    .slice(-100);
  const path = `${quarantineFolder}/${file.sha256.slice(0, 16)}-${name}`;
  await mkdir(join(root, quarantineFolder), { recursive: true });
  await rename(join(root, file.path), join(root, path));
  return { ...file, path };
}

async function sweepPartials(root: string): Promise<void> {
  const folder = join(root, partialFolder);
  for (const name of await readdir(folder).catch(() => [])) {
    const found = await stat(join(folder, name)).catch(() => null);
    if (found !== null && Date.now() - found.mtimeMs > partialMs)
      await rm(join(folder, name), { force: true });
  }
}
