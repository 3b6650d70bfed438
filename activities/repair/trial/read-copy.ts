import { parse } from 'yaml';
import { composeConfig } from '../../../contracts/compose.ts';
import type { CatalogService } from '../../../contracts/service.ts';
import type { StackModel } from '../../../domain/repair/isolation/isolate.ts';
import { catalogContent } from '../../../domain/services/catalog.ts';
import { withDependencies } from '../../../domain/services/start-order.ts';
import { ComposeError } from '../../compose/compose-error.ts';
import type { Compose } from '../../compose/compose.ts';
import { readMs } from '../../compose/read.ts';
import type { ComposeCall } from '../../compose/run.ts';

/** A copy of a stack as Compose reads it. */
export interface ReadCopy {
  call: ComposeCall;
  /** The services of the trial with all they depend on, and the networks and volumes of the stack. */
  model: StackModel;
  services: CatalogService[];
}

/** The compose files of the stack, in its copy. */
export async function callOfCopy(
  compose: Compose,
  folder: string,
  copy: string,
): Promise<ComposeCall> {
  const { source } = await compose.call();
  const files = source.files.map((file) =>
    file.startsWith(`${folder}/`) ? `${copy}${file.slice(folder.length)}` : file,
  );
  return compose.call(files);
}

/**
 * Reads the stack of a copy.
 * @param project the project of the trial
 * @param wanted the services that have to run
 * @throws ComposeError with what Compose, or VX11, does not accept
 */
export async function readCopy(
  call: ComposeCall,
  project: string,
  wanted: readonly string[],
  signal: AbortSignal,
): Promise<ReadCopy> {
  const text = await call.as(project, null, signal).own(['config'], readMs);
  const model = parse(text) as StackModel;
  const parsed = composeConfig.safeParse(model);
  if (!parsed.success) {
    const lines = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new ComposeError(lines.join('; '));
  }
  const { services } = catalogContent(parsed.data, new Map());
  const names = new Set(wanted.flatMap((name) => withDependencies(name, services)));
  return {
    call,
    model: {
      ...model,
      services: Object.fromEntries(
        Object.entries(model.services).filter(([name]) => names.has(name)),
      ),
    },
    services: services.filter(({ name }) => names.has(name)),
  };
}
