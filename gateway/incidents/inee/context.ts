import type { GatewayContext, Routes } from '../../context.ts';
import type { IneeSettings } from '../../config.ts';

/** What the routes of INEE share. */
export interface IneeContext extends GatewayContext {
  inee: IneeSettings;
}

export type IneeRoutes = (context: IneeContext) => ReturnType<Routes>;
