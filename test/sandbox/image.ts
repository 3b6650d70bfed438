/** What tests' sandboxes are made from; two working trees on one Engine name two. */
export const image = process.env['VX11_SANDBOX_IMAGE'] ?? 'vx11-sandbox:local';
