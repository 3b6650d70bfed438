import { STATUS_CODES } from 'node:http';
import { errorCatalog } from '../../contracts/errors.ts';
import { problemType } from '../http/problem.ts';
import { schemaPrefix } from './components.ts';

const header = (description: string, type: string) => ({ description, schema: { type } });
const retryAfter = { 'Retry-After': header('After how many seconds it may work', 'integer') };
const headers: Record<number, object> = {
  401: { 'WWW-Authenticate': header('How to send a token', 'string') },
  429: retryAfter,
  503: retryAfter,
};

const nameOf = (status: number): string => STATUS_CODES[status]!.replaceAll(/[^A-Za-z]/g, '');

/** One response for each status of the error catalog that a route may answer with, under its name. */
export function errorResponses(): Record<string, object> {
  const responses: Record<string, object> = {};
  for (const status of new Set(everyStatus())) {
    const codes = Object.entries(errorCatalog).filter(([, entry]) => entry.status === status);
    responses[nameOf(status)] = {
      description: codes.map(([code, { title }]) => `${code}: ${title}`).join('. '),
      ...(headers[status] !== undefined && { headers: headers[status] }),
      content: { [problemType]: { schema: { $ref: `${schemaPrefix}Problem` } } },
    };
  }
  return responses;
}

interface Asked {
  open: boolean;
  changes: boolean;
  hasBody: boolean;
  hasParams: boolean;
}

const everyStatus = (): number[] =>
  statusesOf({ open: false, changes: true, hasBody: true, hasParams: true });

/** The statuses of problems that a route may answer with. */
function statusesOf({ open, changes, hasBody, hasParams }: Asked): number[] {
  return [
    400,
    ...(open ? [] : [401]),
    403,
    ...(hasParams || hasBody ? [404] : []),
    ...(changes ? [409] : []),
    ...(hasBody ? [413, 415] : []),
    422,
    429,
    500,
    ...(open ? [] : [503]),
  ];
}

/** The same as responses of an operation. */
export const problemsOf = (asked: Asked): Record<string, { $ref: string }> =>
  Object.fromEntries(
    statusesOf(asked).map((status) => [
      String(status),
      { $ref: `#/components/responses/${nameOf(status)}` },
    ]),
  );
