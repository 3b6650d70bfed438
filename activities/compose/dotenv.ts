import { readFile } from 'node:fs/promises';

export type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Reads the variables of a `.env` file as far as file names need them; Compose itself reads it for everything else.
 * Returns none if the file does not exist.
 * @param before variables that are already set; values may refer to them
 */
export async function readDotEnv(file: string, before: Variables): Promise<Variables> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const found: Record<string, string | undefined> = {};
  for (const line of text.split(/\r?\n/)) {
    const match = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_.-]*)\s*[=:]\s*(.*)$/.exec(line);
    if (match === null) continue;
    const [, name = '', raw = ''] = match;
    const quotedOnce = /^'([^']*)'/.exec(raw);
    const quotedTwice = /^"((?:[^"\\]|\\.)*)"/.exec(raw);
    const plain = raw.replace(/\s+#.*$/, '').trim();
    found[name] =
      quotedOnce?.[1] ?? interpolate(quotedTwice?.[1] ?? plain, { ...found, ...before });
  }
  return found;
}

/** Expands variables in a file name: `$X`, `${X}`, `${X:-default}` and `${X-default}`. An unset variable is empty. */
export function interpolate(text: string, variables: Variables): string {
  return text.replaceAll(
    /\$(?:(\$)|\{([A-Za-z_]\w*)(?:(:?[-?+])([^}]*))?\}|([A-Za-z_]\w*))/g,
    (_, dollar?: string, braced?: string, how?: string, rest?: string, bare?: string) => {
      if (dollar !== undefined) return '$';
      const value = variables[braced ?? bare ?? ''];
      const unset = value === undefined || (how?.startsWith(':') === true && value === '');
      if (how?.endsWith('+') === true) return unset ? '' : (rest ?? '');
      return unset ? (how?.endsWith('-') === true ? (rest ?? '') : (value ?? '')) : value;
    },
  );
}
