// The certified `oidc-provider`, with one client, and whoever types a name: told all by its argument.
import { Provider } from 'oidc-provider';

const told = JSON.parse(process.argv[2]);
const people = new Map(Object.entries(told.people));

const provider = new Provider(told.issuer, {
  clients: [told.client],
  jwks: told.jwks,
  cookies: { keys: ['of tests'] },
  pkce: { required: () => true },
  acrValues: ['silver', 'gold'],
  claims: {
    acr: null, auth_time: null, iss: null, sid: null, openid: ['sub', 'amr'],
    profile: ['name', 'preferred_username'], email: ['email', 'email_verified'],
    groups: ['groups', 'rpps'],
  },
  scopes: ['openid', 'profile', 'email', 'groups'],
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  features: {
    devInteractions: { enabled: false },
    backchannelLogout: { enabled: true },
    rpInitiatedLogout: { enabled: true },
    userinfo: { enabled: true },
    jwtUserinfo: { enabled: true },
  },
  // Its own guard refuses what is on this machine.
  fetch: (url, { dispatcher, ...options }) => fetch(url, options),
  async findAccount(_, id) {
    return { accountId: id, claims: async () => ({ sub: id, ...people.get(id) }) };
  },
});

async function consent(details) {
  const grant = new provider.Grant({
    accountId: details.session.accountId, clientId: details.params.client_id,
  });
  grant.addOIDCScope(details.params.scope);
  return { consent: { grantId: await grant.save() } };
}

provider.use(async (ctx, next) => {
  if (!ctx.path.startsWith('/interaction/')) return next();
  const details = await provider.interactionDetails(ctx.req, ctx.res);
  if (details.prompt.name === 'consent') {
    return provider.interactionFinished(ctx.req, ctx.res, await consent(details), {
      mergeWithLastSubmission: true,
    });
  }
  const name = ctx.query.name;
  if (name) {
    const login = { accountId: name, acr: told.acr, amr: ['pwd', 'otp', 'mfa'] };
    return provider.interactionFinished(ctx.req, ctx.res, { login });
  }
  ctx.type = 'html';
  ctx.body = '<form><input name="name" id="name"><button>Entrer</button></form>';
});

provider.on('server_error', (_, error) => console.error(error));
provider.listen(told.port, 'localhost', () => console.log('ready'));
