import { scalarText } from '../../../patches/yaml-value.ts';
import type { CapturedService } from '../../captured-service.ts';
import type { Fact, Finding, Rule } from '../../finding.ts';
import { composeFact, replaceWord, sourceFor } from '../../reading/changes.ts';
import { nearest } from '../../reading/edit-distance.ts';
import { change, finding } from '../../reading/findings.ts';
import { engineLines, findLine, type Line } from '../../reading/lines.ts';
import { definitionOf, readStack, serviceNames, type Stack } from '../../reading/stack.ts';
import { suspects } from '../../reading/suspects.ts';

const missing =
  /No such image|image_missing|is not on this host|has no image |manifest (?:for \S+ )?(?:not found|unknown)|pull access denied|failed to resolve reference|image .*not found|repository does not exist|not found: manifest/i;

/** 6: the tag of an image is not on the host, and others of its repository are: that of its siblings, or the nearest. */
export const imageTagMissing: Rule = (capture) => {
  const stack = readStack(capture);
  return suspects(stack).flatMap((service) => missingTag(stack, service));
};

function missingTag(stack: Stack, service: CapturedService): Finding[] {
  const definition = definitionOf(stack, service.name);
  const wanted = splitImage(service.image);
  const local = stack.capture.images.map(splitImage);
  const isThere = local.some(
    ({ repository, tag }) => repository === wanted.repository && tag === wanted.tag,
  );
  const line = findLine([...engineLines(service), ...saidByChecks(stack, service)], missing);
  if (
    line === null ||
    isThere ||
    service.image.includes('@') ||
    (definition.build !== undefined && definition.build !== null)
  )
    return [];
  const of = { class: 'image_tag_missing' as const, service: service.name };
  const cause = `the image ${service.image} of ${service.name} is not on this host`;
  const path = ['services', service.name, 'image'];
  const facts = [line.fact, ...composeFact(stack, path)];
  // latest says nothing about what it holds
  const tags = local
    .filter(({ repository, tag }) => repository === wanted.repository && tag !== 'latest')
    .map(({ tag }) => tag);
  const siblings = siblingTags(stack, service.name, wanted.repository).filter((tag) =>
    tags.includes(tag),
  );
  const chosen = new Set(siblings).size === 1 ? siblings[0]! : nearest(wanted.tag, tags);
  if (chosen === null) {
    const known = tags.length === 0 ? '' : ` Here are: ${tags.join(', ')}.`;
    const todo = `Pull or build ${service.image}, or name a tag that is on this host.${known}`;
    return [
      finding(
        { ...of, confidence: 0.85 },
        cause,
        facts,
        tags.length === 0 ? { kind: 'advice', todo } : { kind: 'needs_value', what: todo },
      ),
    ];
  }
  const there: Fact = {
    text: `${wanted.repository}:${chosen} is on this host`,
    source: { kind: 'engine', service: service.name },
  };
  const source = sourceFor(stack, path);
  const operation = source === null ? null : replaceWord(stack, source, path, [wanted.tag, chosen]);
  return [
    finding(
      { ...of, confidence: 0.9 },
      cause,
      [...facts, there],
      change([operation], `the tag of ${wanted.repository}`),
    ),
  ];
}

const saidByChecks = ({ capture }: Stack, service: CapturedService): Line[] => [
  ...capture.red
    .filter((check) => check.service === service.name)
    .flatMap(({ name, detail, evidence }) =>
      [detail, evidence]
        .filter((text) => text !== null)
        .map((text) => ({ text, fact: { text, source: { kind: 'check' as const, check: name } } })),
    ),
  ...(capture.compose.error === null
    ? []
    : [
        {
          text: capture.compose.error,
          fact: { text: capture.compose.error, source: { kind: 'compose' as const } },
        },
      ]
  ).filter(({ text }) => text.includes(service.image)),
];

/** `docker.io/library/redis:7` as the Engine lists it: `redis`, `7`. */
function splitImage(image: string): { repository: string; tag: string } {
  const short = image.replace(/^(?:docker\.io\/|index\.docker\.io\/)(?:library\/)?/, '');
  const colon = short.lastIndexOf(':');
  const hasTag = colon > short.lastIndexOf('/');
  return {
    repository: hasTag ? short.slice(0, colon) : short,
    tag: hasTag ? short.slice(colon + 1) : 'latest',
  };
}

/** The tags of other services with the same repository or, if there are none, of the same publisher. */
function siblingTags(stack: Stack, service: string, repository: string): string[] {
  const others = serviceNames(stack)
    .filter((name) => name !== service)
    .map((name) => splitImage(scalarText(definitionOf(stack, name).image)));
  const same = others.filter((one) => one.repository === repository);
  const publisher = repository.includes('/')
    ? repository.slice(0, repository.lastIndexOf('/') + 1)
    : null;
  const family = others.filter((one) => publisher !== null && one.repository.startsWith(publisher));
  return (same.length > 0 ? same : family).map(({ tag }) => tag);
}
