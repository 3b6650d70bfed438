import { z } from 'zod';

/** UTC, ISO 8601, with milliseconds: `2026-11-21T12:00:00.000Z`. */
export const instant = z.iso.datetime({ precision: 3 });

/**
 * A service's key in the compose file, in the characters that Compose allows. Compose has no length limit, but file
 * names and labels do; a URL path cannot contain `.` or `..` as a segment.
 */
export const serviceName = z
  .string()
  .min(1)
  .max(200)
  .regex(/^(?!\.{1,2}$)[a-zA-Z0-9._-]+$/, 'must be a service name of the compose file');

/** The name of a machine that runs a power worker. */
export const hostName = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[a-zA-Z0-9][a-zA-Z0-9._-]*$/, 'must be a host name');

/** Any JSON value. */
export const jsonValue = z.json();

export const windowId = z
  .string()
  .max(64)
  .regex(/^window-[0-9a-f]{8,}$/, 'must be a window id');

/** Free text from people: stored unchanged, shown as text, never interpreted. */
export const reasonText = z.string().max(500);

export const correlationId = z
  .string()
  .regex(/^[A-Za-z0-9._:-]{1,128}$/)
  .meta({ description: 'Identifies one request from the gateway to the container' });

export const repairId = z
  .string()
  .max(64)
  .regex(/^repair-[0-9a-f]{8,}$/, 'must be a repair id');

export const scheduleName = z
  .string()
  .max(64)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'must be letters, digits, dots, dashes, underscores');
