import { ComposeError, type Compose } from '../../compose/compose.ts';
import { readMs } from '../../compose/read.ts';

/** Names of variables that the files use and that are not set; empty if Compose refuses the files. */
export async function unsetVariables(compose: Compose): Promise<string[]> {
  try {
    const { stderr } = await (await compose.call()).withWarnings(['config', '--quiet'], readMs);
    const names = stderr.matchAll(/The \\?"(\w+)\\?" variable is not set/g);
    return [...new Set([...names].map(([, name]) => name!))].toSorted();
  } catch (error) {
    if (error instanceof ComposeError) return [];
    throw error;
  }
}
