/** Why somebody landed on the sign-in page, in words; null when there is nothing to say. Never echoes what the address holds. */
export function signInNotice({ reason, error }: Record<string, string | string[] | undefined>): string | null {
  if (reason === 'ended') return 'Your session has ended, because the password was changed. Sign in again.';
  switch (error) {
    case undefined:
      return null;
    case 'conflict':
      return 'There is an account with this e-mail address already. Sign in with its password.';
    case 'forbidden':
      return 'Confirm your e-mail address with the provider first, then try again.';
    default:
      return 'Signing in did not work. Try again.';
  }
}
