import type { ComposeConfig, ComposeService } from '../../contracts/compose.ts';
import type { CatalogService } from '../../contracts/service.ts';

/** A config or a secret that is copied into a container just before its start. */
export interface CopiedFile {
  kind: 'config' | 'secret';
  /** Its name in the compose file. */
  name: string;
  /** Path inside the container. */
  target: string;
  /** The content, or the name of the environment variable that has it. */
  from: { content: string } | { variable: string };
  uid: string;
  gid: string;
  mode: number;
}

/** A command that runs inside a container, after its start or before its stop. */
export interface Hook {
  command: string[];
  user: string;
  privileged: boolean;
  working_dir: string;
  /** `NAME=value`, or `NAME` alone. */
  environment: string[];
}

/**
 * The work at a start or a stop that the Engine does not do by itself. It may hold secrets, so it stays in memory: it is
 * never written to the store, to an event or to Temporal.
 */
export interface StartDetails {
  files: CopiedFile[];
  read_only: boolean;
  post_start: Hook[];
  pre_stop: Hook[];
}

/** The mode of a file if the compose file sets none. */
const defaultMode = 0o444;

/** @param config with every `$` doubled, as `docker compose config` prints it */
export function startDetails(config: ComposeConfig): Map<string, StartDetails> {
  return new Map(
    Object.entries(config.services).map(([name, service]) => [
      name,
      {
        files: [
          ...copiedFiles('secret', service.secrets ?? [], config.secrets ?? {}),
          ...copiedFiles('config', service.configs ?? [], config.configs ?? {}),
        ],
        read_only: service.read_only ?? false,
        post_start: (service.post_start ?? []).map(hookOf),
        pre_stop: (service.pre_stop ?? []).map(hookOf),
      },
    ]),
  );
}

/** The kinds of start details that a service has, without their content. */
export function startNeeds({
  files,
  post_start,
  pre_stop,
}: StartDetails): NonNullable<CatalogService['at_start']> {
  const lists = { files, post_start, pre_stop };
  return (['files', 'post_start', 'pre_stop'] as const).filter((kind) => lists[kind].length > 0);
}

function copiedFiles(
  kind: CopiedFile['kind'],
  references: NonNullable<ComposeService['configs']>,
  objects: NonNullable<ComposeConfig['configs']>,
): CopiedFile[] {
  return references.flatMap(({ source, target, uid, gid, mode }) => {
    const { content, environment } = objects[source] ?? {};
    const from =
      content !== undefined && content !== ''
        ? { content: single(content) }
        : environment === undefined || environment === ''
          ? null // a file on the host, which the Engine mounts
          : { variable: environment };
    if (from === null) return [];
    return {
      kind,
      name: source,
      target: targetOf(kind, source, target),
      from,
      uid: uid ?? '',
      gid: gid ?? '',
      mode: mode === undefined ? defaultMode : Number.parseInt(mode, 8),
    };
  });
}

function targetOf(kind: CopiedFile['kind'], source: string, target: string | undefined): string {
  if (target === undefined || target === '') {
    return kind === 'secret' ? `/run/secrets/${source}` : `/${source}`;
  }
  return kind === 'secret' && !target.startsWith('/') ? `/run/secrets/${target}` : target;
}

const hookOf = (hook: NonNullable<ComposeService['post_start']>[number]): Hook => ({
  command: (hook.command ?? []).map(single),
  user: hook.user ?? '',
  privileged: hook.privileged ?? false,
  working_dir: hook.working_dir ?? '',
  environment: Object.entries(hook.environment ?? {}).map(([name, value]) =>
    value === null ? name : `${name}=${single(value)}`,
  ),
});

/** Undoes the doubling of `$` with which `docker compose config` escapes its output. */
const single = (text: string): string => text.replaceAll('$$', () => '$');
