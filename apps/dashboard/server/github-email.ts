/** One of `GET https://api.github.com/user/emails`. */
interface GitHubEmail {
  email: string;
  primary: boolean;
  verified: boolean;
}

/**
 * The primary address of a GitHub account, if its owner has confirmed it; else null. The address in the profile says nothing of that,
 * and whoever gives a stranger's address to GitHub must not sign in as the stranger here.
 */
export async function githubEmail(accessToken: string, api = 'https://api.github.com'): Promise<string | null> {
  const response = await fetch(`${api}/user/emails`, { headers: { authorization: `Bearer ${accessToken}` }, redirect: 'error' });
  const emails: unknown = response.ok ? await response.json() : null;
  if (!Array.isArray(emails)) return null;
  return (emails as GitHubEmail[]).find(({ primary, verified }) => primary === true && verified === true)?.email ?? null;
}
