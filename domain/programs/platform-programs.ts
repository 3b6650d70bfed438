import { authOf, nameless, programsOf, slow } from './program.ts';

/** Programs that run containers, reach clouds, build infrastructure and keep sources, with what is odd about each. */
export const platformPrograms = [
  ...programsOf('containers', [
    // `docker version` asks the daemon
    ['docker', authOf([], '.docker/config.json')],
    ['podman', authOf(['REGISTRY_AUTH_FILE'], '.config/containers/auth.json')],
    'nerdctl',
    'buildah',
    'skopeo',
    'crictl',
    'docker-compose',
    // its plain `--version` dials 127.0.0.1:8080, and its package may be one of gcloud
    [
      'kubectl: version --client -o json',
      { packaged: false, ...authOf(['KUBECONFIG'], '.kube/config') },
    ],
    ['oc: version --client', authOf(['KUBECONFIG'], '.kube/config')],
    ['helm: version --short', authOf(['KUBECONFIG'], '.kube/config')],
    'kind: version',
    'minikube: version --short',
    'k3s',
    'k9s: version -s',
  ]),
  ...programsOf('cloud', [
    ['aws: -', { ...slow, ...authOf(['AWS_ACCESS_KEY_ID', 'AWS_PROFILE'], '.aws/credentials') }],
    [
      'gcloud: -',
      {
        never: 'it asks the network',
        beside: '../VERSION',
        ...authOf(['GOOGLE_APPLICATION_CREDENTIALS'], '.config/gcloud/credentials.db'),
      },
    ],
    ['az: -', { ...slow, dist: 'azure-cli', ...authOf([], '.azure/msal_token_cache.json') }],
    [
      'ibmcloud',
      {
        env: { IBMCLOUD_VERSION_CHECK: 'false' },
        ...authOf(['IBMCLOUD_API_KEY'], '.bluemix/config.json'),
      },
    ],
    ['heroku', authOf(['HEROKU_API_KEY'], '.netrc')],
    ['vercel', authOf(['VERCEL_TOKEN'], '.local/share/com.vercel.cli/auth.json')],
    ['netlify: -', { ...slow, ...authOf(['NETLIFY_AUTH_TOKEN'], '.config/netlify/config.json') }],
    [
      'flyctl: version',
      {
        env: { FLY_NO_UPDATE_CHECK: '1' },
        ...authOf(['FLY_API_TOKEN', 'FLY_ACCESS_TOKEN'], '.fly/config.yml'),
      },
    ],
    [
      'doctl: -',
      {
        never: 'it asks for its newest version',
        ...authOf(['DIGITALOCEAN_ACCESS_TOKEN'], '.config/doctl/config.yaml'),
      },
    ],
    ['wrangler', authOf(['CLOUDFLARE_API_TOKEN'], '.config/.wrangler/config/default.toml')],
  ]),
  ...programsOf('infrastructure', [
    [
      'terraform: version',
      { env: { CHECKPOINT_DISABLE: '1' }, ...authOf([], '.terraform.d/credentials.tfrc.json') },
    ],
    ['packer: version', { env: { CHECKPOINT_DISABLE: '1' } }],
    'tofu: version',
    ['ansible: -', { ...slow, dist: 'ansible-core' }],
    ['vagrant: -', slow],
    ['consul: version', authOf(['CONSUL_HTTP_TOKEN'])],
    ['vault: version', authOf(['VAULT_TOKEN'], '.vault-token')],
    ['nomad: version', authOf(['NOMAD_TOKEN'])],
    [
      'pulumi: version',
      {
        env: { PULUMI_SKIP_UPDATE_CHECK: 'true' },
        ...authOf(['PULUMI_ACCESS_TOKEN'], '.pulumi/credentials.json'),
      },
    ],
    ['kubernetes: -', nameless],
  ]),
  ...programsOf('version-control', [
    'git',
    ['hg: --version -q', { dist: 'mercurial' }],
    'svn: --version -q',
    'fossil: version',
    [
      'gh',
      {
        env: { GH_NO_UPDATE_NOTIFIER: '1' },
        ...authOf(['GH_TOKEN', 'GITHUB_TOKEN'], '.config/gh/hosts.yml'),
      },
    ],
    [
      'glab',
      {
        env: { GLAB_CHECK_UPDATE: 'false' },
        ...authOf(['GITLAB_TOKEN'], '.config/glab-cli/config.yml'),
      },
    ],
    ['lab', authOf(['LAB_CORE_TOKEN'], '.config/lab/lab.toml')],
    ['tea', authOf([], '.config/tea/config.yml')],
    'jj',
    'gitea',
  ]),
];
