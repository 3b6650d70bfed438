/** A version: dotted numbers, with what may follow, such as `3.3a`, `9.2p1` or `1.0.0-rc.1`. Build data is left out. */
const dotted =
  /(?<![\d.])v?(\d+(?:\.\d+){1,3}(?:[a-z]+\d*)?(?:-(?:alpha|beta|rc|pre|dev|preview|canary|nightly)[\w.]*)?)(?![\d])/i;
/** A version of one number, only where the text says that it is one. */
const single = /\bversion\s+v?(\d+)\b/i;
/** MariaDB's client calls itself by the version of its protocol first. */
const distribution = /\bDistrib\s+(\d+(?:\.\d+)+)/;
/** kubectl and oc, as JSON. */
const gitVersion = /"gitVersion":\s*"v?([^"]+)"/;

/** The largest part of an output that is read for a version, in characters. */
const mostText = 16_384;
const mostVersion = 64;

const shown = (version: string | undefined): string | null =>
  version === undefined || version.length > mostVersion ? null : version;

/**
 * Reads the version out of what a program printed when it was asked for it; null if it names none. Lines that say `version`
 * or name the program come first, so that a banner or a warning about another version is not taken for it.
 */
export function readVersion(text: string, name: string): string | null {
  const start = text.slice(0, mostText);
  const exact = gitVersion.exec(start) ?? distribution.exec(start);
  if (exact !== null) return shown(exact[1]);
  const lines = start.split('\n').map((line) => line.trim());
  const own = lines.filter((line) => namesIt(line, name) && !isNotice(line));
  for (const some of [own, lines.filter((line) => !isNotice(line))]) {
    for (const line of some) {
      const found = dotted.exec(line) ?? single.exec(line);
      if (found !== null) return shown(found[1]);
    }
  }
  return null;
}

const namesIt = (line: string, name: string): boolean => {
  const lower = line.toLowerCase();
  return lower.includes(name.toLowerCase()) || lower.includes('version');
};

/** A line about something else: a warning, an address, or a newer version. */
const isNotice = (line: string): boolean =>
  /^\W*(?:warn(?:ing)?|error|note|hint|info)\b|https?:\/\/|\b(update|upgrade|newer|latest)\b.*\bavailable\b|\bnew (version|release)\b|\bnpm install\b/i.test(
    line,
  );

/** The upstream part of a Debian version: without the epoch and the revision (Debian Policy, 5.6.12). */
export function upstreamVersion(debian: string): string | null {
  const upstream = debian
    .trim()
    .replace(/^\d+:/, '')
    .replace(/-[^-]*$/, '')
    .replace(/[+~](?:dfsg|ds|deb|repack|really|git).*$/, '');
  return upstream === '' ? null : shown(upstream);
}

/** The version in a package.json that declares the program; null if it is of something else. */
export function versionInPackage(text: string, name: string): string | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof parsed !== 'object' || parsed === null) return null;
  const { name: own, version, bin } = parsed as Record<string, unknown>;
  if (typeof own !== 'string' || typeof version !== 'string') return null;
  // Corepack declares the programs that it stands for, not what they are
  if (own === 'corepack' && name !== 'corepack') return null;
  const declares =
    typeof bin === 'string'
      ? own.replace(/^@[^/]+\//, '') === name
      : typeof bin === 'object' && bin !== null && Object.hasOwn(bin, name);
  return declares ? shown(version) : null;
}

/** The version in the METADATA of a Python distribution (PEP 566). */
export const versionInMetadata = (text: string): string | null =>
  shown(/^Version:[ \t]*(\S+)/m.exec(text.split(/\r?\n\r?\n/, 1)[0]!)?.[1]);

/** The version in a VERSION file, or in the `release` file of a JDK. */
export function versionInFile(text: string): string | null {
  const jdk = /^JAVA_VERSION="([^"]+)"/m.exec(text)?.[1];
  if (jdk !== undefined) return shown(jdk);
  const [line = ''] = text.trim().split('\n');
  return shown(/^(?:[a-z]+)?v?(\d[\w.+-]*)$/i.exec(line.trim())?.[1]);
}

/** The version that some installers put into the path of a program; null if the path has none. */
export const versionInPath = (realpath: string): string | null =>
  shown(
    /\/(?:Cellar\/[^/]+|versions(?:\/node)?|aws-cli\/v2)\/v?(\d+(?:\.\d+)+[\w.+-]*)(?:\/|$)/.exec(
      realpath,
    )?.[1],
  );
