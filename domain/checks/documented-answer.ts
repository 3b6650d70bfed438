import type { Operation } from './openapi-description.ts';
import { escapedKey, fieldsOf } from './json-reference.ts';

/** What a description says about an answer; null if it says nothing. */
export interface DocumentedAnswer {
  /** A JSON pointer to the schema of its body; null if there is none. */
  schema: string | null;
  /** Why the answer is not documented. */
  problem: string | null;
}

/** Finds the schema for an answer. @param type its content type */
export function documentedAnswer(
  { responses }: Operation,
  status: number,
  type: string,
): DocumentedAnswer {
  const names = [String(status), `${String(status)[0]}XX`, 'default'];
  const name = names.find((one) => Object.hasOwn(responses, one));
  if (name === undefined) {
    const known = Object.keys(responses).join(', ') || 'none';
    return { schema: null, problem: `status ${status} is not documented (${known})` };
  }
  const { pointer, response } = responses[name]!;
  const content = fieldsOf(response['content']);
  const types = Object.keys(content);
  if (types.length === 0) return { schema: null, problem: null };
  const media = type.split(';')[0]!.trim().toLowerCase();
  const found = types.find((one) => covers(one.split(';')[0]!.trim().toLowerCase(), media));
  if (found === undefined) {
    const problem = `${media || 'no content type'} is not documented (${types.join(', ')})`;
    return { schema: null, problem };
  }
  const hasSchema = Object.hasOwn(fieldsOf(content[found]), 'schema');
  const schema = `${pointer}/content/${escapedKey(found)}/schema`;
  return { schema: hasSchema && isJson(media) ? schema : null, problem: null };
}

/** Whether a content type is JSON. */
export const isJson = (type: string): boolean => /^application\/(.+\+)?json\b/i.test(type.trim());

const covers = (documented: string, media: string): boolean =>
  documented === media ||
  documented === '*/*' ||
  (documented.endsWith('/*') && media.startsWith(documented.slice(0, -1)));
