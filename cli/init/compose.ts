import { allInOne } from './all-in-one.ts';
import { mount, type ComposeSettings } from './compose-settings.ts';

/**
 * The text of a compose file that runs VX11 in containers of one image. Compose finds no `build` in it and needs no registry
 * if the Engine has that image.
 */
export const composeFile = (settings: ComposeSettings, isAllInOne: boolean): string =>
  isAllInOne ? allInOne(settings) : separate(settings);

/** Temporal, madre and the gateway in a container each; madre creates the guard, and only the two have the Engine's socket. */
function separate(settings: ComposeSettings): string {
  const { image, home, port, host, socket, stack, user, isRoot, group } = settings;
  return `# VX11 in containers, of one image: start it with docker compose -f FILE up -d
# madre creates the guard, a container of the same image. Only these two have the Engine's socket.
# What VX11 manages is another stack: VX11_COMPOSE_FILE below. Its folder has the same path here as on the machine, because Compose
# resolves paths in it and the Engine mounts them; so has the home, from where the Engine mounts the guard's files.
name: vx11

x-confined: &confined
  image: ${image}
  pull_policy: missing
  restart: unless-stopped
  read_only: true
  tmpfs: [/tmp]
  cap_drop: [ALL]
  security_opt: ['no-new-privileges:true']

x-health: &health { interval: 3s, timeout: 2s, retries: 3, start_period: 30s }

x-settings: &settings
  HOME: /tmp
  NODE_COMPILE_CACHE: ${settings.compileCache}
  VX11_HOME: ${home}
  VX11_HOST: ${host}
  VX11_COMPOSE_FILE: ${stack.named}
  VX11_STORE_URL: ${settings.store}
  VX11_MADRE_URL: http://madre:8001
  VX11_MADRE_BIND: 0.0.0.0 # on the network of this file, which is not published
  TEMPORAL_ADDRESS: temporal:7233

services:
  tentaculo_link:
    <<: *confined
    command: [node, gateway/main.ts]
    user: ${user}
    mem_limit: 512m
    ports: ['127.0.0.1:${port}:${port}'] # on this machine alone
    env_file: [${settings.tokens}] # VX11_TOKEN
    environment: { <<: *settings, VX11_BIND: 0.0.0.0, VX11_PORT: '${port}', VX11_ALLOWED_HOSTS: tentaculo_link }
    volumes: [${mount(home)}]
    # It has no socket, and no way to the files that the guard obeys.
    tmpfs: [/tmp, ${settings.guardFolder}]
    healthcheck: { <<: *health, test: [CMD, node, workers/probe.mjs, '${port}'] }

  madre:
    <<: *confined
    command: [node, workers/main.ts, madre]
    labels: { vx11.role: madre } # shows other installations on this Engine that the stack is managed
    user: ${user}
    group_add: [${group}] # the group of the Engine's socket
${isRoot ? '    cap_add: [DAC_OVERRIDE] # the stack may belong to another user\n' : ''}    mem_limit: 1g
    # Keys of models and everything else that only madre may know: NAME=value a line, of mode 0600.
    env_file: [{ path: ${settings.madreEnv}, required: false }]
    environment:
      <<: *settings
      VX11_IMAGE: ${image}
      VX11_DOCKER_SOCKET: ${socket}
      VX11_URL: http://tentaculo_link:${port} # for commands here, such as vx11 doctor
    volumes:
      - ${mount(home)}
      - ${mount(socket)}
${stack.folders.map((folder) => `      - ${mount(folder, 'ro')}`).join('\n')}
    depends_on: { temporal: { condition: service_started } }
    healthcheck: { <<: *health, test: [CMD, node, workers/probe.mjs, '8001'] }

  temporal:
    <<: *confined
    command: ${JSON.stringify(settings.temporal)}
    environment: { HOME: /tmp, GOGC: '50' }
    mem_limit: 1g
    volumes: ['temporal:/var/lib/temporal']
    healthcheck:
      test: [CMD, temporal, operator, cluster, health]
      interval: 30s
      timeout: 5s
      start_period: 30s

volumes:
  temporal:
`;
}
