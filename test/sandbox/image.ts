/** The image of the tests' sandboxes; two working trees on one Engine can use different ones. */
export const image = process.env['VX11_SANDBOX_IMAGE'] ?? 'vx11-sandbox:local';
