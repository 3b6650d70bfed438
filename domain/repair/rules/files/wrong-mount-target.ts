import type { CapturedService } from '../../captured-service.ts';
import type { Finding, Rule } from '../../finding.ts';
import { change, finding } from '../../reading/findings.ts';
import { allLines, type Line } from '../../reading/lines.ts';
import { noSuchFile, pathsIn } from '../../reading/error-texts.ts';
import { isBelow, mountAt, writtenMounts } from '../../reading/mounts.ts';
import { baseName } from '../../reading/scripts.ts';
import { readStack, type Stack } from '../../reading/stack.ts';
import { suspects } from '../../reading/suspects.ts';

type Mount = NonNullable<CapturedService['container']>['mounts'][number];

/** 5: a program looks for a file that a mount has, at another place. The mount is put there. */
export const wrongMountTarget: Rule = (capture) => {
  const stack = readStack(capture);
  return suspects(stack).flatMap((service) => {
    const seen = new Set<string>();
    return allLines(service)
      .filter(({ text }) => noSuchFile.test(text))
      .flatMap((line) => pathsIn(line.text).map((path) => ({ line, path })))
      .filter(({ path }) => path.lastIndexOf('/') >= 0 && !seen.has(path) && seen.add(path))
      .flatMap(({ line, path }) => retarget(stack, service, path, line));
  });
};

function retarget(stack: Stack, service: CapturedService, path: string, line: Line): Finding[] {
  const mounts = (service.container?.mounts ?? []).filter(({ type }) => type === 'bind');
  const held = mountAt(service, path);
  if (
    held !== null &&
    (has(stack, held, path.slice(held.target.length + 1)) || held.target === path)
  )
    return [];
  const candidates = mounts.flatMap((mount) => {
    const target = targetFor(stack, mount, path);
    return target === null || target === mount.target || target === '/' ? [] : [{ mount, target }];
  });
  if (candidates.length !== 1) return [];
  const [{ mount, target }] = candidates as [(typeof candidates)[number]];
  const written = writtenMounts(stack, service.name).filter(
    (one) => one.target.replace(/\/$/, '') === mount.target,
  );
  const seen = {
    text: `${mount.source} is mounted at ${mount.target}`,
    source: { kind: 'engine' as const, service: service.name },
  };
  return [
    finding(
      { class: 'wrong_mount_target', service: service.name, confidence: 0.9 },
      `${service.name} reads ${path}, but what has it is mounted at ${mount.target}`,
      [line.fact, seen, ...written.map(({ fact }) => fact)],
      change(
        written.slice(-1).map(({ setTarget }) => setTarget(target)),
        `the target of the mount of ${mount.source}`,
      ),
    ),
  ];
}

/** Where a mount has to stand for its file to be at a path; null if it does not have it. */
function targetFor(stack: Stack, mount: Mount, path: string): string | null {
  if (mount.entries.length === 0)
    return baseName(mount.source) === baseName(path) && !isBelow(path, mount.target) ? path : null;
  const parts = path.split('/').slice(1);
  for (let depth = 1; depth < parts.length; depth++) {
    const rest = parts.slice(-depth).join('/');
    if (has(stack, mount, rest)) return `/${parts.slice(0, -depth).join('/')}`;
  }
  return null;
}

/** Does the source of a mount have a file at this relative path? */
function has({ capture }: Stack, { source, entries }: Mount, rest: string): boolean {
  const [first, ...deeper] = rest.split('/');
  if (!entries.includes(first!)) return false;
  const name = baseName(source);
  return (
    deeper.length === 0 || capture.files.some(({ path }) => `/${path}`.endsWith(`/${name}/${rest}`))
  );
}
