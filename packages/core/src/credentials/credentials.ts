/** Who logs in, with a password or with an OAuth 2.0 access token. */
export type Credentials =
  | { readonly user: string; readonly password: string }
  | { readonly user: string; readonly accessToken: string };

/**
 * Called at every (re)connect. With `refresh` the server has just refused the last token: fetch a
 * new one. This library never fetches tokens by itself.
 */
export type CredentialsProvider = (request: {
  readonly refresh: boolean;
  readonly signal?: AbortSignal | undefined;
}) => Credentials | Promise<Credentials>;

/** Fixed credentials, or a function that returns them. Neither user nor secret may be empty. */
export type CredentialsSource = Credentials | CredentialsProvider;

/**
 * Whether a value from outside has a user, and a password or a token. An empty one counts for none: it comes of a
 * variable that is not set, and what servers and SASL mechanisms make of it differs.
 */
export function isCredentials(value: unknown): value is Credentials {
  if (typeof value !== "object" || value === null || !("user" in value)) return false;
  const secret =
    "password" in value ? value.password : "accessToken" in value ? value.accessToken : undefined;
  return isFilled(value.user) && isFilled(secret);
}

function isFilled(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}
