import type { CapturedService } from '../../captured-service.ts';
import type { Finding, Rule } from '../../finding.ts';
import { composeFact, setIn } from '../../reading/changes.ts';
import { change, finding } from '../../reading/findings.ts';
import { allLines } from '../../reading/lines.ts';
import { pathsIn } from '../../reading/error-texts.ts';
import { mountAt } from '../../reading/mounts.ts';
import { readStack, type Stack } from '../../reading/stack.ts';
import { suspects } from '../../reading/suspects.ts';

const denied =
  /permission denied|EACCES|AccessDenied|not writable|can't (?:create|open|write).*denied|Operation not permitted|unable to open database file|attempt to write a readonly database/i;

/** The paths that a line names; those of all mounts for a database that does not say where it is. */
const placesOf = (service: CapturedService, text: string): string[] =>
  /database/i.test(text) && pathsIn(text).length === 0
    ? (service.container?.mounts ?? []).map(({ target }) => target)
    : pathsIn(text);

/** 11: a process may not use a mount that belongs to another user. It runs as that user, never as root. */
export const mountPermission: Rule = (capture) => {
  const stack = readStack(capture);
  return suspects(stack).flatMap((service) => permission(stack, service).slice(0, 1));
};

function permission(stack: Stack, service: CapturedService): Finding[] {
  const user = service.container?.user ?? '';
  const uid = /^\d+/.exec(user)?.[0];
  return allLines(service)
    .filter(({ text }) => denied.test(text) && !/exec:? "|exec format/.test(text))
    .flatMap((line) => placesOf(service, line.text).map((path) => ({ line, path })))
    .flatMap(({ line, path }) => {
      const mount = mountAt(service, path);
      const owner = mount?.owner ?? null;
      // root is not refused by the owner, and where the owners are equal it is the mode
      if (mount === null || owner === null || mount.read_only || /^(?:0|root)?(?::|$)/.test(user))
        return [];
      if (uid !== undefined && Number(uid) === owner.uid) return [];
      const of = { class: 'mount_permission' as const, service: service.name };
      const cause = `${service.name} runs as ${user}, but ${mount.source}, which is mounted at ${mount.target}, belongs to ${owner.uid}`;
      const owned = {
        text: `${mount.source} belongs to ${owner.uid}:${owner.gid}, mode ${owner.mode.toString(8)}`,
        source: { kind: 'engine' as const, service: service.name },
      };
      const setting = ['services', service.name, 'user'];
      const facts = [line.fact, owned, ...composeFact(stack, setting)];
      if (owner.uid === 0 || (owner.mode & 0o200) === 0) {
        const todo = `Give ${mount.source} to the user ${user} (chown), or mount a folder that belongs to it; ${service.name} should not run as root.`;
        return [finding({ ...of, confidence: 0.85 }, cause, facts, { kind: 'advice', todo })];
      }
      const operation = setIn(stack, setting, `${owner.uid}:${owner.gid}`);
      return [
        finding(
          { ...of, confidence: 0.9 },
          cause,
          facts,
          change([operation], `the user of ${service.name}`),
        ),
      ];
    });
}
