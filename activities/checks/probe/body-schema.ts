import { Ajv, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Description } from '../../../domain/checks/openapi-description.ts';

/** Says why a body does not fit the schema at this place of the document; null if it does. */
export function validatorFor(document: object, { isPlainJsonSchema }: Description) {
  const options = { strict: false, validateSchema: false, validateFormats: false, logger: false };
  const ajv = isPlainJsonSchema
    ? new Ajv2020({ ...options, logger: false })
    : new Ajv({ ...options, logger: false });
  const known = isPlainJsonSchema ? document : withExclusiveNumbers(document);
  ajv.addSchema(known as object, 'description');
  return (pointer: string, body: unknown): string | null => {
    let fits: ValidateFunction;
    try {
      fits = ajv.compile({ $ref: `description#${pointer}` });
    } catch (error) {
      return `its schema cannot be used: ${(error as Error).message}`;
    }
    if (body === undefined) return 'the body is no JSON';
    if (fits(body)) return null;
    const [first] = fits.errors ?? [];
    return `the body does not fit its schema: ${first?.instancePath || '/'} ${first?.message ?? ''}`;
  };
}

/** OpenAPI 3.0 has `exclusiveMinimum: true` beside `minimum`; JSON Schema has a number. */
function withExclusiveNumbers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withExclusiveNumbers);
  if (typeof value !== 'object' || value === null) return value;
  const copy: Record<string, unknown> = {};
  for (const [key, one] of Object.entries(value)) copy[key] = withExclusiveNumbers(one);
  for (const [flag, bound] of [
    ['exclusiveMinimum', 'minimum'],
    ['exclusiveMaximum', 'maximum'],
  ] as const) {
    if (typeof copy[flag] !== 'boolean') continue;
    if (copy[flag] && typeof copy[bound] === 'number') copy[flag] = copy[bound];
    else delete copy[flag];
  }
  return copy;
}
