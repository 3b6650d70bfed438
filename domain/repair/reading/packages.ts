import type { CapturedFile } from '../capture.ts';
import type { Fact } from '../finding.ts';
import { lineAt, lineFact } from './changes.ts';
import { baseName } from './scripts.ts';

export type Language = 'python' | 'node';

/** Modules of Python whose package has another name, with the usual one first. */
const packagesOf: Readonly<Record<string, readonly string[]>> = {
  yaml: ['PyYAML'],
  cv2: ['opencv-python-headless', 'opencv-python', 'opencv-contrib-python'],
  PIL: ['Pillow'],
  bs4: ['beautifulsoup4'],
  sklearn: ['scikit-learn'],
  skimage: ['scikit-image'],
  dotenv: ['python-dotenv'],
  psycopg2: ['psycopg2-binary', 'psycopg2'],
  MySQLdb: ['mysqlclient'],
  dateutil: ['python-dateutil'],
  jwt: ['PyJWT'],
  jose: ['python-jose'],
  Crypto: ['pycryptodome'],
  Cryptodome: ['pycryptodomex'],
  OpenSSL: ['pyOpenSSL'],
  serial: ['pyserial'],
  usb: ['pyusb'],
  magic: ['python-magic'],
  attr: ['attrs'],
  git: ['GitPython'],
  zmq: ['pyzmq'],
  ldap: ['python-ldap'],
  docx: ['python-docx'],
  pptx: ['python-pptx'],
  slugify: ['python-slugify'],
  multipart: ['python-multipart'],
  dns: ['dnspython'],
  websocket: ['websocket-client'],
  socketio: ['python-socketio'],
  engineio: ['python-engineio'],
  memcache: ['python-memcached'],
  fitz: ['PyMuPDF'],
  rest_framework: ['djangorestframework'],
  corsheaders: ['django-cors-headers'],
  environ: ['django-environ'],
  decouple: ['python-decouple'],
  telegram: ['python-telegram-bot'],
  Levenshtein: ['Levenshtein', 'python-Levenshtein'],
  humps: ['pyhumps'],
  pkg_resources: ['setuptools'],
  markdown_it: ['markdown-it-py'],
  grpc: ['grpcio'],
  kafka: ['kafka-python'],
  consul: ['python-consul'],
  nacl: ['PyNaCl'],
  xlwt: ['xlwt'],
  simplejson: ['simplejson'],
};

/** The names under which a module may be installed, the usual one first. */
export const packageNames = (language: Language, module: string): readonly string[] =>
  language === 'node' ? [module] : [...(packagesOf[module] ?? []), module];

/** As PEP 503 compares names of packages. */
export const normal = (name: string): string => name.toLowerCase().replaceAll(/[-_.]+/g, '-');

export interface Version {
  name: string;
  version: string;
  /** Null if the name of an archive says it. */
  fact: Fact | null;
}

/** Versions of a package that files of the stack name: locks and constraints first, then other lists, then archives. */
export function versionsOf(
  language: Language,
  names: readonly string[],
  files: readonly CapturedFile[],
): Version[] {
  const wanted = new Set(names.map(normal));
  const texts = files.filter((file): file is CapturedFile & { text: string } => file.text !== null);
  const found = texts.flatMap((file) =>
    (language === 'python' ? pythonPins : nodePins)(file)
      .filter(({ name }) => wanted.has(normal(name)))
      .map((pin) => ({ ...pin, rank: isLock(file.path) ? 0 : 1 })),
  );
  const archives = files.flatMap(({ path }) => {
    const parts =
      /(?:^|\/)(?<name>[A-Za-z][\w.]*(?:-[A-Za-z][\w.]*)*?)-(?<version>\d[\w.]*)(?:-.*\.whl|\.tar\.gz|\.tgz|\.zip)$/.exec(
        path,
      )?.groups;
    return parts !== undefined && wanted.has(normal(parts['name']!))
      ? [
          {
            name: parts['name']!,
            version: parts['version']!,
            fact: null,
            rank: 2,
          },
        ]
      : [];
  });
  return [...found, ...archives].toSorted((a, b) => a.rank - b.rank);
}

const isLock = (path: string): boolean =>
  /(?:^|\/)(?:[^/]*constraints[^/]*\.txt|[^/]*\.lock|package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|Pipfile\.lock|requirements[^/]*\.lock(?:\.txt)?|requirements-lock\.txt)$/.test(
    path,
  );

type Text = CapturedFile & { text: string };

const pin = (file: Text, match: RegExpMatchArray): Version => ({
  name: match.groups!['name']!,
  version: match.groups!['version']!,
  fact: lineFact(file, lineAt(file.text, match.index!)),
});

function pythonPins(file: Text): Version[] {
  const { path, text } = file;
  const base = baseName(path);
  if (/^(?:poetry|uv|pdm)\.lock$/.test(base))
    return [...text.matchAll(/^name = "(?<name>[^"]+)"\r?\nversion = "(?<version>[^"]+)"/gm)].map(
      (one) => pin(file, one),
    );
  if (base === 'Pipfile.lock')
    return [
      ...text.matchAll(/"(?<name>[\w.-]+)":\s*\{[^{}]*?"version":\s*"==(?<version>[^"]+)"/g),
    ].map((one) => pin(file, one));
  if (
    /\.(?:txt|lock|in|pip)$/.test(base) ||
    base === 'pyproject.toml' ||
    base === 'setup.cfg' ||
    base === 'environment.yml'
  )
    return [
      ...text.matchAll(
        /^[ \t"'-]*(?<name>[A-Za-z][\w.-]*)(?:\[[^\]]*\])?\s*={2,3}\s*(?<version>\d[\w.!+-]*)/gm,
      ),
    ].map((one) => pin(file, one));
  return [];
}

function nodePins(file: Text): Version[] {
  const { path, text } = file;
  const base = baseName(path);
  const all = (pattern: RegExp): Version[] =>
    [...text.matchAll(pattern)].map((one) => pin(file, one));
  if (base === 'package-lock.json' || base === 'npm-shrinkwrap.json')
    return [
      ...all(
        /"node_modules\/(?<name>(?:@[\w.-]+\/)?[\w.-]+)":\s*\{\s*"version":\s*"(?<version>[^"]+)"/g,
      ),
      ...all(/"(?<name>(?:@[\w.-]+\/)?[\w.-]+)":\s*\{\s*"version":\s*"(?<version>\d[^"]*)"/g),
    ];
  if (base === 'yarn.lock')
    return all(
      /^"?(?<name>(?:@[\w.-]+\/)?[\w.-]+)@[^\n]*:\r?\n\s+version:? "?(?<version>[^"\s]+)/gm,
    );
  if (base === 'pnpm-lock.yaml')
    return all(
      /^\s+['"]?\/?(?<name>(?:@[\w.-]+\/)?[\w.-]+)[@/](?<version>\d[\w.+-]*)(?:\([^)]*\))*['"]?:/gm,
    );
  if (base === 'package.json' && !path.includes('node_modules/'))
    return all(
      /^\s*"(?<name>(?:@[\w.-]+\/)?[\w.-]+)":\s*"(?<version>[~^]?\d+\.\d[\w.+-]*)"/gm,
    ).filter(({ name }) => name !== 'version');
  return [];
}
