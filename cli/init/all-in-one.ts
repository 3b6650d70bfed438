import { mount, type ComposeSettings } from './compose-settings.ts';

/** One container that runs `vx11 up`: for trying VX11. */
export function allInOne(settings: ComposeSettings): string {
  const { image, home, port, host, socket, stack, user, isRoot, group } = settings;
  return `# All of VX11 in one container, for trying it: start it with docker compose -f FILE up -d
# The gateway shares this container with the Engine's socket: who takes it over has the machine. Without --all-in-one,
# vx11 init compose writes a file in which it does not.
name: vx11

services:
  vx11:
    image: ${image}
    pull_policy: missing
    command: [vx11, up]
    restart: unless-stopped
    init: true
    stop_grace_period: 30s # open windows are left to the guard, and taken over again by the next start
    read_only: true
    tmpfs: [/tmp]
    cap_drop: [ALL]
${isRoot ? '    cap_add: [DAC_OVERRIDE] # the stack may belong to another user\n' : ''}    security_opt: ['no-new-privileges:true']
    user: ${user}
    group_add: [${group}] # the group of the Engine's socket
    mem_limit: 2g
    ports: ['127.0.0.1:${port}:${port}'] # on this machine alone
    environment:
      HOME: /tmp
      NODE_COMPILE_CACHE: ${settings.compileCache} # a start after the first takes seconds
      VX11_HOME: ${home}
      VX11_HOST: ${host}
      VX11_COMPOSE_FILE: ${stack.named}
      VX11_IMAGE: ${image}
      VX11_DOCKER_SOCKET: ${socket}
      VX11_BIND: 0.0.0.0
      VX11_PORT: '${port}'
    volumes:
      # Each has the same path here as on the machine, where the Engine looks for it.
      - ${mount(home)}
      - ${mount(socket)}
${stack.folders.map((folder) => `      - ${mount(folder, 'ro')}`).join('\n')}
    healthcheck:
      test: [CMD, node, workers/probe.mjs, '${port}']
      interval: 5s
      timeout: 3s
      start_period: 120s
`;
}
