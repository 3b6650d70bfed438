import type { Finding, Rule } from '../../finding.ts';
import { composeFact } from '../../reading/changes.ts';
import { finding } from '../../reading/findings.ts';
import { checkLines, engineLines, findLine } from '../../reading/lines.ts';
import { definitionOf, readStack, serviceNames } from '../../reading/stack.ts';
import { suspects } from '../../reading/suspects.ts';

const taken =
  /container name "?\/?(?<name>[\w.-]+)"? is already in use by (?:container|service) "?(?<by>[\w.-]+)"?/i;

/** 25: another container has the name. It may hold data, or be of others: a person removes it. */
export const containerNameTaken: Rule = (capture) => {
  const stack = readStack(capture);
  return suspects(stack).flatMap((service): Finding[] => {
    const line = findLine([...engineLines(service), ...checkLines(capture, service.name)], taken);
    if (line === null) return [];
    const { name, by } = line.match.groups as { name: string; by: string };
    const twin = serviceNames(stack).find(
      (other) => other !== service.name && definitionOf(stack, other).container_name === name,
    );
    const todo =
      twin === undefined
        ? `See what it is: docker inspect ${by.slice(0, 12)}. If it is a dead one of this stack, remove it: docker rm ${by.slice(0, 12)}.`
        : `${service.name} and ${twin} have one container_name: remove it from one of them.`;
    return [
      finding(
        { class: 'container_name_taken', service: service.name, confidence: 0.95 },
        `the container name ${name} is taken`,
        [line.fact, ...composeFact(stack, ['services', service.name, 'container_name'])],
        { kind: 'advice', todo },
      ),
    ];
  });
};
