/** Of the addresses of all resources. */
export const scheme = 'vx11://';
