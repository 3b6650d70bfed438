/** Where a patch may write, in globs relative to the folder of the stack. */
export interface PathScope {
  /** Folders or globs; `.` is the whole folder. */
  paths: readonly string[];
  protect: readonly string[];
}

/** Control characters, and `\`, which other systems read as a separator. */
// oxlint-disable-next-line no-control-regex -- refusing control characters is the purpose
const oddCharacters = /[\u0000-\u001f\u007f\\]/;
const longest = 1024;

/** Why no patch may name this path, whatever the policy says; null if it may. */
export function pathProblem(path: string): string | null {
  if (path === '' || path.length > longest) return 'it is empty or too long';
  if (oddCharacters.test(path) || !path.isWellFormed()) return 'it has characters of no file name';
  if (path.startsWith('/') || /^[a-z]:/i.test(path)) return 'it is absolute';
  const segments = path.split('/');
  if (segments.includes('..')) return 'it leads out of the folder';
  if (segments.some((segment) => segment === '' || segment === '.')) return 'it is not normal';
  // some file systems ignore case, and dots or spaces at the end
  if (segments.some((segment) => /^\.git[. ]*$/i.test(segment))) return 'it is inside of .git';
  return null;
}

/**
 * Whether one of the globs matches the path, or a folder above it. `*` and `?` stay within a name, `**` does not, and a
 * glob without `/` matches at any depth, as in .gitignore. Case does not count.
 */
export const matchesAny = (globs: readonly string[], path: string): boolean =>
  globs.some((glob) => expressionOf(glob).test(path));

const expressions = new Map<string, RegExp>();

function expressionOf(glob: string): RegExp {
  const known = expressions.get(glob);
  if (known !== undefined) return known;
  const normal = glob.replace(/^\.\//, '').replace(/\/+$/, '');
  const source = normal.replaceAll(
    /\*\*\/|\/\*\*$|\*+|\?|[^*?]/g,
    (part) => pieces[part] ?? (part.startsWith('*') ? '[^/]*' : RegExp.escape(part)),
  );
  const anywhere = normal.includes('/') ? '' : '(?:.*/)?';
  const expression =
    normal === '.' || normal === '' || normal === '**'
      ? /^/
      : new RegExp(`^${anywhere}${source}(?:/.*)?$`, 'is');
  if (expressions.size > 1000) expressions.clear();
  expressions.set(glob, expression);
  return expression;
}

const pieces: Readonly<Record<string, string>> = {
  '**/': '(?:.*/)?',
  '/**': '(?:/.*)?',
  '?': '[^/]',
};
