/** Services of VX11 itself that always run and that no window holds. */
export const coreServices = ['tentaculo_link', 'madre', 'redis'] as const;
