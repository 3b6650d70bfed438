import type { FastifySchemaCompiler } from 'fastify';
import type { z } from 'zod';
import { VX11Error } from '../../contracts/errors.ts';

const shown = 20;

function isEmpty(data: object): boolean {
  for (const key in data) if (Object.hasOwn(data, key)) return false;
  return true;
}

/** Checks one part of a request. Throws `invalid` with one problem for each wrong field. */
export const validatorCompiler: FastifySchemaCompiler<z.ZodType> = ({ schema, httpPart }) => {
  // most reads have no query, so the result for an empty one is computed once
  const nothing = httpPart === 'querystring' ? schema.safeParse({}) : null;
  return (data) => {
    if (nothing?.success === true && isEmpty(data)) return { value: nothing.data };
    if (httpPart === 'body' && data === undefined) {
      return { error: new VX11Error('bad_json', 'Send a JSON object as the body.') };
    }
    const result = schema.safeParse(data);
    if (result.success) return { value: result.data };
    const fields = result.error.issues.slice(0, shown).map((issue) => ({
      field: issue.path.join('.') || (httpPart ?? 'request'),
      problem: issue.message.slice(0, 200),
    }));
    const detail = fields.map(({ field, problem }) => `${field}: ${problem}`).join('; ');
    return { error: new VX11Error('invalid', detail.slice(0, 1000), { fields }) };
  };
};
