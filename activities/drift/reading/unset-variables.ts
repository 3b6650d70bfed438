import { ComposeError, type Compose } from '../../compose/compose.ts';
import { readMs } from '../../compose/read.ts';

/** What was found in the files of a stack, until one of them changes: with 200 services, Compose reads them for 0.3 s. */
const known = new WeakMap<Compose, { files: string; names: string[] }>();

/** Names of variables that the files use and that are not set; empty if Compose refuses the files. */
export async function unsetVariables(compose: Compose): Promise<string[]> {
  const files = await compose.fingerprint();
  const before = known.get(compose);
  if (before?.files === files) return before.names;
  try {
    const { stderr } = await (await compose.call()).withWarnings(['config', '--quiet'], readMs);
    const found = stderr.matchAll(/The \\?"(\w+)\\?" variable is not set/g);
    const names = [...new Set([...found].map(([, name]) => name!))].toSorted();
    known.set(compose, { files, names });
    return names;
  } catch (error) {
    if (error instanceof ComposeError) return [];
    throw error;
  }
}
