/** A value with a tag of Compose: `!reset` removes what the files before have, `!override` replaces it. */
class Tagged {
  readonly tag: string;
  readonly value: unknown;
  constructor(tag: string, value: unknown) {
    this.tag = tag;
    this.value = value;
  }
}

export const reset = new Tagged('!reset', null);
export const overridden = (value: unknown): Tagged => new Tagged('!override', value);

/** YAML in its flow style, which is JSON but for the tags. U+2028 and U+2029 are escaped, as they end a line in YAML. */
export function taggedJson(value: unknown): string {
  if (value instanceof Tagged) return `${value.tag} ${taggedJson(value.value)}`;
  if (Array.isArray(value)) return `[${value.map(taggedJson).join(', ')}]`;
  if (typeof value !== 'object' || value === null) {
    return (JSON.stringify(value) ?? 'null')
      .replaceAll('\u2028', '\\u2028')
      .replaceAll('\u2029', '\\u2029');
  }
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .map(([key, member]) => `${JSON.stringify(key)}: ${taggedJson(member)}`);
  return `{${members.join(', ')}}`;
}
