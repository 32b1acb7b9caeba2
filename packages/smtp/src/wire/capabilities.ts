/** The names of the extensions in the EHLO reply, in upper case. */
export function extensionsOf(capabilities: readonly string[]): ReadonlySet<string> {
  return new Set(capabilities.map((line) => line.toUpperCase().split(/[ =]/, 1)[0] ?? ""));
}

/** The most bytes that the server takes, as its EHLO reply says (RFC 1870 §3); `Infinity` when it does not say. */
export function sizeLimitOf(capabilities: readonly string[]): number {
  const line = capabilities.find((candidate) => /^SIZE \d+$/i.test(candidate));
  const limit = Number(line?.slice(5) ?? 0);
  return limit === 0 ? Number.POSITIVE_INFINITY : limit;
}

/**
 * The SASL mechanisms of the EHLO reply.
 * QUIRK: servers older than RFC 2554 write `AUTH=LOGIN`, and old Exchange `X-EXPS LOGIN` or `X-EXPS=LOGIN`.
 */
export function authMechanisms(capabilities: readonly string[]): string[] {
  const found = new Set<string>();
  for (const line of capabilities) {
    const [, list] = /^(?:AUTH|X-EXPS)[ =](.*)$/i.exec(line) ?? [];
    for (const mechanism of list?.split(/[ =]+/) ?? [])
      if (mechanism !== "") found.add(mechanism.toUpperCase());
  }
  return [...found];
}
