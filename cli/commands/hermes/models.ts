import { Option } from 'commander';
import { modelFormat, type HubModel } from '../../../contracts/model-files.ts';
import {
  modelListAnswer,
  modelPull,
  modelView,
  pullAnswer,
  searchAnswer,
  type ModelListAnswer,
  type ModelPull,
  type ModelView,
} from '../../../contracts/models.ts';
import { pullHasEnded } from '../../../domain/models/pull.ts';
import { poll } from '../../../platform/concurrency/poll.ts';
import { CommandFailed, exitCode } from '../../exit-code.ts';
import type { AddCommand, Session } from '../../session.ts';
import { table } from '../../table.ts';
import { answer } from '../../terminal.ts';

const pollEveryMs = 500;

export const addModels: AddCommand = (program, session) => {
  const models = program
    .command('models')
    .description('list the models of all hosts; hermes may sleep meanwhile')
    .option('--host <host>', 'only those of this host')
    .action(async ({ host }: { host?: string }) => {
      const { gateway, terminal } = session();
      const query = host === undefined ? '' : `?${new URLSearchParams({ host })}`;
      const given = await gateway.call('GET', `/hermes/models${query}`, modelListAnswer);
      answer(terminal, given, () => listText(given));
    });
  models
    .command('search [query]')
    .description('find models in the hub; hermes has to be awake')
    .addOption(new Option('--format <format>', 'only this one').choices(modelFormat.options))
    .option('--author <author>', 'only those of this author')
    .option('--files <repo>', 'the files of one repository, in place of a search')
    .action(async (query: string | undefined, options: SearchOptions) => {
      const { gateway, terminal } = session();
      const { files: repo, ...more } = options;
      const body = { ...(query !== undefined && { query }), ...(repo && { repo }), ...more };
      const given = await gateway.call('POST', '/hermes/models/search', searchAnswer, { body });
      if (given.error !== null)
        throw new CommandFailed(exitCode.refused, `${given.error}: ${given.hint}`);
      answer(terminal, given, () => foundText(given.models));
    });
  models
    .command('pull <model> [file]')
    .description('download a model, and wait for its end; a repeat goes on from what is there')
    .option('--ollama', 'let Ollama pull it')
    .option('--revision <revision>', 'a branch, tag or commit; default: main')
    .option('--pin', 'it never leaves to make room')
    .option('--host <host>', 'default: a host on which hermes is awake')
    .option('--no-wait', 'only start it')
    .action(async (model: string, file: string | undefined, options: PullOptions) => {
      const own = session();
      const job = await startPull(own, model, file, options);
      const ended = options.wait ? await follow(own, job) : job;
      answer(own.terminal, ended, () => pullText(ended));
    });
  models
    .command('cancel <id>')
    .description('end a pull; what came of its files is kept for a later one')
    .action(async (id: string) => {
      const { gateway, terminal } = session();
      const pull = await gateway.call('DELETE', `/hermes/job/${encodeURIComponent(id)}`, modelPull);
      answer(terminal, pull, () =>
        pullHasEnded(pull)
          ? `${id} had ended: ${pull.status}`
          : `${id} ends; nothing is registered`,
      );
    });
  models
    .command('remove <id>')
    .description('remove a model; its files go as soon as hermes is awake')
    .action(async (id: string) => {
      const { gateway, terminal } = session();
      const path = `/hermes/models/${encodeURIComponent(id)}`;
      const gone = await gateway.call('DELETE', path, modelView);
      answer(terminal, gone, () => `${gone.name} is out of use; ${bytesText(gone.size_bytes)} go`);
    });
};

interface SearchOptions {
  format?: string;
  author?: string;
  files?: string;
}
interface PullOptions {
  ollama?: boolean;
  revision?: string;
  pin?: boolean;
  host?: string;
  wait: boolean;
}

async function startPull(
  { gateway }: Session,
  model: string,
  file: string | undefined,
  { ollama, wait: _wait, ...more }: PullOptions,
): Promise<ModelPull> {
  const source = ollama === true ? { source: 'ollama' } : {};
  const body = { model, ...(file !== undefined && { file }), ...source, ...more };
  const { job, error, hint } = await gateway.call('POST', '/hermes/models/pull', pullAnswer, {
    body,
  });
  if (job === null) throw new CommandFailed(exitCode.refused, `${error}: ${hint}`);
  return job;
}

/** Shows how far a pull is until it has ended. */
async function follow({ gateway, terminal, signal }: Session, job: ModelPull): Promise<ModelPull> {
  const { live } = terminal;
  const look = async (): Promise<ModelPull | null> => {
    const now = await gateway.call('GET', `/hermes/job/${job.job_id}`, modelPull);
    live?.(`  ${progressText(now)}`);
    return pullHasEnded(now) ? now : null;
  };
  terminal.err(`${job.job_id} pulls ${job.model} to ${job.host}`);
  const waiting = poll(look, { everyMs: pollEveryMs, signal }).finally(() => live?.(''));
  const ended = await waiting.catch((error: unknown) => {
    if (!signal.aborted) throw error;
    const message = `${job.job_id} continues; vx11 models shows how far it is`;
    throw new CommandFailed(exitCode.interrupted, message, { cause: error });
  });
  if (ended?.status === 'failed')
    throw new CommandFailed(exitCode.failed, `${ended.cause}: ${ended.detail}`);
  return ended!;
}

const progressText = ({ model, status, bytes, total_bytes }: ModelPull): string =>
  total_bytes === null
    ? `${model}: ${status}`
    : `${model}: ${status}, ${bytesText(bytes)} of ${bytesText(total_bytes)}`;

const pullText = (pull: ModelPull): string =>
  pull.model_id === null
    ? progressText(pull)
    : `${pull.model_id} is ready: ${bytesText(pull.bytes)}`;

/** `98362432` as `93.8 MB`. */
export function bytesText(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB'];
  const power = Math.min(3, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  return `${(bytes / 1024 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}

function listText({ models, pulls }: ModelListAnswer): string {
  if (models.length === 0 && pulls.length === 0)
    return 'There are no models yet: vx11 open hermes --ttl 30m, then vx11 models pull OWNER/NAME';
  const rows = models.map((one) => [
    one.model_id,
    one.name,
    one.format ?? '',
    bytesText(one.size_bytes),
    statusText(one),
    one.host,
  ]);
  const headings = ['ID', 'NAME', 'FORMAT', 'SIZE', 'STATUS', 'HOST'];
  const running = pulls.map((one) => `${one.job_id}: ${progressText(one)}`);
  return [...(rows.length === 0 ? [] : [table(headings, rows)]), ...running].join('\n');
}

const statusText = ({ status, reason, pinned }: ModelView): string =>
  [status, ...(reason === null ? [] : [`(${reason})`]), ...(pinned ? ['pinned'] : [])].join(' ');

function foundText(models: readonly HubModel[]): string {
  if (models.length === 0) return 'Nothing was found.';
  const files = models.flatMap(({ files: all }) => all ?? []);
  if (files.length > 0)
    return table(
      ['FILE', 'SIZE', 'PULLED'],
      files.map((one) => [one.path, bytesText(one.size_bytes), one.problem ?? 'may be']),
    );
  const rows = models.map((one) => [
    one.repo,
    one.formats.join(' '),
    one.license ?? '',
    String(one.downloads ?? ''),
    one.gated ? 'gated' : '',
  ]);
  return table(['MODEL', 'FORMATS', 'LICENSE', 'DOWNLOADS', 'ACCESS'], rows);
}
