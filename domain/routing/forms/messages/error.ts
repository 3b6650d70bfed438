import type { Loose } from '../../request/loose.ts';
import type { FormError } from '../form.ts';

/** Anthropic's types of errors by status. */
const types: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  503: 'overloaded_error',
  504: 'timeout_error',
};

/** An error in the form of Anthropic. @param status null inside a stream */
export const messagesError = (error: FormError, status: number | null): Loose => ({
  type: 'error',
  error: { ...error, type: (status === null ? undefined : types[status]) ?? 'api_error' },
});
