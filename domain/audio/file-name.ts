const mostBytes = 1024;
const utf8 = new TextEncoder();

/**
 * Why a name cannot be that of an audio file; null if it can. Names with `:`, `%`, quotes, newlines or a leading dash are
 * possible: no program takes them as anything but a name.
 */
export function audioNameProblem(name: string): string | null {
  if (name === '') return 'is empty';
  if (!name.isWellFormed()) return 'is not Unicode';
  if (name.includes('\0')) return 'contains a NUL';
  if (name !== name.normalize('NFC')) return 'is not in the form NFC of Unicode';
  if (name.startsWith('/') || name.includes('\\')) return 'must be relative, with / only';
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(name) || /^[a-z]:[/\\]/i.test(name))
    return 'must not begin with a scheme or a drive';
  if (utf8.encode(name).length > mostBytes) return `is longer than ${mostBytes} bytes`;
  const parts = name.split('/');
  if (parts.length > 8) return 'is more than 8 folders deep';
  if (parts.some((part) => part === '' || part.startsWith('.')))
    return 'must not have empty parts, or parts that begin with a dot';
  if (parts.some((part) => utf8.encode(part).length > 250)) return 'has a part over 250 bytes';
  return /[\p{L}\p{N}]/u.test(name) ? null : 'needs a letter or a digit';
}
