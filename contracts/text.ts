import { z } from 'zod';

/** UTC, ISO 8601, with milliseconds: `2026-11-21T12:00:00.000Z`. */
export const instant = z.iso.datetime({ precision: 3 });

/**
 * A service's key in the compose file, as Compose itself allows it. Compose knows no limit, files and labels do; and no
 * address can have `.` or `..`.
 */
export const serviceName = z
  .string()
  .min(1)
  .max(200)
  .regex(/^(?!\.{1,2}$)[a-zA-Z0-9._-]+$/, 'must be a service name of the compose file');

/** A machine that runs a power worker. */
export const hostName = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[a-zA-Z0-9][a-zA-Z0-9._-]*$/, 'must be the name of a host');

/** Any JSON. */
export const jsonValue = z.json();

export const windowId = z
  .string()
  .max(64)
  .regex(/^window-[0-9a-f]{8,}$/, 'must be a window id');

/** Free text that people wrote: kept as it came, shown as text, never interpreted. */
export const reasonText = z.string().max(500);

export const correlationId = z
  .string()
  .regex(/^[A-Za-z0-9._:-]{1,128}$/)
  .meta({ description: 'One id from the request to the container' });
