/** VX11's own services, which always run and which no window holds. */
export const coreServices = ['tentaculo_link', 'madre', 'redis'] as const;
