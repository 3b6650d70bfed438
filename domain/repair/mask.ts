import { masked } from '../checks/secrets.ts';
import { isSecretName, looksSecret } from './secret-names.ts';

/**
 * What stands for each character of a secret in a captured file, so that offsets stay. It is no sign that anybody writes
 * there: a patch that contains it would write it into the stack, and is refused.
 */
export const maskSign = '•';
export const isMasked = (text: string): boolean => text.includes(maskSign) || text.includes('***');

const hidden = (text: string): string => maskSign.repeat(text.length);
/** As `hidden`, but a single `$` stays: Compose takes what follows for a variable, and says so. */
const hiddenValue = (text: string): string => text.replaceAll(/\$\$|[^$]/g, hidden);

/** Files whose whole content is a secret; they are never read. */
const secretFile =
  /(^|\/)(id_(rsa|dsa|ecdsa|ed25519)|\.netrc|\.pgpass|\.htpasswd|\.npmrc|\.pypirc|\.docker\/config\.json)$|\.(pem|key|p12|pfx|jks|keystore|kdbx|asc|gpg)$|(^|\/)\.?secrets?\//i;
export const isSecretFile = (path: string): boolean => secretFile.test(path);

/** Files in which `NAME: value` needs no quotes to be a value. */
const settingsFile =
  /(^|\/)(\.env[^/]*|[^/]*\.env|Dockerfile[^/]*|[^/]+\.(ya?ml|json|toml|ini|conf|cfg|properties|sh))$/i;
const assignment =
  /(?<![\w.-])(["']?)([A-Za-z_][\w.-]*)\1([^\S\n]*[:=][^\S\n]*)(?:"((?:[^"\\\n]|\\.)+)"|'([^'\n]+)'|([^\s"'#,}[\]{][^\s#,}]*))/g;
/** A value that is only named here. */
const reference = /^(\$|<%|\{\{|os\.environ|process\.env|true$|false$|null$|\/|\.\/)/;
const login = /(?<=:\/\/)[^\s/?#@"']+(?=@)/g;
/** Tokens and keys that are known by their form. */
const forms =
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)|\b(?:gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{15,}|sk-[\w-]{16,}|xox[abprs]-[\w-]{10,}|A[KS]IA[A-Z0-9]{16}|AIza[\w-]{30,}|npm_\w{30,}|eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*)/g;
const spoken =
  /\b((?:authorization\s*[:=]\s*(?:bearer|basic|token)?|bearer|(?:[\w-]*(?:password|passwd|secret|token|api[_-]?key))["']?\s*[:=])\s*["']?)([^\s"',;&]{3,})/gi;

/** Hides secrets wherever a capture may show them. */
export interface Masker {
  /** A log, an error, evidence: a secret becomes `***`. */
  text(text: string): string;
  /** The value of a variable. */
  value(name: string, value: string): string;
  /** The text of a file, with the same length. */
  file(path: string, text: string): string;
}

/** A shorter value is hidden only where it is assigned, as it may be any word. */
const leastLength = 4;

/**
 * @param secrets values that are known to be secret
 * @param names of services, images and the like: a value that is also a name is hidden only where it is assigned
 */
export function createMasker(secrets: Iterable<string>, names: ReadonlySet<string>): Masker {
  const known = [...new Set(secrets)]
    .filter((one) => one.length >= leastLength && !names.has(one))
    .toSorted((one, other) => other.length - one.length);
  const text = (plain: string): string =>
    masked(plain, known)
      .replace(forms, '***')
      .replace(spoken, (all, before: string, value: string) =>
        reference.test(value) || names.has(value) ? all : `${before}***`,
      );
  return {
    text,
    value: (name, value) =>
      value !== '' && !reference.test(value) && (isSecretName(name) || looksSecret(value))
        ? '***'
        : text(value),
    file(path, plain) {
      const isSettings = settingsFile.test(path);
      const hiddenValues = known.reduce(
        (shown, secret) => shown.replaceAll(secret, hidden(secret)),
        plain,
      );
      return hiddenValues
        .replace(forms, hidden)
        .replace(login, hidden)
        .replace(assignment, (all, ...parts: (string | undefined)[]) => {
          const [, name = '', , twice, once, bare] = parts;
          const value = twice ?? once ?? (isSettings ? bare : undefined) ?? '';
          if (value === '' || reference.test(value)) return all;
          if (!isSecretName(name) && !looksSecret(value)) return all;
          const at = all.lastIndexOf(value);
          return all.slice(0, at) + hiddenValue(value) + all.slice(at + value.length);
        });
    },
  };
}

/** The values of an environment that look secret, by their names or by themselves. */
export const secretsInEnvironment = (
  environment: readonly (readonly [name: string, value: string])[],
): string[] =>
  environment.flatMap(([name, value]) => {
    const logins = [...value.matchAll(/:\/\/([^\s/?#@:]*):?([^\s/?#@]*)@/g)].map(
      ([, user = '', password = '']) => (password === '' ? user : password),
    );
    const own = (isSecretName(name) || looksSecret(value)) && !reference.test(value) ? [value] : [];
    return [...own, ...logins].filter((one) => one !== '');
  });
